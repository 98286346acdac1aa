import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { expect, test } from "vitest";
import { sdk } from "../support/aws.ts";
import { createRole, type Grant } from "../support/roles.ts";
import { define, openMachines, passing } from "./machines.mts";

const on = await openMachines();

const delivery = ["Create", "Get", "Update", "Delete"].map((verb) => `logs:${verb}LogDelivery`);
const setUp = [...delivery, "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies"];
const grants = [{ Action: [...setUp, "logs:DescribeLogGroups"], Resource: "*" }];

/** A machine that logs to a group with its name, by a role with these permissions. */
async function logging(
  name: string,
  level: "ALL" | "ERROR",
  rights: readonly Grant[],
  includeExecutionData = true,
  runs = 1,
) {
  const logs = new CloudWatchLogs(sdk(on.account));
  await logs.createLogGroup({ logGroupName: name });
  const logGroupArn = `arn:aws:logs:eu-west-1:000000000000:log-group:${name}:*`;
  const destinations = [{ cloudWatchLogsLogGroup: { logGroupArn } }];
  const { stateMachineArn = "" } = await on.states.createStateMachine({
    name,
    definition: define({ Only: { Type: "Fail", Error: "Broken", Cause: "on purpose" } }),
    roleArn: await createRole(on.account, `${name}-role`, "states.amazonaws.com", rights),
    loggingConfiguration: { level, includeExecutionData, destinations },
  });
  let executionArn = "";
  for (let i = 0; i < runs; i++) executionArn = await on.run(stateMachineArn, '{"a":1}');
  await on.account.clock.advance(0);
  const { events: logged = [] } = await logs.filterLogEvents({ logGroupName: name });
  return {
    executionArn,
    streams: new Set(logged.map(({ logStreamName }) => logStreamName)),
    entries: logged.map(({ message }) => JSON.parse(message ?? "")),
  };
}

test("level ALL writes each event of the history in AWS's shape", async () => {
  const { executionArn, entries, streams } = await logging("log-all", "ALL", grants);
  expect([...streams]).toEqual([expect.stringMatching(/^states\/log-all\/2026-\d\d-\d\d-\d\d-\d\d\/[0-9a-f]{8}$/)]);
  expect(entries.map(({ type }) => type)).toEqual(["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]);
  expect(entries[1]).toEqual({
    id: "2",
    type: "FailStateEntered",
    details: { name: "Only", input: '{"a":1}', inputDetails: { truncated: false } },
    previous_event_id: "1",
    event_timestamp: String(on.account.clock.now()),
    execution_arn: executionArn,
    redrive_count: "0",
  });
});

test("the executions of a machine share a stream", async () => {
  // localstack/localstack, test_logs: one stream next to the one that AWS creates to try the
  // delivery
  const { streams } = await logging("log-shared", "ALL", grants, true, 2);
  expect(streams.size).toBe(1);
});

test("level ERROR writes failures only, and no data unless asked", async () => {
  // The entry of a Fail state as well: developer guide, "Log levels for Step Functions execution
  // events".
  expect((await logging("log-errors", "ERROR", grants)).entries).toMatchObject([
    { type: "FailStateEntered", details: { name: "Only" } },
    { type: "ExecutionFailed", details: { error: "Broken", cause: "on purpose" } },
  ]);
  const { entries } = await logging("log-bare", "ALL", grants, false);
  expect(entries.map(({ details }) => details)).toEqual([
    { roleArn: "arn:aws:iam::000000000000:role/log-bare-role" },
    { name: "Only" },
    { error: "Broken", cause: "on purpose" },
  ]);
});

test("a role that may not set up the delivery is refused", async () => {
  const without = [{ Action: setUp.slice(1), Resource: "*" }];
  await expect(logging("log-denied", "ALL", without)).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: "The state machine IAM Role is not authorized to access the Log Destination",
  });
});

test.each([
  ["no destination", []],
  [
    "a destination that is no log group",
    [{ cloudWatchLogsLogGroup: { logGroupArn: "arn:aws:logs:eu-west-1:000000000000:log-group:g" } }],
  ],
  [
    "a log group that does not exist",
    [{ cloudWatchLogsLogGroup: { logGroupArn: "arn:aws:logs:eu-west-1:000000000000:log-group:none:*" } }],
  ],
])("%s is refused", async (what, destinations) => {
  const name = what.replaceAll(" ", "-");
  const roleArn = await createRole(on.account, `${name}-role`, "states.amazonaws.com", grants);
  const loggingConfiguration = { level: "ALL" as const, destinations };
  await expect(
    on.states.createStateMachine({ name, definition: passing, roleArn, loggingConfiguration }),
  ).rejects.toMatchObject({ name: "InvalidLoggingConfiguration" });
});
