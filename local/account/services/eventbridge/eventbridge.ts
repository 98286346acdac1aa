import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import type { Clients } from "../../endpoint/clients";
import { Fault, notImplemented } from "../../endpoint/fault";
import { parseJsonText } from "../../endpoint/json-text";
import { onAny, passRole } from "../../endpoint/permission";
import type { Call, Handlers, Host, Permissions, Service } from "../../endpoint/service";
import { defineService } from "../../endpoint/service";
import { newUuid } from "../../endpoint/uuid";
import { nextRun } from "../scheduler/cron";
import { busOperations } from "./bus-operations";
import { createDelivery } from "./delivery";
import type { EventEnvelope } from "./input";
import { isDefaultBus, type Rule, type Rules } from "./rule";
import { readPattern, ruleArn, ruleOperations } from "./rule-operations";
import { targetOperations } from "./target-operations";

interface Place {
  readonly account: string;
  readonly region: string;
}

/** Amazon EventBridge's default bus: rules on events and schedules, and their targets. Other buses answer 501. */
export function eventbridge(host: Host): Service<"eventbridge"> {
  const rules = host.store((): Rules => new Map());
  const deliver = createDelivery(host);

  const publish = (place: Place, event: EventEnvelope) => {
    for (const rule of rules.of(place).values()) {
      if (rule.enabled && rule.pattern?.(event)) deliver(place, rule, event);
    }
  };
  host.on("event", ({ account, region, ...event }) =>
    publish({ account, region }, envelope(host, { account, region }, event)),
  );

  return defineService({
    name: "eventbridge",
    iamPrefix: "events",
    validationError: "ValidationException",
    handlers: {
      ...busOperations(),
      ...ruleOperations(rules, scheduleRuns(host, deliver)),
      ...targetOperations(host, rules),
      ...eventOperations(host, publish),
    },
    permissions,
  });
}

type Publish = (place: Place, event: EventEnvelope) => void;

function envelope(
  host: Host,
  { account, region }: Place,
  event: { source: string; detailType: string; resources: readonly string[]; detail: unknown; time?: number },
): EventEnvelope {
  const { source, detailType, resources, detail, time = host.clock.now() } = event;
  return {
    version: "0",
    id: newUuid(host),
    "detail-type": detailType,
    source,
    account,
    time: new Date(time).toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources,
    // Signals carry live values: a target must see what the event said when it happened.
    detail: JSON.parse(JSON.stringify(detail)),
  };
}

/** Keeps one timer per enabled rule with a schedule; a rate runs first one interval after it began. */
function scheduleRuns(host: Host, deliver: (place: Place, rule: Rule, event: EventEnvelope) => void) {
  const { clock } = host;
  const armAfter = (place: Place, rule: Rule, from: number, anchor: number) => {
    rule.timer?.cancel();
    rule.timer = undefined;
    const time = rule.enabled && rule.schedule ? nextRun(rule.schedule, "UTC", from, anchor) : undefined;
    if (time === undefined) return;
    rule.timer = clock.at(time, `rule ${rule.name}`, () => {
      armAfter(place, rule, time, anchor);
      const event = { source: "aws.events", detailType: "Scheduled Event", resources: [rule.arn], detail: {}, time };
      deliver(place, rule, envelope(host, place, event));
    });
  };
  return ({ account, region }: Call, rule: Rule) => armAfter({ account, region }, rule, clock.now(), clock.now());
}

function eventOperations(host: Host, publish: Publish) {
  return {
    PutEvents({ Entries = [], EndpointId }, call) {
      const size = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
      if (size > mostBytes) {
        throw new Fault("ValidationException", "Total size of the entries in the request is over the limit.");
      }
      if (EndpointId !== undefined) throw notImplemented("EndpointId of PutEvents");
      const place = { account: call.account, region: call.region };
      const results = Entries.map((entry) => {
        const fault = faultOf(entry);
        if (fault) return fault;
        const { Source = "", DetailType = "", Resources = [], Detail = "", Time } = entry;
        const parts = { source: Source, detailType: DetailType, resources: Resources, detail: parseJsonText(Detail) };
        const event = envelope(host, place, Time ? { ...parts, time: Time.getTime() } : parts);
        // Recorded on AWS (localstack's snapshot test_put_events_nonexistent_event_bus): a bus that does not exist takes
        // the event and drops it.
        if (isDefaultBus(call, entry.EventBusName)) publish(place, event);
        return { EventId: event.id };
      });
      return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
    },

    TestEventPattern({ EventPattern = "", Event = "" }) {
      const matches = readPattern(EventPattern);
      return { Result: matches(readEvent(Event)) };
    },
  } satisfies Handlers<Clients["eventbridge"]>;
}

/** Of all entries of a request together (user guide, "Calculating PutEvents event entry size"). */
const mostBytes = 1_048_576;

/** The user guide's sum: 14 bytes for a time, and the other members as UTF-8. */
const sizeOf = ({ Time, Source = "", DetailType = "", Detail = "", Resources = [] }: PutEventsRequestEntry) =>
  (Time ? 14 : 0) + [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);

/** What is wrong with one entry of PutEvents: the others still go through. */
function faultOf(entry: PutEventsRequestEntry): { ErrorCode: string; ErrorMessage: string } | undefined {
  if (entry.TraceHeader !== undefined) throw notImplemented("TraceHeader of PutEvents");
  for (const member of ["Source", "DetailType", "Detail"] as const) {
    if (entry[member]) continue;
    const ErrorMessage = `Parameter ${member} is not valid. Reason: ${member} is a required argument.`;
    return { ErrorCode: "InvalidArgument", ErrorMessage };
  }
  if (entry.Source?.startsWith("aws.")) {
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
  }
  try {
    const detail: unknown = parseJsonText(entry.Detail ?? "");
    if (typeof detail === "object" && detail !== null && !Array.isArray(detail)) return undefined;
  } catch {
    // Answered below, like a detail that is JSON but no object.
  }
  return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
}

/** The API reference names `resources` too; AWS takes an event without it (recorded: localstack's test_event_pattern). */
const mandatory = ["id", "account", "source", "time", "region", "detail-type"];

function readEvent(text: string): unknown {
  const refuse = (reason: string) =>
    new Fault("ValidationException", `Parameter Event is not valid. Reason: ${reason}`);
  let event: unknown;
  try {
    event = parseJsonText(text);
  } catch (error) {
    throw refuse((error as Error).message);
  }
  if (typeof event !== "object" || event === null || Array.isArray(event)) throw refuse("Event is not an object");
  const missing = mandatory.find((name) => !Object.hasOwn(event, name));
  if (missing !== undefined) throw refuse(`${missing} is missing`);
  return event;
}

const on = (action: string, resource: string) => ({ action: `events:${action}`, resource });
const onRule = (action: string) => (input: { Name?: string | undefined }, call: Call) => [
  on(action, ruleArn(call, input.Name)),
];
const onRuleOf = (action: string) => (input: { Rule?: string | undefined }, call: Call) => [
  on(action, ruleArn(call, input.Rule)),
];
const onArn = (action: string) => (input: { ResourceARN?: string | undefined }) => [
  on(action, input.ResourceARN ?? "*"),
];

const busArn = ({ region, account }: Call, name: string) =>
  name.startsWith("arn:") ? name : `arn:aws:events:${region}:${account}:event-bus/${name}`;

const permissions = {
  PutRule: onRule("PutRule"),
  DescribeRule: onRule("DescribeRule"),
  DeleteRule: onRule("DeleteRule"),
  EnableRule: onRule("EnableRule"),
  DisableRule: onRule("DisableRule"),
  PutTargets: ({ Rule, Targets = [] }, call) => [
    on("PutTargets", ruleArn(call, Rule)),
    ...Targets.flatMap(({ RoleArn }) => passRole(RoleArn, "events.amazonaws.com")),
  ],
  RemoveTargets: onRuleOf("RemoveTargets"),
  ListTargetsByRule: onRuleOf("ListTargetsByRule"),
  ListRuleNamesByTarget: () => [on("ListRuleNamesByTarget", "*")],
  DescribeEventBus: ({ Name = "default" }, call) => [on("DescribeEventBus", busArn(call, Name))],
  ListEventBuses: () => [on("ListEventBuses", "*")],
  PutEvents: ({ Entries = [] }, call) =>
    [...new Set(Entries.map(({ EventBusName = "default" }) => busArn(call, EventBusName)))].map((arn) =>
      on("PutEvents", arn),
    ),
  TagResource: onArn("TagResource"),
  UntagResource: onArn("UntagResource"),
  ListTagsForResource: onArn("ListTagsForResource"),
  ListRules: onAny("events:ListRules"),
  TestEventPattern: onAny("events:TestEventPattern"),
} satisfies Partial<Permissions<Clients["eventbridge"]>>;
