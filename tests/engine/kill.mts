import { type Command, type Engine, killTree } from "../support/engine.ts";

/**
 * Starts a command and kills it, with all its plugins, when `moment` has come. Returns whether it
 * was killed, or had ended before.
 */
export async function killAt(engine: Engine, command: Command, moment: Promise<unknown>): Promise<boolean> {
  const running = engine.start(command);
  for (const output of [running.stdout, running.stderr]) output?.resume();
  const ended = new Promise<"ended">((resolve) => running.once("exit", () => resolve("ended")));
  if ((await Promise.race([moment, ended])) === "ended") return false;
  await killTree(running);
  // Removes the lock of the killed engine, as a user does by hand.
  await engine.run("cancel", "--yes");
  return true;
}
