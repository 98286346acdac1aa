// Each alarm fires through its real cause on a deployed stack, and ends with it.
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { Lambda } from "@aws-sdk/client-lambda";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { InjectedFault } from "../../local/account/host/faults/fault-rule.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { runWithoutPermission } from "../support/role-policy.ts";
import { useStack } from "../support/use-stack.mts";

const hour = 3_600_000;
const prefix = "recommender-small-";
/** Longer than the twelve hours of the first test, and not by much: each hour takes work. */
const limitDays = "0.6";
const pastLimit = 16 * hour;

const deployed = await useStack({
  consumerDelayMinutes: "1",
  idleCampaignDays: limitDays,
  leastNewEvents: "1",
  maximumRetryAttempts: "2",
  maxModelAgeDays: limitDays,
  notificationEmails: '["team@example.org"]',
  // No candidate reaches it.
  promotionThreshold: "1",
  rejectedDays: limitDays,
  silentHours: "1",
});
const { account } = deployed;
/** Without repetitions. */
const lambda = new Lambda(sdk(account));
const cloudwatch = new CloudWatch(sdk(account));
// Each alarm waits for periods of minutes, twice.
account.clock.setSpeed(900);
/** The states to which alarms changed since the test began. */
const changes: { name: string; state: string }[] = [];
account.host.on("event", ({ detailType, detail }) => {
  if (detailType !== "CloudWatch Alarm State Change") return;
  const { alarmName, state } = detail as { alarmName: string; state: { value: string } };
  changes.push({ name: alarmName, state: state.value });
});
beforeEach(() => {
  changes.length = 0;
});
afterEach(() => account.faults.clear());

/** The alarms of which a test brings about the cause. */
const tested = new Set<string>();

/** Declares the test of alarms, `part` or several, by what brings them about. */
function alarm(parts: string | readonly string[], cause: string, run: () => Promise<unknown>): void {
  const all = [parts].flat();
  for (const part of all) tested.add(`${prefix}${part}`);
  test(`${all.join(" and ")}: ${cause}`, async () => {
    await run();
  });
}

/**
 * Waits until an alarm is in a state, or was in ALARM since the test began: five minutes without
 * values end that in a second. Repeats the cause until then, if there is one.
 */
function alarmIs(part: string, state: string, cause?: () => Promise<unknown>): Promise<unknown> {
  const AlarmName = `${prefix}${part}`;
  return eventually(async () => {
    await cause?.();
    const { MetricAlarms = [] } = await cloudwatch.describeAlarms({ AlarmNames: [AlarmName] });
    if (MetricAlarms[0]?.StateValue === state) return true;
    if (state === "ALARM" && changes.some((change) => change.name === AlarmName && change.state === state)) return true;
    return undefined;
  }, `${part} is not in ${state}`);
}

const inject = (fault: Omit<InjectedFault, "message">) => account.faults.inject({ ...fault, message: "Injected." });

const event = {
  sessionId: "s-1",
  userId: "10042",
  eventType: "DetailView",
  animalMetadata: {
    animal_species_id: "2",
    animal_primary_breed_id: "Beagle",
    animal_size_id: "2",
    animal_age_id: "3",
  },
};

const putEvent = () => deployed.put([event]);

let updates = 0;
/**
 * Puts an update that changes an item whatever was delivered before: Personalize is sent nothing
 * that it has already.
 */
function putUpdate() {
  const { animalMetadata } = event;
  return deployed.put([{ itemUpdate: { animalMetadata, columns: { ITEM_VALUE: updates++ } } }]);
}

const ask = (FunctionName: string, request: object = {}) =>
  lambda.invoke({ FunctionName, Payload: JSON.stringify({ userId: "10042", ...request }) });
const recommend = () => ask(deployed.outputs.recommendFunctionName);
const rerank = () => ask(deployed.outputs.rerankFunctionName, { itemMetadataList: [{ itemId: "2-Pug-1-4" }] });
const retrain = async (input: object) => (await deployed.runMachine(input)).status;

test("each alarm has a test, and none fires in a new stack without traffic", async () => {
  await account.clock.advance(12 * hour);
  const { MetricAlarms = [] } = await cloudwatch.describeAlarms({ AlarmNamePrefix: prefix });
  expect(MetricAlarms.map(({ AlarmName }) => AlarmName)).toEqual([...tested].sort());
  const inState = (state: string) => MetricAlarms.filter(({ StateValue }) => StateValue === state);
  expect(inState("OK").length).toBeGreaterThan(10);
  expect(inState("ALARM").map(({ AlarmName }) => AlarmName)).toEqual([]);
  expect(changes.filter(({ state }) => state === "ALARM")).toEqual([]);
});

/**
 * The two consumers of the stream: what their alarms are called, and what makes each of them fail.
 */
const consumers = [
  { alarms: "events", of: "consumer", part: "ingest-events", operation: "PutEvents", put: () => putEvent() },
  { alarms: "updates", of: "updates", part: "update-items", operation: "PutItems", put: () => putUpdate() },
] as const;

describe.each(consumers)("of $part", ({ alarms, of, part, operation, put }) => {
  const fail = () =>
    inject({
      service: "personalize-events",
      operation,
      code: "InternalServerException",
      status: 500,
      times: 1_000_000,
    });

  alarm(`${of}-errors`, "the function lost its environment", async () => {
    const FunctionName = `${prefix}${part}`;
    const { Environment } = await lambda.getFunctionConfiguration({ FunctionName });
    await lambda.updateFunctionConfiguration({ FunctionName, Environment: { Variables: {} } });
    await put();
    await alarmIs(`${of}-errors`, "ALARM");
    await lambda.updateFunctionConfiguration({ FunctionName, Environment });
    await alarmIs(`${of}-errors`, "OK");
  });

  alarm(`${of}-delay`, "Personalize fails", async () => {
    fail();
    await put();
    await alarmIs(`${of}-delay`, "ALARM");
    account.faults.clear();
    await put();
    await alarmIs(`${of}-delay`, "OK");
  });

  alarm(`${alarms}-given-up`, "the retries of a batch are used up", async () => {
    fail();
    await put();
    await alarmIs(`${alarms}-given-up`, "ALARM");
    account.faults.clear();
    await alarmIs(`${alarms}-given-up`, "OK");
  });

  alarm(`${alarms}-dropped`, "the batch cannot be written to the quarantine bucket either", async () => {
    await runWithoutPermission(account, `${prefix}${part}`, "s3:PutObject", async () => {
      fail();
      await put();
      await alarmIs(`${alarms}-dropped`, "ALARM");
    });
    account.faults.clear();
    await alarmIs(`${alarms}-dropped`, "OK");
  });
});

alarm("quarantine", "a producer sends bad records", async () => {
  await deployed.put(["not JSON"]);
  await alarmIs("quarantine", "ALARM");
  await putEvent();
  await alarmIs("quarantine", "OK");
});

alarm("silence", "the producers stop", async () => {
  await putEvent();
  await account.clock.advance(3 * hour);
  await alarmIs("silence", "ALARM");
  await putEvent();
  await alarmIs("silence", "OK");
});

alarm(["archive-failed", "archive-delay"], "Firehose may not write to the bucket", async () => {
  await runWithoutPermission(account, `${prefix}archive`, "s3:PutObject", async () => {
    await putEvent();
    await alarmIs("archive-failed", "ALARM");
    await alarmIs("archive-delay", "ALARM");
  });
  await putEvent();
  await alarmIs("archive-failed", "OK");
  await alarmIs("archive-delay", "OK");
});

alarm("fallback", "the campaign is throttled", async () => {
  inject({
    service: "personalize-runtime",
    operation: "GetRecommendations",
    code: "ThrottlingException",
    times: 1_000_000,
  });
  // On a loaded machine a request and its answer can be counted in two periods.
  await alarmIs("fallback", "ALARM", recommend);
  account.faults.clear();
  await recommend();
  await alarmIs("fallback", "OK");
});

/** The two functions that callers invoke. */
const functions = [
  { of: "recommend", part: "recommend-pets", permission: "personalize:GetRecommendations", invoke: recommend },
  { of: "rerank", part: "rerank-pets", permission: "personalize:GetPersonalizedRanking", invoke: rerank },
] as const;

describe.each(functions)("of $part", ({ of, part, permission, invoke }) => {
  alarm(`${of}-errors`, "the function may not use the campaign", async () => {
    await runWithoutPermission(account, `${prefix}${part}`, permission, async () => {
      await invoke();
      await alarmIs(`${of}-errors`, "ALARM");
    });
    await alarmIs(`${of}-errors`, "OK");
  });

  alarm(`${of}-throttles`, "there are more callers than invocations", async () => {
    const FunctionName = `${prefix}${part}`;
    const { ReservedConcurrentExecutions } = await lambda.getFunctionConcurrency({ FunctionName });
    await lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: 0 });
    await expect(invoke()).rejects.toThrow();
    await alarmIs(`${of}-throttles`, "ALARM");
    await lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions });
    await alarmIs(`${of}-throttles`, "OK");
  });
});

alarm("schedule-failed", "a schedule may not start its target", async () => {
  await runWithoutPermission(account, `${prefix}model-health-schedule`, "lambda:InvokeFunction", async () => {
    await alarmIs("schedule-failed", "ALARM");
  });
  await alarmIs("schedule-failed", "OK");
});

alarm("retraining-failed", "a training cannot be started", async () => {
  await runWithoutPermission(account, `${prefix}retraining`, "personalize:CreateSolutionVersion", async () => {
    expect(await retrain({ force: true })).toBe("FAILED");
  });
  await alarmIs("retraining-failed", "ALARM");
  await alarmIs("retraining-failed", "OK");
});

test("age.recommendation: the report of the models' health stops", async () => {
  const FunctionName = `${prefix}report-model-health`;
  const { Environment } = await lambda.getFunctionConfiguration({ FunctionName });
  await lambda.updateFunctionConfiguration({ FunctionName, Environment: { Variables: {} } });
  await account.clock.advance(5 * hour);
  await alarmIs("age.recommendation", "INSUFFICIENT_DATA");
  await lambda.updateFunctionConfiguration({ FunctionName, Environment });
});

const models = ["recommendation", "reranking"];
const idle = models.map((model) => `idle.${model}`);
const aged = models.map((model) => `age.${model}`);
const rejected = models.map((model) => `rejected.${model}`);

alarm(idle, "the campaigns get no requests, except those of the stack itself", async () => {
  for (let half = 0; half < 2; half++) {
    await account.clock.advance(pastLimit / 2);
    await lambda.invoke({ FunctionName: `${prefix}refresh-popular-items` });
  }
  for (const part of idle) await alarmIs(part, "ALARM");
  await Promise.all([recommend(), rerank()]);
  await account.clock.advance(hour);
  for (const part of idle) await alarmIs(part, "OK");
});

alarm([...aged, ...rejected], "the gate rejects the candidates of a time with new events", async () => {
  await putEvent();
  expect(await retrain({ force: true })).toBe("SUCCEEDED");
  await account.clock.advance(pastLimit);
  for (const part of [...aged, ...rejected]) await alarmIs(part, "ALARM");

  for (const model of models) {
    const { out } = await deployed.command("history", "--json", "--model", model, "--limit", "1");
    const [{ candidate }] = JSON.parse(out);
    expect(await retrain({ rollback: { model, to: candidate } })).toBe("SUCCEEDED");
  }
  await account.clock.advance(hour);
  for (const part of rejected) await alarmIs(part, "OK");
});
