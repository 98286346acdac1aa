import { type Command, type Engine, killTree } from "../support/engine.ts";

/** Starts `pulumi up` and kills it, with all its plugins, when `moment` has come. */
export async function killUp(engine: Engine, moment: Promise<unknown>): Promise<void> {
  const { killed, printed } = await killAt(engine, "up", moment);
  if (!killed) throw new Error(`up ended before it was killed:\n${printed}`);
}

/** The same for any command. Returns whether it was killed, or had ended before, and what it printed. */
export async function killAt(
  engine: Engine,
  command: Command,
  moment: Promise<unknown>,
): Promise<{ killed: boolean; printed: string }> {
  const running = engine.start(command);
  let printed = "";
  for (const output of [running.stdout, running.stderr]) output?.on("data", (text) => (printed += text));
  const ended = new Promise<"ended">((resolve) => running.once("exit", () => resolve("ended")));
  if ((await Promise.race([moment, ended])) === "ended") return { killed: false, printed };
  await killTree(running);
  // Removes the lock of the killed engine, as a user does by hand.
  await engine.run("cancel", "--yes");
  return { killed: true, printed };
}
