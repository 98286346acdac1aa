import { EventBridge } from "@aws-sdk/client-eventbridge";
import { SFN } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { parsePattern } from "../../account/languages/event-pattern/pattern.ts";
import { createInput } from "../../account/services/eventbridge/delivery/input.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { createRole } from "../support/roles.ts";
import { createMachine, startsOf } from "../support/targets.ts";

// Recorded responses of AWS: the snapshots of localstack/localstack in tests/aws/services/events. Each group of tests
// names its snapshots.

const matches = (pattern: object, event: unknown) => parsePattern(JSON.stringify(pattern))(event);

// test_event_pattern[dot_joining_pattern], test_event_pattern[dot_joining_event]
describe("names with dots are nested names", () => {
  const flat = (value: unknown) => ({ detail: { "state.status": value } });
  const deep = (value: unknown) => ({ detail: { state: { status: value } } });

  test("in the pattern, in the event and in both", () => {
    expect(matches(flat(["running"]), deep("running"))).toBe(true);
    expect(matches(deep(["running"]), flat("running"))).toBe(true);
    expect(matches(flat(["running"]), flat("running"))).toBe(true);
    expect(matches(flat(["running"]), deep("stopped"))).toBe(false);
  });

  test("next to fields of the same object", () => {
    const pattern = { "a.b": [1], a: { c: [2] } };
    expect(matches(pattern, { a: { b: 1, c: 2 } })).toBe(true);
    expect(matches(pattern, { a: { b: 1, c: 3 } })).toBe(false);
  });

  test("in the elements of a list", () => {
    expect(matches({ "pets.kind.name": ["dog"] }, { pets: [{ kind: { name: "cat" } }, { "kind.name": "dog" }] })).toBe(
      true,
    );
  });
});

test.each<[string, unknown, string]>([
  ["content_anything_prefix_empty_EXC", { "anything-but": { prefix: "" } }, "Null prefix/suffix not allowed"],
  ["content_anything_suffix_empty_EXC", { "anything-but": { suffix: ["a", ""] } }, "Null prefix/suffix not allowed"],
  [
    "content_anything_prefix_ignorecase_EXC",
    { "anything-but": { prefix: { "equals-ignore-case": "file" } } },
    "Value of anything-but must be an array or single string/number value.",
  ],
  [
    "content_anything_but_string_list_null_type_EXC",
    { "anything-but": ["stopped", null] },
    "Inside anything but list, start|null|boolean is not supported.",
  ],
  [
    "content_wildcard_complex_EXC",
    { wildcard: "*:*:*:*:*:event-bus/*" },
    "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character",
  ],
  ["content_wildcard_repeating_star_EXC", { wildcard: "arn:**:x" }, "Consecutive wildcard characters at pos 5"],
  ["content_wildcard_int_EXC", { wildcard: 123 }, "wildcard match pattern must be a string"],
  ["content_numeric_operatorcasing_EXC", { NUMERIC: ["=", 5] }, "Unrecognized match type NUMERIC"],
  ["content_numeric_EXC", { numeric: [">", 0, ">", 0] }, "Bad numeric range operator: >"],
  ["content_numeric_syntax_EXC", { numeric: [">", 0, "<"] }, "Value of < must be numeric"],
  ["content_numeric_number_EXC", { numeric: 10 }, "Value of numeric must be an array."],
  ["content_ip_address_EXC", { cidr: "filter" }, "Malformed CIDR, one '/' required"],
  ["content_ip_address_bad_mask_EXC", { cidr: "10.0.0.0/x" }, "Malformed CIDR, mask bits must be an integer"],
  ["content_ip_address_bad_ip_EXC", { cidr: "xx.11.xx/8" }, "Nonstandard IP address: xx.11.xx"],
])("%s: the comparison %j is refused", (_, comparison, problem) => {
  expect(() => matches({ field: [comparison] }, {})).toThrow(problem);
});

// test_input_transformer_nested_keys_replacement
describe("an input template", () => {
  const filled = (InputTemplate: string, detail: object) => {
    const event = {
      ...({ version: "0", id: "i", "detail-type": "t", source: "s", account: "0", time: "then", region: "r" } as const),
      ...{ resources: [], detail },
    };
    const InputPathsMap = Object.fromEntries(Object.keys(detail).map((name) => [name, `$.detail.${name}`]));
    const rule = { ruleArn: "arn", ruleName: "rule", ingestionTime: "now" };
    return createInput({ InputTransformer: { InputTemplate, InputPathsMap } }, event, rule);
  };

  test("that is a text contains objects and lists without quotes", () => {
    const detail = { one: ["HIGH"], two: ["A", "B"], object: { id: "0a", n: 1 }, yes: true };
    expect(filled('"<one> <two> <object> <yes>"', detail)).toBe('"[HIGH] [A,B] {id:0a,n:1} true"');
  });

  test("that is JSON contains them as JSON", () => {
    expect(JSON.parse(filled('{"all": <object>, "list": [<id>]}', { object: { a: "b" }, id: "0a" }))).toEqual({
      all: { a: "b" },
      list: ["0a"],
    });
  });

  test("that is JSON cannot have them in quotes: the event is dropped", () => {
    const template = '{"all": "<list>"}';
    expect(() => filled(template, { list: ["HIGH"] })).toThrow("The filled InputTemplate is not JSON.");
    expect(filled(template, { list: 'a "b"' })).toBe('{"all": "a \\"b\\""}');
  });

  test("has the event without its detail, by the time of ingestion (test_input_transformer_predefined_variables)", () => {
    expect(JSON.parse(filled('{"event": <aws.events.event>}', { a: 1 })).event).toEqual({
      ...{ version: "0", id: "i", detailType: "t", source: "s", account: "0", time: "now", region: "r" },
      resources: [],
    });
  });
});

const account = await openAccount({ start: Date.parse("2026-03-01T00:00:00Z") });
const events = new EventBridge(sdk(account));
const states = new SFN(sdk(account));

const EventPattern = '{"source":["shop"]}';

test("TestEventPattern accepts an event without resources (test_event_pattern)", async () => {
  const Event = {
    id: "1",
    account: "123",
    source: "shop",
    time: "2022-07-13T13:48:01Z",
    region: "r",
    "detail-type": "t",
  };
  const test = (event: object) => events.testEventPattern({ EventPattern, Event: JSON.stringify(event) });
  expect((await test(Event)).Result).toBe(true);
  // test_plain_string_payload, test_array_event_payload
  for (const wrong of ["plain", "[]"]) {
    const call = events.testEventPattern({ EventPattern, Event: wrong });
    await expect(call).rejects.toMatchObject({ message: "Parameter Event is not valid." });
  }
  // test_invalid_event_payload
  await expect(test({ ...Event, time: undefined })).rejects.toMatchObject({
    message: "Parameter Event is not valid.",
  });
});

test("accepts and drops events for a bus that does not exist (test_put_events_nonexistent_event_bus)", async () => {
  const Arn = await createMachine(account, states, "dropped");
  const RoleArn = await createRole(account, "events", "events.amazonaws.com", [
    { Action: "states:StartExecution", Resource: "*" },
  ]);
  await events.putRule({ Name: "dropped", EventPattern });
  await events.putTargets({ Rule: "dropped", Targets: [{ Id: "t", Arn, RoleArn }] });
  const entry = (EventBusName: string, n: number) => ({
    EventBusName,
    Source: "shop",
    DetailType: "t",
    Detail: JSON.stringify({ n }),
  });
  const { FailedEntryCount, Entries } = await events.putEvents({
    Entries: [entry("no-such-bus", 1), entry("default", 2)],
  });
  expect({ FailedEntryCount, ids: Entries?.map(({ EventId }) => typeof EventId) }).toEqual({
    FailedEntryCount: 0,
    ids: ["string", "string"],
  });
  await account.clock.advance(0);
  expect((await startsOf(states, Arn)).map(({ input }) => input)).toEqual([
    expect.objectContaining({ detail: { n: 2 } }),
  ]);
});

test("ignores an empty schedule of a rule with a pattern", async () => {
  await events.putRule({ Name: "empty", EventPattern, ScheduleExpression: "" });
  expect(await events.describeRule({ Name: "empty" })).not.toHaveProperty("ScheduleExpression");
  await expect(events.putRule({ Name: "nothing", EventPattern: "", ScheduleExpression: "" })).rejects.toMatchObject({
    name: "ValidationException",
  });
});

test("refuses an unknown placeholder with AWS's error (test_put_events_with_input_transformer_missing_keys)", async () => {
  await events.putRule({ Name: "placeholder", EventPattern });
  const Arn = "arn:aws:states:eu-west-1:000000000000:stateMachine:m";
  const InputTransformer = { InputTemplate: '"<nokey>"', InputPathsMap: {} };
  const Targets = [{ Id: "one", Arn, RoleArn: "arn:aws:iam::000000000000:role/events", InputTransformer }];
  await expect(events.putTargets({ Rule: "placeholder", Targets })).rejects.toMatchObject({
    message: "InputTemplate for target one contains invalid placeholder nokey.",
  });
});

test("the rules of a target are listed in pages (test_list_rule_names_by_target_with_limit)", async () => {
  const TargetArn = await createMachine(account, states, "listed");
  const RoleArn = await createRole(account, "listing", "events.amazonaws.com");
  for (const Name of ["by-2", "by-1", "by-3"]) {
    await events.putRule({ Name, EventPattern });
    await events.putTargets({ Rule: Name, Targets: [{ Id: "t", Arn: TargetArn, RoleArn }] });
  }
  const first = await events.listRuleNamesByTarget({ TargetArn, Limit: 2 });
  expect(first.RuleNames).toEqual(["by-1", "by-2"]);
  const { NextToken } = first;
  expect((await events.listRuleNamesByTarget({ TargetArn, NextToken })).RuleNames).toEqual(["by-3"]);
  expect((await events.listRuleNamesByTarget({ TargetArn: `${TargetArn}x` })).RuleNames).toEqual([]);
});

test("the default bus is described and listed; no other exists", async () => {
  const created = new Date("2026-03-01T00:00:00Z");
  const times = { CreationTime: created, LastModifiedTime: created };
  const bus = { Name: "default", Arn: "arn:aws:events:eu-west-1:000000000000:event-bus/default", ...times };
  expect(await events.describeEventBus({})).toMatchObject(bus);
  expect((await events.listEventBuses({})).EventBuses).toEqual([bus]);
  expect((await events.listEventBuses({ NamePrefix: "x" })).EventBuses).toEqual([]);
  await expect(events.describeEventBus({ Name: "mine" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Event bus mine does not exist.",
  });
});

test("the default bus has tags (test_recreate_tagged_resource_without_tags[event_bus-event_bus_default])", async () => {
  const ResourceARN = "arn:aws:events:eu-west-1:000000000000:event-bus/default";
  await events.tagResource({ ResourceARN, Tags: [{ Key: "tag1", Value: "value1" }] });
  const { Tags } = await events.listTagsForResource({ ResourceARN });
  expect(Tags).toEqual([{ Key: "tag1", Value: "value1" }]);
  await expect(
    events.listTagsForResource({ ResourceARN: ResourceARN.replace("default", "mine") }),
  ).rejects.toMatchObject({ name: "ResourceNotFoundException", message: "Event bus mine does not exist." });
});

test("a rule's role is described, and is the role of targets without their own", async () => {
  // API reference, PutRule, RoleArn
  const Arn = await createMachine(account, states, "by-rule");
  const RoleArn = await createRole(account, "rule", "events.amazonaws.com", [
    { Action: "states:StartExecution", Resource: Arn },
  ]);
  await events.putRule({ Name: "with-role", EventPattern, RoleArn });
  expect(await events.describeRule({ Name: "with-role" })).toMatchObject({ RoleArn });
  await events.putTargets({ Rule: "with-role", Targets: [{ Id: "t", Arn }] });
  await events.putEvents({ Entries: [{ Source: "shop", DetailType: "t", Detail: "{}" }] });
  await account.clock.advance(1000);
  expect(await startsOf(states, Arn)).toHaveLength(1);
});
