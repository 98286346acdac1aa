import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../local/account.ts";
import type { Signals } from "../../local/endpoint/service.ts";
import { sdk } from "../support/aws.ts";
import { createRole, type Grant } from "../support/roles.ts";

const start = Date.parse("2026-03-01T00:00:00Z");
let account: Account;
let states: SFNClient;
const events: Signals["event"][] = [];
const metrics: Signals["metric"][] = [];

beforeAll(async () => {
  account = await startAccount({ speed: 0, start });
  states = new SFNClient(sdk(account));
  account.host.on("event", (event) => events.push(event));
  account.host.on("metric", (metric) => metrics.push(metric));
});
afterAll(async () => {
  states.destroy();
  await account.close();
});

const define = (States: object, rest: object = {}) =>
  JSON.stringify({ QueryLanguage: "JSONata", StartAt: Object.keys(States)[0], States, ...rest });
const waiting = define({ Pause: { Type: "Wait", Seconds: 60, End: true } });
const passing = define({ Only: { Type: "Pass", Output: { done: true }, End: true } });

async function create(name: string, definition: string, grants: readonly Grant[] = []): Promise<string> {
  const roleArn = await createRole(account, `${name}-role`, "states.amazonaws.com", grants);
  const { stateMachineArn } = await states.send(new CreateStateMachineCommand({ name, definition, roleArn }));
  return stateMachineArn ?? "";
}

const run = async (stateMachineArn: string, input?: string, name?: string) => {
  const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn, input, name }));
  return executionArn ?? "";
};
const describeExecution = (executionArn: string) => states.send(new DescribeExecutionCommand({ executionArn }));
const historyOf = async (executionArn: string) =>
  (await states.send(new GetExecutionHistoryCommand({ executionArn }))).events ?? [];

describe("state machines", () => {
  test("are described as they were created, and listed", async () => {
    const arn = await create("described", passing);
    expect(arn).toBe("arn:aws:states:eu-west-1:000000000000:stateMachine:described");
    const { $metadata, ...machine } = await states.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
    expect(machine).toEqual({
      stateMachineArn: arn,
      name: "described",
      status: "ACTIVE",
      definition: passing,
      roleArn: "arn:aws:iam::000000000000:role/described-role",
      type: "STANDARD",
      creationDate: new Date(start),
      loggingConfiguration: { level: "OFF", includeExecutionData: false },
      tracingConfiguration: { enabled: false },
      encryptionConfiguration: { type: "AWS_OWNED_KEY" },
    });
    const { stateMachines } = await states.send(new ListStateMachinesCommand({}));
    expect(stateMachines).toContainEqual({
      stateMachineArn: arn,
      name: "described",
      type: "STANDARD",
      creationDate: new Date(start),
    });
  });

  test("creating the same again answers the same; another definition is refused", async () => {
    const stateMachineArn = await create("twice", passing);
    const roleArn = "arn:aws:iam::000000000000:role/twice-role";
    const again = await states.send(new CreateStateMachineCommand({ name: "twice", definition: passing, roleArn }));
    expect(again.stateMachineArn).toBe(stateMachineArn);
    await expect(
      states.send(new CreateStateMachineCommand({ name: "twice", definition: waiting, roleArn })),
    ).rejects.toMatchObject({ name: "StateMachineAlreadyExists" });
  });

  test("a role that does not trust Step Functions is refused", async () => {
    const roleArn = await createRole(account, "for-lambda", "lambda.amazonaws.com");
    await expect(
      states.send(new CreateStateMachineCommand({ name: "untrusted", definition: passing, roleArn })),
    ).rejects.toMatchObject({
      name: "AccessDeniedException",
      message:
        "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.",
    });
  });

  test("a faulty definition is refused with its faults", async () => {
    const roleArn = await createRole(account, "faulty-role", "states.amazonaws.com");
    const definition = define({ Only: { Type: "Pass", Next: "Nowhere" } });
    await expect(
      states.send(new CreateStateMachineCommand({ name: "faulty", definition, roleArn })),
    ).rejects.toMatchObject({
      name: "InvalidDefinition",
      message: expect.stringContaining(
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: Nowhere at /States/Only/Next",
      ),
    });
    const { result, diagnostics } = await states.send(new ValidateStateMachineDefinitionCommand({ definition }));
    expect(result).toBe("FAIL");
    expect(diagnostics?.[0]).toEqual({
      severity: "ERROR",
      code: "MISSING_TRANSITION_TARGET",
      message: "Missing 'Next' target: Nowhere",
      location: "/States/Only/Next",
    });
  });

  test("names with characters of ARNs are refused", async () => {
    const roleArn = await createRole(account, "named-role", "states.amazonaws.com");
    await expect(
      states.send(new CreateStateMachineCommand({ name: "a:b", definition: passing, roleArn })),
    ).rejects.toMatchObject({ name: "InvalidName" });
  });

  test("an update is for executions that start after it", async () => {
    const stateMachineArn = await create("updated", waiting);
    const before = await run(stateMachineArn);
    const { revisionId } = await states.send(new UpdateStateMachineCommand({ stateMachineArn, definition: passing }));
    const after = await run(stateMachineArn);
    await account.clock.advance(60_000);
    expect((await describeExecution(before)).output).toBe("{}");
    expect((await describeExecution(after)).output).toBe('{"done":true}');
    const described = await states.send(new DescribeStateMachineForExecutionCommand({ executionArn: before }));
    expect({ definition: described.definition, revisionId: described.revisionId }).toEqual({ definition: waiting });
    const now = await states.send(new DescribeStateMachineForExecutionCommand({ executionArn: after }));
    expect(now.revisionId).toBe(revisionId);
  });

  test("an update of nothing is refused", async () => {
    const stateMachineArn = await create("unchanged", passing);
    await expect(states.send(new UpdateStateMachineCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: "MissingRequiredParameter",
    });
  });

  test("deleting ends running executions at their next transition, then the machine is gone", async () => {
    const definition = define({
      Pause: { Type: "Wait", Seconds: 60, Next: "After" },
      After: { Type: "Succeed" },
    });
    const stateMachineArn = await create("deleted", definition);
    const executionArn = await run(stateMachineArn);
    await states.send(new DeleteStateMachineCommand({ stateMachineArn }));
    expect((await states.send(new DescribeStateMachineCommand({ stateMachineArn }))).status).toBe("DELETING");
    await expect(run(stateMachineArn)).rejects.toMatchObject({ name: "StateMachineDeleting" });
    expect((await describeExecution(executionArn)).status).toBe("RUNNING");
    await account.clock.advance(60_000);
    await expect(states.send(new DescribeStateMachineCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: "StateMachineDoesNotExist",
    });
    await states.send(new DeleteStateMachineCommand({ stateMachineArn }));
  });

  test("tags are kept, changed and removed", async () => {
    const resourceArn = await create("tagged", passing);
    const tags = [
      { key: "stack", value: "dev" },
      { key: "team", value: "pets" },
    ];
    await states.send(new TagResourceCommand({ resourceArn, tags }));
    await states.send(new UntagResourceCommand({ resourceArn, tagKeys: ["team"] }));
    const { tags: left } = await states.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(left).toEqual([{ key: "stack", value: "dev" }]);
  });
});

describe("executions", () => {
  test("the history has AWS's events, ids and predecessors", async () => {
    const executionArn = await run(await create("history", passing), '{"a":1}', "first");
    expect(executionArn).toBe("arn:aws:states:eu-west-1:000000000000:execution:history:first");
    await account.clock.advance(0);
    const timestamp = new Date(account.clock.now());
    const inputDetails = { truncated: false };
    expect(await historyOf(executionArn)).toEqual([
      {
        timestamp,
        type: "ExecutionStarted",
        id: 1,
        previousEventId: 0,
        executionStartedEventDetails: {
          input: '{"a":1}',
          inputDetails,
          roleArn: "arn:aws:iam::000000000000:role/history-role",
        },
      },
      {
        timestamp,
        type: "PassStateEntered",
        id: 2,
        previousEventId: 0,
        stateEnteredEventDetails: { name: "Only", input: '{"a":1}', inputDetails },
      },
      {
        timestamp,
        type: "PassStateExited",
        id: 3,
        previousEventId: 2,
        stateExitedEventDetails: { name: "Only", output: '{"done":true}', outputDetails: inputDetails },
      },
      {
        timestamp,
        type: "ExecutionSucceeded",
        id: 4,
        previousEventId: 3,
        executionSucceededEventDetails: { output: '{"done":true}', outputDetails: inputDetails },
      },
    ]);
  });

  test("the history pages in both orders", async () => {
    const executionArn = await run(await create("paged", passing));
    const ids: (number | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await states.send(
        new GetExecutionHistoryCommand({ executionArn, maxResults: 3, reverseOrder: true, nextToken }),
      );
      ids.push(...(page.events ?? []).map(({ id }) => id));
      nextToken = page.nextToken;
    } while (nextToken);
    expect(ids).toEqual([4, 3, 2, 1]);
    await expect(
      states.send(new GetExecutionHistoryCommand({ executionArn, nextToken: "nonsense" })),
    ).rejects.toMatchObject({ name: "InvalidToken" });
  });

  test("a name runs once: the same call repeats it while it runs, anything else is refused", async () => {
    const stateMachineArn = await create("once", waiting);
    const executionArn = await run(stateMachineArn, "{}", "monday");
    expect(await run(stateMachineArn, "{}", "monday")).toBe(executionArn);
    await expect(run(stateMachineArn, '{"b":1}', "monday")).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
    await account.clock.advance(60_000);
    await expect(run(stateMachineArn, "{}", "monday")).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
  });

  test("stopping aborts with error and cause; the wait does not go on", async () => {
    const executionArn = await run(await create("stopped", waiting));
    await states.send(new StopExecutionCommand({ executionArn, error: "Operator", cause: "not today" }));
    await account.clock.advance(120_000);
    expect(await describeExecution(executionArn)).toMatchObject({
      status: "ABORTED",
      error: "Operator",
      cause: "not today",
    });
    expect((await historyOf(executionArn)).map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "WaitStateEntered",
      "ExecutionAborted",
    ]);
  });

  test("a machine's TimeoutSeconds ends it as TIMED_OUT", async () => {
    const definition = define({ Pause: { Type: "Wait", Seconds: 60, End: true } }, { TimeoutSeconds: 30 });
    const executionArn = await run(await create("timed-out", definition));
    const before = account.clock.now();
    await account.clock.advance(60_000);
    const { status, stopDate } = await describeExecution(executionArn);
    expect({ status, seconds: (Number(stopDate) - before) / 1000 }).toEqual({ status: "TIMED_OUT", seconds: 30 });
    expect((await historyOf(executionArn)).at(-1)?.type).toBe("ExecutionTimedOut");
  });

  test("are listed newest first, by status, in pages", async () => {
    const stateMachineArn = await create("listed", waiting);
    for (const name of ["a", "b", "c"]) await run(stateMachineArn, "{}", name);
    const stopped = stateMachineArn.replace("stateMachine", "execution");
    await states.send(new StopExecutionCommand({ executionArn: `${stopped}:b` }));
    const namesOf = async (options: object) => {
      const { executions, nextToken } = await states.send(new ListExecutionsCommand({ stateMachineArn, ...options }));
      return { names: executions?.map(({ name }) => name), nextToken };
    };
    expect((await namesOf({})).names).toEqual(["c", "b", "a"]);
    expect((await namesOf({ statusFilter: "RUNNING" })).names).toEqual(["c", "a"]);
    const { names, nextToken } = await namesOf({ maxResults: 2 });
    expect(names).toEqual(["c", "b"]);
    expect((await namesOf({ maxResults: 2, nextToken })).names).toEqual(["a"]);
  });

  test.each([
    ["an input that is no JSON", { input: "{" }, "InvalidExecutionInput"],
    [
      "an input over 256 KiB",
      { input: JSON.stringify("x".repeat(262_143)) },
      /InvalidExecutionInput|ValidationException/,
    ],
    ["a name with a space", { name: "a b" }, "InvalidName"],
  ])("%s is refused", async (_, options, expected) => {
    const stateMachineArn = "arn:aws:states:eu-west-1:000000000000:stateMachine:history";
    await expect(states.send(new StartExecutionCommand({ stateMachineArn, ...options }))).rejects.toMatchObject({
      name: typeof expected === "string" ? expected : expect.stringMatching(expected),
    });
  });

  test("unknown machines and executions are named", async () => {
    const stateMachineArn = "arn:aws:states:eu-west-1:000000000000:stateMachine:none";
    await expect(run(stateMachineArn)).rejects.toMatchObject({
      name: "StateMachineDoesNotExist",
      message: `State Machine Does Not Exist: '${stateMachineArn}'`,
    });
    await expect(describeExecution(`${stateMachineArn.replace("stateMachine", "execution")}:x`)).rejects.toMatchObject({
      name: "ExecutionDoesNotExist",
    });
    await expect(describeExecution("arn:nonsense")).rejects.toMatchObject({ name: "InvalidArn" });
  });

  test("what is not written is 501", async () => {
    const executionArn = "arn:aws:states:eu-west-1:000000000000:execution:history:first";
    await expect(states.send(new RedriveExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: "NotImplemented",
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe("the role", () => {
  const describeMachine = define({
    Look: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:sfn:describeStateMachine",
      Arguments: { StateMachineArn: "{% $states.context.StateMachine.Id %}" },
      Output: "{% $states.result.Name %}",
      End: true,
    },
  });

  test("is who calls: what its policy allows, works", async () => {
    const executionArn = await run(
      await create("allowed", describeMachine, [{ Action: "states:DescribeStateMachine", Resource: "*" }]),
    );
    await account.clock.advance(0);
    expect(await describeExecution(executionArn)).toMatchObject({ status: "SUCCEEDED", output: '"allowed"' });
  });

  test("what its policy does not allow fails the task with the service's base exception", async () => {
    const executionArn = await run(await create("denied", describeMachine));
    await account.clock.advance(0);
    const { status, error, cause } = await describeExecution(executionArn);
    expect({ status, error }).toEqual({ status: "FAILED", error: "Sfn.SfnException" });
    expect(cause).toContain("is not authorized to perform: states:DescribeStateMachine");
    expect((await historyOf(executionArn)).map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskFailed",
      "ExecutionFailed",
    ]);
  });
});

test("each status of an execution is an event and a metric", async () => {
  const stateMachineArn = await create("announced", waiting);
  const executionArn = await run(stateMachineArn, '{"a":1}', "run");
  const startDate = account.clock.now();
  await account.clock.advance(60_000);
  const mine = events.filter(({ resources }) => resources.includes(executionArn));
  expect(mine.map(({ source, detailType }) => [source, detailType])).toEqual(
    Array(2).fill(["aws.states", "Step Functions Execution Status Change"]),
  );
  expect(mine.map(({ detail }) => detail)).toEqual([
    {
      ...{ executionArn, stateMachineArn, name: "run", status: "RUNNING", startDate, stopDate: null, input: '{"a":1}' },
      ...{ output: null, stateMachineVersionArn: null, stateMachineAliasArn: null, redriveCount: 0, redriveDate: null },
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is RUNNING and cannot be redriven",
      ...{ inputDetails: { included: true }, outputDetails: null, error: null, cause: null },
    },
    expect.objectContaining({ status: "SUCCEEDED", stopDate: startDate + 60_000, output: '{"a":1}' }),
  ]);
  const counted = metrics.filter(({ dimensions }) => dimensions.StateMachineArn === stateMachineArn);
  expect(counted.map(({ namespace, name, value, unit }) => [namespace, name, value, unit])).toEqual([
    ["AWS/States", "ExecutionsStarted", 1, "Count"],
    ["AWS/States", "ExecutionsSucceeded", 1, "Count"],
    ["AWS/States", "ExecutionTime", 60_000, "Milliseconds"],
  ]);
});

describe("logs", () => {
  const delivery = ["Create", "Get", "Update", "Delete"].map((verb) => `logs:${verb}LogDelivery`);
  const setUp = [...delivery, "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies"];
  const grants = [{ Action: [...setUp, "logs:DescribeLogGroups"], Resource: "*" }];

  /** A machine that logs to a group of its own name, by a role with these rights. */
  async function logging(name: string, level: "ALL" | "ERROR", rights: readonly Grant[], includeExecutionData = true) {
    const logs = new CloudWatchLogsClient(sdk(account));
    await logs.send(new CreateLogGroupCommand({ logGroupName: name }));
    const logGroupArn = `arn:aws:logs:eu-west-1:000000000000:log-group:${name}:*`;
    const destinations = [{ cloudWatchLogsLogGroup: { logGroupArn } }];
    const { stateMachineArn = "" } = await states.send(
      new CreateStateMachineCommand({
        name,
        definition: define({ Only: { Type: "Fail", Error: "Broken", Cause: "on purpose" } }),
        roleArn: await createRole(account, `${name}-role`, "states.amazonaws.com", rights),
        loggingConfiguration: { level, includeExecutionData, destinations },
      }),
    );
    const executionArn = await run(stateMachineArn, '{"a":1}');
    await account.clock.advance(0);
    const { events: logged = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: name }));
    logs.destroy();
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
      previous_event_id: "0",
      event_timestamp: String(account.clock.now()),
      execution_arn: executionArn,
      redrive_count: "0",
    });
  });

  test("level ERROR writes failures only, and no data unless asked", async () => {
    expect((await logging("log-errors", "ERROR", grants)).entries).toMatchObject([
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
    const roleArn = await createRole(account, `${name}-role`, "states.amazonaws.com", grants);
    const loggingConfiguration = { level: "ALL" as const, destinations };
    await expect(
      states.send(new CreateStateMachineCommand({ name, definition: passing, roleArn, loggingConfiguration })),
    ).rejects.toMatchObject({ name: "InvalidLoggingConfiguration" });
  });
});
