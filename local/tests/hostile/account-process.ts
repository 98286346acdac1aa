/**
 * The process of `harness.mts`: an account that cannot harm the tests. It gets the clock's speed on the command line,
 * sends its origin, and answers each question with the work of its thread since the one before.
 */
import { startAccount } from "../../account/account";
import { processorTime, watchTurns } from "./work/cost";

/** In milliseconds of the processor, and MiB. */
export interface Work {
  readonly processor: number;
  /** The longest work between two turns of the event loop. */
  readonly longestTurn: number;
  /** The largest resident memory so far. */
  readonly memory: number;
}

// The parent process has ended.
process.once("disconnect", () => process.exit(0));

startAccount({ speed: Number(process.argv[2]) }).then((account) => {
  const turns = watchTurns();
  let before = processorTime();
  process.on("message", () => {
    const now = processorTime();
    const memory = process.resourceUsage().maxRSS / 1024;
    const work: Work = { processor: now - before, longestTurn: turns.longest(), memory };
    before = now;
    process.send?.(work);
  });
  process.send?.({ origin: account.origin });
});
