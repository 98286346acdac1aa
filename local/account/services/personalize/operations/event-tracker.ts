import type { Handlers } from "../../../host/service";
import { createUuid } from "../../../host/uuid";
import type { Clients } from "../../../model/clients";
import { arnOf, type Context, generateId } from "../context";
import { invalidInput, limitExceeded } from "../faults";
import { dates, notBegun, refuseBusy, requireActive } from "../state/registry";
import { type EventTracker, interactionsDataset, type PersonalizeState } from "../state/state";
import { addTagged } from "./tags";

export function eventTrackerHandlers(context: Context) {
  const { host, store, lifecycle } = context;
  const create = lifecycle.step<undefined>({ takes: "event tracker" });
  const remove = lifecycle.removal<{ state: PersonalizeState; arn: string }>(({ state, arn }) => {
    state.trackers.delete(arn);
    state.tags.delete(arn);
  });
  const summary = (tracker: EventTracker) => ({
    name: tracker.name,
    eventTrackerArn: tracker.arn,
    status: tracker.status,
    ...dates(tracker),
  });

  return {
    CreateEventTracker({ name = "", datasetGroupArn, tags }, call) {
      const state = store.of(call);
      const group = requireActive(state.groups.find(datasetGroupArn), "DatasetGroup");
      const others = state.trackers.where(({ groupArn }) => groupArn === group.arn);
      if (others.length > 0) {
        throw limitExceeded(
          `DatasetGroup ${group.arn} has an event tracker already (${others[0]?.arn}); the quota is 1.`,
        );
      }
      if (!interactionsDataset(state, group.arn)) {
        throw invalidInput(
          `DatasetGroup ${group.arn} has no Interactions dataset: create it before its event tracker.`,
        );
      }
      const tracker = addTagged(state, tags, state.trackers, {
        arn: arnOf(call, `event-tracker/${generateId(context)}`),
        name,
        groupArn: group.arn,
        trackingId: createUuid(context.host),
        ...notBegun(host),
      });
      create(tracker, `event tracker ${name}`, undefined);
      return { eventTrackerArn: tracker.arn, trackingId: tracker.trackingId };
    },

    DescribeEventTracker({ eventTrackerArn }, call) {
      const tracker = store.of(call).trackers.find(eventTrackerArn);
      const { trackingId, groupArn: datasetGroupArn } = tracker;
      return { eventTracker: { ...summary(tracker), accountId: call.account, trackingId, datasetGroupArn } };
    },

    ListEventTrackers(input, call) {
      const { trackers, groups } = store.of(call);
      const group = groups.narrowing(input.datasetGroupArn);
      const { items, nextToken } = trackers.page(input, group, ({ groupArn }) => groupArn);
      return { eventTrackers: items.map(summary), nextToken };
    },

    DeleteEventTracker({ eventTrackerArn }, call) {
      const state = store.of(call);
      const tracker = state.trackers.find(eventTrackerArn);
      refuseBusy(tracker, "EventTracker");
      remove(tracker, `event tracker ${tracker.name}`, { state, arn: tracker.arn });
      return {};
    },
  } satisfies Handlers<Clients["personalize"]>;
}
