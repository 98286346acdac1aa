// The optional parts of a stack: one with all of them is compared with one without.
import { expect, test } from "vitest";
import { account } from "../support/record.ts";
import { recorder, recordFull, recordUsual } from "./recorded-stacks.mts";

const { stack } = await recordUsual();
const { stack: full } = await recordFull();

/** The resources of a stack, as `Type logical-name` without the stack's name. */
const list = ({ resources }: typeof stack) =>
  resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name.slice(name.indexOf("-") + 1)}`);

test("apart from the network they add exactly these resources", () => {
  const plain = list(stack);
  expect(plain.filter((resource) => !list(full).includes(resource))).toEqual([]);
  const added = list(full).filter((resource) => !plain.includes(resource) && !/ network-|-vpc-access$/.test(resource));
  expect(added.sort()).toEqual([
    "BucketObjectv2 data-user-rows",
    "BucketObjectv2 data-users-csv",
    "BucketObjectv2 data-users-schema",
    "Dataset users-dataset",
    "DatasetImportJob users-import",
    "EventSourceMapping events-users-mapping",
    "Filter filter-adoptable",
    "Function events-users-function",
    "LogGroup events-users-logs",
    "MetricAlarm watch-users-delay",
    "MetricAlarm watch-users-dropped",
    "MetricAlarm watch-users-errors",
    "MetricAlarm watch-users-given-up",
    "MetricAttribution attribution",
    "Parameter contract-users-dataset",
    "Role attribution-role",
    "Role events-users-role",
    "RolePolicy attribution-policy",
    "RolePolicy events-users-policy",
    "Schema users-schema",
    "Solution baseline-solution",
  ]);
});

test("a stack without users knows nothing of them but how to refuse their updates", () => {
  const inputs = stack.resources.map(({ inputs: { code, ...others } }) => JSON.stringify(others));
  expect(inputs.length).toBeGreaterThan(50);
  expect(inputs.filter((text) => /PutUsers|HAS_USERS|update-users|users\.(csv|json)/i.test(text))).toEqual([]);
});

/**
 * The resources for which a service assumes a role, as each service documents them: Step Functions
 * guide, "Creating an IAM role for your state machine"; Scheduler guide, "Confused deputy
 * prevention": a group, never a schedule; Personalize guide, "Cross-service confused deputy
 * prevention". Lambda documents none for execution roles.
 */
const sources: Readonly<Record<string, string>> = {
  firehose: "deliverystream/recommender-dev-archive",
  personalize: "*",
  scheduler: "schedule-group/recommender-dev-schedules",
  states: "stateMachine:recommender-dev-retraining",
};

test("a service other than Lambda assumes each role for its resources in this account only", () => {
  const roles = full.of("aws:iam/role:Role");
  const trusts = roles.flatMap(({ name, inputs }) => {
    const { Statement } = JSON.parse(String(inputs.assumeRolePolicy)) as { Statement: Trust[] };
    const service = Statement[0]?.Principal.Service.split(".")[0] ?? "";
    return service === "lambda" ? [] : [{ name, service, conditions: Statement.map(({ Condition }) => Condition) }];
  });
  expect(new Set(trusts.map(({ service }) => service))).toEqual(new Set(Object.keys(sources)));
  for (const { name, service, conditions } of trusts) {
    expect(conditions, name).toContainEqual({
      StringEquals: { "aws:SourceAccount": account },
      ArnLike: { "aws:SourceArn": `arn:aws:${service}:eu-west-1:${account}:${sources[service]}` },
    });
  }
});

interface Trust {
  Principal: { Service: string };
  Condition?: unknown;
}

test("deleting the state machine may take longer than each of its states", () => {
  const machine = full.one("aws:sfn/stateMachine:StateMachine", "full-retraining-state-machine");
  const definition = String(machine.inputs.definition);
  const pauses = [...definition.matchAll(/"(?:IntervalSeconds|MaxDelaySeconds)":(\d+)/g)].map(([, value]) =>
    Number(value),
  );
  // In `lengthenPause`: `$floor($min([$candidatePause * 1.5, 300]))`.
  const waits = [...definition.matchAll(/\$min\(\[[^,]+, (\d+)\]\)/g)].map(([, value]) => Number(value));
  const functions = recorder.of("aws:lambda/function:Function").map(({ inputs }) => Number(inputs.timeout));
  expect(waits.length).toBeGreaterThan(2);
  const longest = Math.max(...pauses, ...waits, ...functions);

  const [, minutes = ""] = /^(\d+)m$/.exec(machine.deleteTimeout ?? "") ?? [];
  // The pause before a retry, and the call itself.
  expect(Number(minutes) * 60).toBeGreaterThanOrEqual(2 * longest);
});
