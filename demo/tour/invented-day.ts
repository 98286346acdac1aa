import { toContext } from "../../cli/journey/context";
import { listContextColumns } from "../../cli/journey/data";
import { nameItem } from "../../cli/journey/items";
import type { TourJourney } from "./tour-journey";

/** As many visitors as come on a day, and how many events each of them sends. */
const mostVisitors = 400;
const eventsPerVisitor = 12;
/** PutRecords takes at most 500 records (Kinesis API reference). */
const recordsPerCall = 500;

const daySeconds = 86_400;

export interface InventedDay {
  readonly visitors: number;
  readonly events: number;
}

/**
 * Sends a day's events of invented visitors: each looks at what one visitor of the data looked at
 * last. The visitors of the data get no events. Waits until all events have arrived.
 */
export async function sendInventedDay(journey: TourJourney): Promise<InventedDay> {
  const { account, stack } = journey;
  const { inspection } = account.personalize;
  const groupArn = stack.datasetGroupArn;
  const known = inspection.users(stack, groupArn, "", 2 * mostVisitors).found;
  const visitors = known.slice(0, Math.ceil(known.length / 2)).map((_, i) => `invented-visitor-${i + 1}`);
  const columns = await listContextColumns(stack);
  const [eventType] = stack.eventTypes;
  const now = Math.floor(account.clock.now() / 1000);
  const records = visitors.flatMap((userId, i) => {
    const events = [...inspection.events(stack, groupArn, known[i]?.id ?? "", eventsPerVisitor)];
    const start = now - daySeconds + Math.floor((daySeconds * i) / (visitors.length + 1));
    return events.reverse().map(({ itemId, context }, place) => {
      const visit = { userId, sessionId: `${journey.session}-${i}`, eventType, timestamp: start + 60 * place };
      const event = { ...visit, ...nameItem(journey, itemId), context: toContext(context, columns) };
      return { PartitionKey: userId, Data: Buffer.from(JSON.stringify(event)) };
    });
  });
  for (let first = 0; first < records.length; first += recordsPerCall) {
    const Records = records.slice(first, first + recordsPerCall);
    await stack.call("kinesis", "PutRecords", { StreamName: stack.streamName, Records });
  }
  // Imported events may be newer than the account's clock.
  const hasArrived = (id: string) =>
    inspection.events(stack, groupArn, id, Number.POSITIVE_INFINITY).some(({ source }) => source === "streamed");
  const waiting = new Set(visitors);
  await journey.waitFor(
    "events",
    async () => {
      for (const id of waiting) {
        if (hasArrived(id)) waiting.delete(id);
      }
      return waiting.size === 0 ? true : undefined;
    },
    "the events of the invented visitors did not arrive",
  );
  return { visitors: visitors.length, events: records.length };
}
