// A stack that is put to rest and woken again: what its callers, its producers and its team see.
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { expect, test } from "vitest";
import { sdk } from "../../local/tests/support/aws.ts";
import { useStack } from "../support/use-stack.mts";

const hour = 3_600_000;

const deployed = await useStack({
  retrainingSchedule: "cron(0 3 * * ? *)",
  notificationEmails: '["team@example.org"]',
  leastNewEvents: "1",
});
const { account, outputs, personalize, sfn } = deployed;
const cloudwatch = new CloudWatch(sdk(account));
const { retrainingStateMachineArn: stateMachineArn, parameterPrefix } = outputs;

const listAlarms = async () => {
  const { MetricAlarms = [] } = await cloudwatch.describeAlarms({ AlarmNamePrefix: "recommender-small-" });
  return new Map(
    MetricAlarms.map(({ AlarmName = "", ...alarm }) => [AlarmName.replace("recommender-small-", ""), alarm]),
  );
};
const listCampaigns = async () => (await personalize.listCampaigns({})).campaigns ?? [];
const listExecutions = async () => (await sfn.listExecutions({ stateMachineArn })).executions ?? [];
const countTrainings = () =>
  account.log.entries().filter(({ operation }) => operation === "CreateSolutionVersion").length;
const readSchedule = async () =>
  (
    await new Scheduler(sdk(account)).getSchedule({
      Name: "recommender-small-retraining-schedule",
      GroupName: "recommender-small-schedules",
    })
  ).State;
const sourceOf = async (request: object) => (await deployed.recommend(request)).headers?.["x-recommendation-source"];

/** The places of an operation's requests in the log. */
const placesOf = (wanted: string) =>
  account.log.entries().flatMap(({ operation }, place) => (operation === wanted ? place : []));

const awake = await listAlarms();

test("an `up` deletes the campaigns and their alarms, changes no role and no policy, and a second one changes nothing", async () => {
  const before = await deployed.readServedVersion();
  const changes = await deployed.redeploy({ asleep: "true" });
  expect(changes).toEqual([
    "create MetricAlarm recommender-watch-asleep",
    "delete MetricAlarm recommender-watch-age.recommendation",
    "delete MetricAlarm recommender-watch-age.reranking",
    "delete MetricAlarm recommender-watch-fallback",
    "delete MetricAlarm recommender-watch-idle.recommendation",
    "delete MetricAlarm recommender-watch-idle.reranking",
    "delete MetricAlarm recommender-watch-rejected.recommendation",
    "delete MetricAlarm recommender-watch-rejected.reranking",
    "update Campaign recommender-recommendation-campaign",
    "update Campaign recommender-reranking-campaign",
    "update Function recommender-serving-recommend-function",
    "update Function recommender-serving-rerank-function",
    "update Function recommender-watch-model-health-function",
    "update Parameter recommender-contract-asleep",
    "update Schedule recommender-retraining-schedule",
    "update StateMachine recommender-retraining-state-machine",
  ]);
  expect(await listCampaigns()).toEqual([]);
  const told = ["UpdateSchedule", "UpdateFunctionConfiguration"].flatMap(placesOf);
  expect(Math.max(...told)).toBeLessThan(Math.min(...placesOf("DeleteCampaign")));
  expect(await readSchedule()).toBe("DISABLED");
  expect(await deployed.readParameter(`${parameterPrefix}/asleep`)).toBe("true");
  expect(await deployed.readNamedVersion()).toBe(before);
  expect(await deployed.redeploy({ asleep: "true" })).toEqual([]);
});

test("100 of 100 requests are answered with the fallback, without a call of Personalize", async () => {
  const calls = () => account.log.entries().filter(({ service }) => service === "personalize-runtime").length;
  const before = calls();
  const answers = Array.from({ length: 100 }, (_, index) => sourceOf({ userId: `visitor-${index}`, limit: 5 }));
  expect(new Set(await Promise.all(answers))).toEqual(new Set(["fallback"]));
  const itemMetadataList = [{ itemId: "b" }, { itemId: "a" }];
  const { body, headers } = await deployed.invoke(outputs.rerankFunctionName, { userId: "v", itemMetadataList });
  expect(headers?.["x-recommendation-source"]).toBe("fallback");
  expect(JSON.parse(body).ranking).toHaveLength(2);
  expect(calls()).toBe(before);
});

test("events arrive, and a bad one is in the quarantine", async () => {
  await deployed.put([{ sessionId: "asleep-1", eventType: "DetailView", itemId: "2-Beagle-2-3" }, "{"]);
  await deployed.isDelivered("asleep-1");
  await expect.poll(() => deployed.listKeys(outputs.quarantineBucketName)).toHaveLength(1);
});

test("a retraining by hand ends with the reason, before a training", async () => {
  const before = countTrainings();
  const { status, output } = await deployed.runMachine({ force: true });
  expect({ status, output: JSON.parse(output ?? "") }).toEqual({
    status: "SUCCEEDED",
    output: { outcome: "skipped", reason: "the stack is asleep (recommender:asleep), and has no campaigns" },
  });
  expect(countTrainings()).toBe(before);
});

test("the commands say since when, show nothing that has failed, and roll nothing back", async () => {
  const since = /Asleep since \d{4}-\d\d-\d\dT\d\d:\d\dZ/;
  const status = await deployed.command("status");
  expect(status.out).toMatch(since);
  expect(status.out).toMatch(/recommendation +[0-9a-f]+ +asleep +\d+ (min|h) ago/);
  expect(status.out).toContain("which is off");
  // A bad record of an earlier test may still be counted.
  expect(status.out).toMatch(/Alarms: [01] of \d+ fire/);
  expect(status.out).not.toMatch(/recommender-small-(?!quarantine)\S+: Threshold/);
  expect(JSON.parse((await deployed.command("status", "--json")).out)).toMatchObject({
    asleepSince: expect.stringMatching(/Z$/),
    models: [{ campaignStatus: "asleep" }, { campaignStatus: "asleep" }],
  });
  const doctor = await deployed.command("doctor");
  expect(doctor.out).toMatch(since);
  expect({ code: doctor.code, failed: /failed/.test(doctor.out) }).toEqual({ code: 0, failed: false });
  const smoke = await deployed.command("smoke");
  expect(smoke.out).toMatch(since);
  expect({ code: smoke.code, end: smoke.out }).toEqual({ code: 0, end: expect.stringMatching(/\d passed, 0 failed/) });
  const explained = await deployed.command("explain", "--user", "10042");
  expect(explained.out).toMatch(since);
  expect({ code: explained.code, err: explained.err }).toEqual({ code: 0, err: "" });
  const rollback = await deployed.command("rollback", "--model", "recommendation", "--yes");
  expect({ code: rollback.code, err: rollback.err }).toEqual({
    code: 1,
    err: expect.stringMatching(/cannot roll back\..*Asleep since/s),
  });
});

test("the console's models are asleep, with the versions that will serve again", async () => {
  const answer = await fetch(`${account.origin}/_console/api/models?stack=small`);
  expect(await answer.json()).toMatchObject({
    asleepSince: expect.stringMatching(/Z$/),
    models: [
      { name: "recommendation", campaignStatus: "asleep", versions: [{ status: "ACTIVE", serving: false }] },
      { name: "reranking", campaignStatus: "asleep", versions: [{ status: "ACTIVE", serving: false }] },
    ],
  });
});

test("in three nights with new events nothing is trained, no execution starts, and one alarm fires, which says for how long", async () => {
  const executions = (await listExecutions()).length;
  const trainings = countTrainings();
  for (let night = 0; night < 3; night++) {
    await deployed.put([{ sessionId: `night-${night}`, eventType: "DetailView", itemId: "2-Beagle-2-3" }]);
    await deployed.isDelivered(`night-${night}`);
    await account.clock.advance(24 * hour);
  }
  expect(await listExecutions()).toHaveLength(executions);
  expect(countTrainings()).toBe(trainings);
  const firing = [...(await listAlarms())].filter(([, { StateValue }]) => StateValue === "ALARM");
  expect(firing.map(([name, { StateReason }]) => [name, StateReason])).toEqual([
    ["asleep", expect.stringMatching(/^Threshold Crossed: 1 datapoint \[(6[6-9]|7\d)\./)],
  ]);
});

test("awake, campaigns answer, and the schedule and the alarms are as they were", async () => {
  account.clock.setSpeed(300);
  const before = account.log.entries().length;
  await deployed.redeploy({});
  const told = ["UpdateSchedule", "UpdateFunctionConfiguration"].flatMap(placesOf).filter((place) => place >= before);
  expect(Math.max(...placesOf("CreateCampaign"))).toBeLessThan(Math.min(...told));
  expect(await sourceOf({ userId: "visitor-1", limit: 5 })).toBe("personalize");
  expect(await readSchedule()).toBe("ENABLED");
  expect([...(await listAlarms()).keys()].sort()).toEqual([...awake.keys()].sort());
});
