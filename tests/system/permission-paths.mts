// Every path of the deployed system on which a role needs a permission.
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { expect } from "vitest";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { type DeployedStack, seldom } from "../support/deployed-stack.ts";
import { runWithoutPermission } from "../support/role-policy.ts";

const minute = 60_000;
const event = { sessionId: "s-paths", eventType: "DetailView", itemId: "2-Beagle-2-3" };

/** Answers of the campaign and of the fallback, with and without a filter of the caller. */
export async function useServing({ account, outputs, invoke }: DeployedStack): Promise<void> {
  const ask = async (name: string, request: object, source: string) => {
    const { headers } = await invoke(name, { userId: "10042", ...request });
    expect(headers?.["x-recommendation-source"]).toBe(source);
  };
  const { recommendFunctionName, rerankFunctionName } = outputs;
  const list = { itemMetadataList: [{ itemId: "2-Beagle-2-3" }, { itemId: "2-Boxer-3-2" }] };
  const ofSpecies = { filter: "species", filterValues: { SPECIES: '"2"' } };
  for (const chosen of [{}, ofSpecies]) {
    await ask(recommendFunctionName, chosen, "personalize");
    await ask(rerankFunctionName, { ...list, ...chosen }, "personalize");
  }
  await ask(recommendFunctionName, { placement: "similar", itemId: "2-Beagle-2-3" }, "personalize");
  const busy = { service: "personalize-runtime", code: "ThrottlingException", message: "Injected." } as const;
  account.faults.inject({ ...busy, operation: "GetRecommendations", share: 1 });
  await ask(recommendFunctionName, {}, "fallback");
  account.faults.clear();
  account.faults.inject({ ...busy, operation: "GetPersonalizedRanking", share: 1 });
  await ask(rerankFunctionName, list, "fallback");
  account.faults.clear();
}

/**
 * Good and bad events, an event that only Personalize refuses, updates of items and users, an
 * archive that cannot be written, and a batch that is given up.
 */
export async function useStream(deployed: DeployedStack): Promise<void> {
  const { account, outputs, stack, lambda } = deployed;
  const put = (record: object) => deployed.put([record]);
  const appears = (bucket: string, prefix: string, least = 1) =>
    eventually(
      async () => (await deployed.listKeys(bucket, prefix)).length >= least || undefined,
      `nothing appeared in ${bucket}/${prefix}`,
    );
  const { items } = JSON.parse(await deployed.readText(outputs.dataBucketName, "fallback/popular.json"));

  const refused = { code: "InvalidInputException", message: "Injected.", times: 2 };
  account.faults.inject({ service: "personalize-events", operation: "PutEvents", ...refused });
  await put(event);
  await appears(outputs.quarantineBucketName, "quarantine/");
  account.faults.clear();
  await put({ ...event, eventType: "Swim" });
  await appears(outputs.quarantineBucketName, "quarantine/", 2);
  await put(event);
  let sent = 0;
  const forget = account.log.listen(({ operation, error }) => {
    if (operation === "PutItems" && error === undefined) sent++;
  });
  // One after the other: both in one batch would leave nothing to send.
  for (const available of [false, true]) {
    const before = sent;
    await put({ itemUpdate: { itemId: items[0], available } });
    await eventually(() => sent > before || undefined, "the update was not sent");
  }
  forget();
  await appears(outputs.dataBucketName, "items/");
  await put({ itemUpdate: { itemId: items[0], columns: { COLOUR: "red" } } });
  await appears(outputs.quarantineBucketName, "quarantine/", 3);
  await put({ userUpdate: { userId: "10042", properties: { HOME: "house" } } });
  await appears(outputs.dataBucketName, "users/");
  await put({ userUpdate: { userId: "10042", properties: { HOME: "boat" } } });
  await put({ userUpdate: { userId: "10042", properties: { COLOUR: "red" } } });
  await appears(outputs.quarantineBucketName, "quarantine/", 4);
  await account.clock.advance(10 * minute);
  await appears(outputs.archiveBucketName, "events/");
  await runWithoutPermission(account, `recommender-${stack}-archive`, "s3:PutObject", async () => {
    await put(event);
    await account.clock.advance(10 * minute);
    const logs = new CloudWatchLogs(sdk(account));
    const logGroupName = `/aws/kinesisfirehose/recommender-${stack}-archive`;
    await eventually(async () => (await logs.filterLogEvents({ logGroupName })).events?.[0], "no error is in the log");
  });

  const FunctionName = `recommender-${stack}-ingest-events`;
  const { EventSourceMappings: [mapping] = [] } = await lambda.listEventSourceMappings({ FunctionName });
  await lambda.updateEventSourceMapping({ UUID: mapping?.UUID, MaximumRetryAttempts: 0 });
  const outage = { code: "ServiceUnavailable", message: "Injected.", status: 503, times: 1_000 };
  account.faults.inject({ service: "personalize-events", operation: "PutEvents", ...outage });
  await put(event);
  await appears(outputs.quarantineBucketName, "aws/lambda/");
  account.faults.clear();
}

/**
 * Six hours are less than four seconds, and the training, which waits longer for its key, is
 * stopped. The execution itself has more than ten seconds, also for a busy machine.
 */
const quick = 6_000;
const slowKey = {
  service: "kms",
  operation: "GenerateDataKey",
  caller: "PersonalizeSession",
  effect: { kind: "latency", milliseconds: 8_000 },
} as const;

/**
 * Promotions of each model, rollbacks with and without a decision, a training that takes too long.
 */
export async function useRetraining({ account, runMachine }: DeployedStack): Promise<void> {
  const run = async (input: object) => {
    const { status, cause, output } = await runMachine(input);
    return `${status} ${cause} ${output}`;
  };
  const rollback = { model: "reranking" };
  expect(await run({ force: true })).toMatch(/^SUCCEEDED .*promoted.*promoted.*promoted/);
  // The gate reads the decision that promoted the serving version.
  expect(await run({ force: true, models: ["recommendation"] })).toMatch(/^SUCCEEDED .*promoted/);
  expect(await run({ rollback })).toMatch(/^SUCCEEDED .*rolled back/);
  expect(await run({ rollback })).toMatch(/^FAILED .*the decision on .* was not read/);

  const { speed } = account.clock;
  account.clock.setSpeed(quick);
  account.faults.inject(slowKey);
  expect(await run({ force: true, models: ["reranking"] })).toMatch(/^FAILED .*training was stopped/);
  account.clock.setSpeed(speed);
}

/** The nightly retraining, and the hourly report of the models' health. */
export async function useSchedules({ account, outputs, stack, sfn }: DeployedStack): Promise<void> {
  const scheduler = new Scheduler(sdk(account));
  const named = { Name: `recommender-${stack}-retraining-schedule`, GroupName: `recommender-${stack}-schedules` };
  const { Target, FlexibleTimeWindow } = await scheduler.getSchedule(named);
  const count = async () =>
    (await sfn.listExecutions({ stateMachineArn: outputs.retrainingStateMachineArn })).executions?.length ?? 0;
  const before = await count();
  const reschedule = (ScheduleExpression: string) =>
    scheduler.updateSchedule({ ...named, ScheduleExpression, Target, FlexibleTimeWindow });
  await reschedule("rate(1 minute)");
  await eventually(async () => (await count()) > before || undefined, "the schedule started nothing");
  await reschedule(seldom);
  await account.clock.advance(60 * minute);
}
