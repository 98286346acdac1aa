import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { listParameters, parts } from "../../names/layout";
import { physicalName } from "../../names/physical-names";
import { quoteForShell } from "../../names/shell";
import { createWaitFor, type WaitFor, type Waiting } from "../journey/journey";
import { runSteps } from "../journey/run-steps";
import { createAws } from "../stack/aws";
import { type DeployedStack, findStack } from "../stack/stack";
import { type LocalOptions, suggestCommand } from "../terminal/local-account";
import { advanceLocalClock } from "../terminal/poll";
import { print, printJson } from "../terminal/print";
import { createProgress, formatDuration } from "../terminal/progress";
import { readImportedData } from "./imported-data";
import { listSteps, type SmokeJourney } from "./steps";

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
  const journey = await createJourney(stack, say);
  const steps = await runSteps(journey, listSteps(journey, retrain));
  const failed = steps.filter(({ failure }) => failure !== undefined);
  const stays = describeRemains(journey.session, retrain);
  if (json) {
    const { account, region } = stack;
    printJson({ stack: name, account, region, session: journey.session, steps, stays });
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

async function createJourney(stack: DeployedStack, print: (line: string) => void): Promise<SmokeJourney> {
  const aws = createAws(stack.region, stack.client);
  const functionOf = (model: string) => stack.models.find(({ name }) => name === model)?.functionName ?? "";
  const data = await readImportedData(aws, stack.dataBucket);
  return {
    stack,
    aws,
    data,
    outputs: {
      recommendFunctionName: functionOf("recommendation"),
      rerankFunctionName: functionOf("reranking"),
      eventStreamName: stack.streamName,
      archiveBucketName: stack.archiveBucket,
      quarantineBucketName: stack.quarantineBucket,
      campaignArns: Object.fromEntries(stack.models.map(({ name, campaignArn }) => [name, campaignArn])),
      datasetGroupArn: stack.datasetGroupArn,
      retrainingStateMachineArn: stack.retrainingArn,
      parameterPrefix: listParameters(stack.stack).prefix,
      placements: stack.placements,
    },
    session: `smoke-${randomUUID().slice(0, 8)}`,
    startedAt: stack.now,
    waitFor: createWait((await readBufferSeconds()) + 300),
    print,
  };

  async function readBufferSeconds(): Promise<number> {
    const DeliveryStreamName = physicalName(stack, parts.archive);
    const { DeliveryStreamDescription } = await aws.call("firehose", "DescribeDeliveryStream", { DeliveryStreamName });
    const [{ ExtendedS3DestinationDescription } = {}] = DeliveryStreamDescription?.Destinations ?? [];
    return ExtendedS3DestinationDescription?.BufferingHints?.IntervalInSeconds ?? 300;
  }
}

/** Shows on standard error what a step waits for. */
function createWait(archiveSeconds: number): WaitFor {
  const things: Record<Waiting, string> = {
    events: "the events",
    archive: "the archive, which is written when its buffer is full or old enough",
    retraining: "the retraining, which takes an hour or more on AWS",
  };
  const progress = createProgress();
  let skipped = 0;
  const wait = createWaitFor({
    seconds: { events: 180, archive: archiveSeconds, retraining: 24 * 3_600 },
    now: () => performance.now() + skipped,
    async pause(waiting, seconds) {
      progress.show(`    waiting for ${things[waiting]}: ${formatDuration(seconds * 1_000)}`);
      // The longer it lasts, the larger the steps.
      const step = 1_000 * Math.min(60, Math.max(1, seconds / 2));
      if (await advanceLocalClock(step)) skipped += step;
      else await setTimeout(1_000);
    },
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
