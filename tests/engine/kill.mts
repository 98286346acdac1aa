import { type Engine, killTree } from "../support/engine.ts";

/** Starts `pulumi up` and kills it, with all its plugins, when `moment` has come. */
export async function killUp(engine: Engine, moment: Promise<unknown>): Promise<void> {
  const up = engine.startUp();
  let printed = "";
  for (const output of [up.stdout, up.stderr]) output?.on("data", (text) => (printed += text));
  const ended = new Promise<never>((_, reject) => {
    up.once("exit", (code) => reject(new Error(`up ended with ${code} before it was killed:\n${printed}`)));
  });
  ended.catch(() => undefined);
  await Promise.race([moment, ended]);
  await killTree(up);
  // Removes the lock of the killed engine, as a user does by hand.
  await engine.stack.cancel();
}
