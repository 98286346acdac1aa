import { toProperties } from "../../../values/columns";
import { connectPersonalize, connectPersonalizeEvents } from "../../support/clients";
import { isRefusal } from "../../support/refused-requests";
import type { RefusedPart } from "../quarantine";
import { describeRefusal } from "../refusal-reason";
import type { Interaction } from "./event-record";

/** The call that delivers the events of a visitor. */
function toCall(call: readonly Interaction[]) {
  const { userId, sessionId } = call[0] ?? {};
  const eventList = call.map(({ event, context }) =>
    context === undefined ? event : { ...event, properties: toProperties(context) },
  );
  return { userId, sessionId, eventList };
}

/** Creates the functions that send events to the tracker and check the tracker. */
export function createDelivery(settings: Record<"TRACKING_ID" | "TRACKER_ARN", string>) {
  const events = connectPersonalizeEvents();
  /** Loaded when Personalize first refuses an event. */
  const trackers = connectPersonalize();

  const putEvents = async (call: readonly Interaction[]) => {
    const { sdk, client } = await events();
    await client.send(new sdk.PutEventsCommand({ trackingId: settings.TRACKING_ID, ...toCall(call) }));
  };

  /**
   * Throws when the tracker is the reason for a refusal. AWS does not document whether PutEvents
   * returns the error of a bad event (InvalidInputException) also for a deleted tracker: then every
   * event of the batch would be quarantined.
   */
  const requireTracker = async (): Promise<void> => {
    const { sdk, client } = await trackers();
    const { eventTracker } = await client.send(
      new sdk.DescribeEventTrackerCommand({ eventTrackerArn: settings.TRACKER_ARN }),
    );
    if (eventTracker?.status !== "ACTIVE") {
      throw new Error(`The event tracker is ${eventTracker?.status ?? "not described"}.`);
    }
  };

  /**
   * Sends; after a refusal halves the call until the bad event is alone. Returns the bad events.
   */
  const deliver = async (call: readonly Interaction[], checkTracker: () => Promise<void>): Promise<RefusedPart[]> => {
    try {
      await putEvents(call);
      return [];
    } catch (error) {
      // A refused event that was retried would block its shard.
      if (!isRefusal(error)) throw error;
      await checkTracker();
      const [first] = call;
      if (call.length === 1 && first) {
        // The context's values also alone, because the service may quote one of them.
        return [{ part: first.part, reason: describeRefusal("event", error, [toCall(call), first.context]) }];
      }
      const half = Math.ceil(call.length / 2);
      const before = await deliver(call.slice(0, half), checkTracker);
      return [...before, ...(await deliver(call.slice(half), checkTracker))];
    }
  };

  return { deliver, requireTracker };
}
