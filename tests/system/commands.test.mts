// The commands of an operator on a deployed stack. Each command's file says what it prints.
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { Lambda } from "@aws-sdk/client-lambda";
import { S3 } from "@aws-sdk/client-s3";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { expect, test } from "vitest";
import { sdk } from "../../local/tests/support/aws.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { readLine } from "../../local/tests/support/read-line.ts";
import { claimsFolder } from "../../names/layout.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { useStack } from "../support/use-stack.mts";

const deployed = await useStack({ promotionMetric: "mean_reciprocal_rank_at_25" });
const { readServedVersion, runMachine } = deployed;

/** Retrains the recommendation model, and returns the promoted version. */
async function promote(): Promise<string> {
  await runMachine({ force: true, models: ["recommendation"] });
  return readServedVersion();
}

/** The version that the recommendation campaign served before the retraining, and the one after. */
const first = await readServedVersion();
const second = await promote();

const otherTopic = "arn:aws:sns:eu-west-1:000000000000:recommender-small-eu-notifications";
const readLastRetraining = async () => JSON.parse((await deployed.command("status", "--json")).out).retraining.last;
const endOf = (arn: string) => arn.split("/").at(-1) ?? "";

test("`status` shows the version that each campaign serves, the newest events, and no alarm of a stack with a longer name", async () => {
  await new CloudWatch(sdk(deployed.account)).putMetricAlarm({
    AlarmName: "recommender-small-eu-recommend-errors",
    ActionsEnabled: true,
    AlarmActions: [otherTopic],
    Namespace: "AWS/Lambda",
    MetricName: "Errors",
    Statistic: "Sum",
    Period: 300,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanOrEqualToThreshold",
  });
  await deployed.put(["not an event"]);
  const seen = await eventually(async () => {
    const { out } = await deployed.command("status", "--json");
    const status = JSON.parse(out);
    return status.events.quarantined === 1 ? status : undefined;
  }, "the quarantined record is not counted");
  expect(seen.events).toMatchObject({ received: 1, delivered: 0 });
  expect(seen.consumers).toMatchObject([
    { name: "ingest-events", givenUp: 0, dropped: 0 },
    { name: "update-items", givenUp: 0, dropped: 0 },
  ]);
  expect(seen.models).toMatchObject([
    { name: "recommendation", solutionVersionArn: second, minProvisionedTPS: 1 },
    { name: "reranking", campaignStatus: "ACTIVE" },
  ]);
  expect(seen.retraining.last.status).toBe("SUCCEEDED");
  expect(seen.alarms.length).toBeGreaterThan(20);
  expect(seen.alarms.map(({ name }: { name: string }) => name)).not.toContain("recommender-small-eu-recommend-errors");
  const { out } = await deployed.command("status");
  expect(out).toContain(endOf(second));
  expect(out).toContain("1 in the quarantine");
  // The metric of the gate.
  const { metrics } = seen.models[0];
  expect(out).toContain(`MRR@25 ${metrics.mean_reciprocal_rank_at_25.toFixed(4)}`);

  // Nothing has come that is worth a training.
  await runMachine({});
  const { retraining } = JSON.parse((await deployed.command("status", "--json")).out);
  expect(retraining.last).toMatchObject({ status: "skipped", reason: expect.stringMatching(/./) });
  expect((await deployed.command("status")).out).toContain(`last       skipped (${retraining.last.reason})`);
});

test("`status` works where a schedule and a mapping were deleted by hand", async () => {
  const aws = sdk(deployed.account);
  const lambda = new Lambda(aws);
  const scheduler = new Scheduler(aws);
  const { EventSourceMappings: [mapping] = [] } = await lambda.listEventSourceMappings({
    FunctionName: "recommender-small-update-items",
  });
  const { UUID, EventSourceArn, StartingPosition = "LATEST", FunctionArn: FunctionName } = mapping ?? {};
  const { Schedules: [listed] = [] } = await scheduler.listSchedules({ NamePrefix: "recommender-small-retraining" });
  const { Name, GroupName } = listed ?? {};
  const { ScheduleExpression, FlexibleTimeWindow, Target } = await scheduler.getSchedule({ Name, GroupName });
  await lambda.deleteEventSourceMapping({ UUID });
  await scheduler.deleteSchedule({ Name, GroupName });
  const { code, out } = await deployed.command("status");
  await scheduler.createSchedule({ Name, GroupName, ScheduleExpression, FlexibleTimeWindow, Target });
  await lambda.createEventSourceMapping({ FunctionName, EventSourceArn, StartingPosition });
  expect(code).toBe(0);
  expect(out).toContain("schedule   was deleted: run `pulumi up --refresh`");
  expect(out).toContain("update-items: nothing was on its way; 0 given up after retries, 0 lost");
});

test("`history` lists a promotion with both versions, its metric and who started it", async () => {
  const { out } = await deployed.command("history", "--json", "--model", "recommendation");
  expect(JSON.parse(out)).toMatchObject([
    { outcome: "promoted", candidate: second, incumbent: first, startedBy: "person" },
  ]);
  const table = await deployed.command("history", "--model", "recommendation");
  expect(table.out).toMatch(
    new RegExp(`${endOf(second)} +${endOf(first)} +MRR@25 +0\\.\\d{4} +0\\.\\d{4} +person +promoted`),
  );
});

test("`costs` takes no claim of a scheduled time for a model", async () => {
  const Bucket = deployed.outputs.dataBucketName;
  await new S3(sdk(deployed.account)).putObject({
    Bucket,
    Key: `decisions/${claimsFolder}2026-01-01.json`,
    Body: "{}",
  });
  const { out } = await deployed.command("costs", "--json");
  expect(out).not.toContain("scheduled");
});

test("`costs` has quantities without prices, and refuses more days than CloudWatch keeps values for", async () => {
  const { code, out } = await deployed.command("costs", "--days", "1");
  expect(code).toBe(0);
  expect(out).toMatch(/^Stack small, account 000000000000, eu-west-1\n/);
  expect(out).toContain("No sum: set recommender:prices");
  expect((await deployed.command("costs", "--days", "61")).code).toBe(2);
});

test("`history` of a model that does not exist lists the models", async () => {
  const { code, err } = await deployed.command("history", "--model", "ranking");
  expect(code).toBe(1);
  expect(err).toBe('The stack "small" has no model "ranking". Its models: recommendation, reranking.\n');
});

test("`rollback` answers with a sentence, `history` shows it, and `status` does not take it for a retraining", async () => {
  const before = await readLastRetraining();
  const { code, out } = await deployed.command("rollback", "--yes", "--model", "recommendation");
  expect(code).toBe(0);
  expect(out).toContain(`recommendation serves ${first} again`);
  expect(await readServedVersion()).toBe(first);
  const [newest] = JSON.parse((await deployed.command("history", "--json", "--model", "recommendation")).out);
  expect(newest).toMatchObject({ outcome: "rolled back", candidate: first, startedBy: "rollback" });
  expect(await readLastRetraining()).toEqual(before);
});

test.each([
  ["rollback", ["--model", "recommendation"]],
  ["replay", ["--source", "failed"]],
  ["rebuild", []],
  ["forget", ["--user", "10042"]],
])(
  "`%s` without a terminal and without --yes does nothing, and names a wrong stack or model first",
  async (name, args) => {
    const asked = "There is no terminal to ask for confirmation; give --yes. Nothing was done.\n";
    expect(await deployed.command(name, ...args)).toMatchObject({ code: 1, err: asked });
    const wrong = name === "rollback" ? ["--model", "ranking"] : ["--stack", "other"];
    const { code, err } = await deployed.command(name, ...args, ...wrong);
    expect(code).toBe(1);
    expect(err).toMatch(/has no (stack "other"|model "ranking")/);
  },
);

test("`rollback` to what cannot serve starts nothing, and says why", async () => {
  const stateMachineArn = deployed.outputs.retrainingStateMachineArn;
  const countExecutions = async () => (await deployed.sfn.listExecutions({ stateMachineArn })).executions?.length;
  const before = await countExecutions();
  const solution = first.slice(0, first.lastIndexOf("/"));
  const rollBack = (...args: string[]) => deployed.command("rollback", "--yes", "--model", "recommendation", ...args);
  expect(await rollBack("--to", "nonsense")).toMatchObject({
    code: 1,
    err: expect.stringContaining(`--to: nonsense is not a version of recommendation (${solution}/…)`),
  });
  const lost = `${solution}/0123abcd`;
  expect((await rollBack("--to", lost)).err).toContain(`--to: ${lost} cannot serve: `);
  expect(await countExecutions()).toBe(before);
});

test("`rollback` that was interrupted and is run again goes back once, and says how to go back further", async () => {
  const before = await readServedVersion();
  const third = await promote();
  await promote();
  const { clock } = deployed.account;
  clock.setSpeed(1);
  const interrupted = deployed.start("rollback", "--yes", "--model", "recommendation");
  const started = /\((arn:\S+)\)/;
  const [, arn = ""] = started.exec(await readLine(interrupted.child, started)) ?? [];
  interrupted.child.kill("SIGINT");
  const { code, err } = await interrupted.ended;
  expect(code).toBe(130);
  expect(err).toContain(
    "continues in AWS. To wait for its end: npx recommender rollback --stack small --model recommendation",
  );

  const waiting = deployed.start("rollback", "--yes", "--model", "recommendation");
  expect(await readLine(waiting.child)).toContain(
    `A rollback of recommendation is already running; waiting for its end (${arn})`,
  );
  clock.setSpeed(hurriedSpeed);
  expect(await waiting.ended).toMatchObject({ code: 0, out: expect.stringContaining(`serves ${third} again`) });
  expect(await readServedVersion()).toBe(third);

  const again = await deployed.command("rollback", "--yes", "--model", "recommendation");
  expect(again.code).toBe(1);
  expect(again.out).toContain(`Nothing was changed: it was rolled back from`);
  expect(again.out).toContain(`npx recommender rollback --stack small --model recommendation --to ${before}\n`);
  expect(await readServedVersion()).toBe(third);
  const further = await deployed.command("rollback", "--yes", "--json", "--model", "recommendation", "--to", before);
  expect(JSON.parse(further.out)).toMatchObject([
    { model: "recommendation", outcome: "rolled back", candidate: before },
  ]);
  const served = await deployed.command("rollback", "--yes", "--model", "recommendation", "--to", before);
  expect(served).toMatchObject({ code: 0, out: `Nothing was changed: ${before} serves already.\n` });
});

test("`rollback` names the run that was stopped after it had updated the campaign, and `history` has it", async () => {
  const target = await readServedVersion();
  const newest = await promote();
  const { account, sfn, outputs } = deployed;
  account.clock.setSpeed(1);
  const isUpdated = new Promise<void>((resolve) => {
    const forget = account.log.listen(({ operation }) => {
      if (operation !== "UpdateCampaign") return;
      forget();
      resolve();
    });
  });
  const input = JSON.stringify({ rollback: { model: "recommendation" } });
  const { executionArn = "" } = await sfn.startExecution({
    stateMachineArn: outputs.retrainingStateMachineArn,
    input,
  });
  await isUpdated;
  await sfn.stopExecution({ executionArn });
  account.clock.setSpeed(hurriedSpeed);
  await eventually(async () => ((await readServedVersion()) === target ? true : undefined), "it was not moved");

  const history = JSON.parse((await deployed.command("history", "--json", "--model", "recommendation")).out);
  expect(history[0]).toMatchObject({
    outcome: "rolled back",
    candidate: target,
    incumbent: newest,
    reason: `the run ${executionArn} was stopped (ABORTED) after it had updated the campaign; the next run records it`,
  });
  const { code, err } = await deployed.command("rollback", "--yes", "--model", "recommendation");
  expect(code).toBe(1);
  expect(err).toContain(executionArn);
  expect(err).toContain("To go further back, name a version with --to:\n  arn:");
  expect(err).toMatch(new RegExp(`${endOf(newest)}  trained \\S+, left by a rollback 20`));
  expect(await readServedVersion()).toBe(target);

  // A run records it, although it has nothing to do.
  await runMachine({});
  const recorded = JSON.parse((await deployed.command("history", "--json", "--model", "recommendation")).out);
  expect(recorded[0]).toMatchObject({ outcome: "rolled back", candidate: target, incumbent: newest });
  expect(recorded[0].reason).not.toContain(executionArn);
});

test("`rollback` without decisions says what can serve, and whether there is anything", async () => {
  expect(await deployed.command("rollback", "--yes", "--model", "reranking")).toMatchObject({
    code: 1,
    err: expect.stringMatching(
      /^There is nothing to go back to: arn:\S+ is the only version of reranking that can serve\./,
    ),
  });
  // The first version serves, which no decision promoted.
  for (const to of [second, first]) {
    await deployed.command("rollback", "--yes", "--model", "recommendation", "--to", to);
  }
  const { code, err } = await deployed.command("rollback", "--yes", "--model", "recommendation");
  expect(code).toBe(1);
  expect(err).toContain(`No recorded decision says which version served before ${first}. Name one with --to:\n  arn:`);
  expect(err).toMatch(new RegExp(`  ${second}  trained 20\\S+, left by a rollback 20`));
});
