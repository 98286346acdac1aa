import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { quoteForShell } from "../../names/shell";
import { readImportedData } from "../journey/imported-data";
import { runSteps } from "../journey/run-steps";
import { createWaitFor, type WaitFor } from "../journey/wait-for";
import { describeSleep } from "../stack/sleep";
import { findStack } from "../stack/stack";
import { type LocalOptions, suggestCommand } from "../terminal/local-account";
import { advanceLocalClock } from "../terminal/poll";
import { print, printJson } from "../terminal/print";
import { createProgress, formatDuration } from "../terminal/progress";
import { wrap } from "../terminal/wrap";
import { listSteps } from "./steps";

export interface SmokeOptions extends LocalOptions {
  readonly stack: string;
  readonly retrain?: boolean;
  readonly json?: boolean;
}

/**
 * Uses a deployed stack as visitors and other teams do, and prints what it does. Returns whether
 * every step passed.
 */
export async function runSmoke({
  stack: name,
  retrain = false,
  json = false,
  ...local
}: SmokeOptions): Promise<boolean> {
  const stack = await findStack(name);
  const say = json ? () => {} : print;
  say(`Stack ${stack.stack}, account ${stack.account}, ${stack.region}`);
  const asleep = describeSleep(stack);
  if (asleep !== undefined) for (const line of wrap(asleep, "")) say(line);
  const session = `smoke-${randomUUID().slice(0, 8)}`;
  const data = await readImportedData(stack);
  const journey = { stack, data, session, waitFor: createWait(), print: say };
  const steps = await runSteps(journey, listSteps(stack, retrain));
  const failed = steps.filter(({ failure }) => failure !== undefined);
  const stays = describeRemains(session, retrain && asleep === undefined);
  if (json) {
    const { account, region, asleepSince } = stack;
    printJson({ stack: name, account, region, asleepSince, session, steps, stays });
  }
  say(`\nWhat stays in the account:`);
  for (const line of stays) say(`  ${line}`);
  say(`\n${steps.length - failed.length} passed, ${failed.length} failed`);
  if (failed.length > 0) {
    const [doctor, status] = ["doctor", "status"].map((each) =>
      suggestCommand(`${each} --stack ${quoteForShell(name)}`, local),
    );
    say(`\`${doctor}\` and \`${status}\` may show why.`);
  }
  return failed.length === 0;
}

/**
 * In seconds. Firehose collects records for an object for 900 s at most (API reference,
 * BufferingHints).
 */
const limits = { events: 180, archive: 1_200, retraining: 24 * 3_600 };

/** Shows on standard error what a step waits for. */
function createWait(): WaitFor {
  const progress = createProgress();
  const wait = createWaitFor(limits, async (waiting, passed) => {
    progress.show(`    waiting for the ${waiting}: ${formatDuration(passed * 1_000)}`);
    // The longer it lasts, the larger the steps.
    const step = Math.min(60, Math.max(1, passed / 2));
    if (await advanceLocalClock(1_000 * step)) return step;
    await setTimeout(1_000);
    return 1;
  });
  return (waiting, look, failure) => wait(waiting, look, failure).finally(() => progress.end());
}

function describeRemains(session: string, retrain: boolean): string[] {
  return [
    `Up to 15 events without a user id, of the sessions ${session} and ${session}-next: Personalize and the archive keep them.`,
    "One bad record in the metrics: with little traffic the alarm on the quarantine fires for some minutes.",
    ...(retrain ? ["One new solution version of each model, with its decision."] : []),
  ];
}
