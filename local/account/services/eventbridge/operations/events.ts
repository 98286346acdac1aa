import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import type { Scope } from "../../../aws/arn";
import { Fault, notImplemented } from "../../../aws/fault";
import { parseJsonText } from "../../../codecs/json-text";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { createEnvelope } from "../delivery/envelope";
import type { EventEnvelope } from "../delivery/input";
import { isDefaultBus } from "../state/bus";
import { readPattern } from "../state/read-rule";

type Publish = (scope: Scope, event: EventEnvelope) => Promise<void>;

/** Puts events on the default bus, and tests patterns. */
export function eventHandlers(host: Host, publish: Publish) {
  return {
    PutEvents({ Entries = [], EndpointId }, call) {
      const size = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
      if (size > mostBytes) {
        throw new Fault("ValidationException", "Total size of the entries in the request is over the limit.");
      }
      if (EndpointId !== undefined) throw notImplemented("events:PutEvents with EndpointId");
      const scope = { account: call.account, region: call.region };
      const results = Entries.map((entry) => {
        const fault = checkEntry(entry);
        if (fault) return fault;
        const { Source = "", DetailType = "", Resources = [], Detail = "", Time } = entry;
        const parts = { source: Source, detailType: DetailType, resources: Resources, detail: parseJsonText(Detail) };
        const event = createEnvelope(host, scope, Time ? { ...parts, time: Time.getTime() } : parts);
        // Recorded on AWS (localstack's snapshot test_put_events_nonexistent_event_bus): a bus that does not exist takes
        // the event and drops it.
        if (isDefaultBus(call, entry.EventBusName)) publish(scope, event);
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

/** The limit for all entries of a request together (user guide, "Calculating PutEvents event entry size"). */
const mostBytes = 1_048_576;

/** The user guide's sum: 14 bytes for a time, and the other members as UTF-8. */
const sizeOf = ({ Time, Source = "", DetailType = "", Detail = "", Resources = [] }: PutEventsRequestEntry) =>
  (Time ? 14 : 0) + [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);

/** The error of one entry of PutEvents; the other entries are accepted. */
function checkEntry(entry: PutEventsRequestEntry): { ErrorCode: string; ErrorMessage: string } | undefined {
  if (entry.TraceHeader !== undefined) throw notImplemented("events:PutEvents with TraceHeader");
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
    // Refused below, like a detail that is JSON but not an object.
  }
  return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
}

/** The API reference names `resources` too; AWS takes an event without it (recorded: localstack's test_event_pattern). */
const mandatory = ["id", "account", "source", "time", "region", "detail-type"];

function readEvent(text: string): unknown {
  // Recorded without a reason: localstack's test_plain_string_payload, test_array_event_payload, test_invalid_event_payload.
  const refuse = () => new Fault("ValidationException", "Parameter Event is not valid.");
  let event: unknown;
  try {
    event = parseJsonText(text);
  } catch {
    throw refuse();
  }
  if (typeof event !== "object" || event === null || Array.isArray(event)) throw refuse();
  if (!mandatory.every((name) => Object.hasOwn(event, name))) throw refuse();
  return event;
}
