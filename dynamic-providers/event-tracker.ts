import type { EventTracker as Described } from "@aws-sdk/client-personalize";
import type * as pulumi from "@pulumi/pulumi";
import type { Inputs, Kind } from "./resource/kind";
import { type CommonArgs, PersonalizeResource } from "./resource/resource";
import { toTagList } from "./resource/tags";
import { listAll } from "./service/session";

export interface EventTrackerArgs extends CommonArgs {
  /** Changing this or the name replaces the tracker: producers then need the new `trackingId`. */
  datasetGroupArn: pulumi.Input<string>;
}

export const eventTrackerKind = (): Kind<Inputs<EventTrackerArgs>, Described> => ({
  kind: "EventTracker",
  generatedArn: true,
  identity: ({ name, datasetGroupArn }) => ({ name, datasetGroupArn }),
  // The service allows one tracker per group, so the old one must be deleted first.
  conflicts: (olds, news) => olds.datasetGroupArn === news.datasetGroupArn,
  async find({ api }, { datasetGroupArn }, name) {
    const trackers = await listAll(
      (nextToken) => api.listEventTrackers({ datasetGroupArn, nextToken }),
      "eventTrackers",
    );
    return trackers.find((each) => each.name === name)?.eventTrackerArn;
  },
  async create({ api }, inputs, name) {
    const { datasetGroupArn } = inputs;
    return (await api.createEventTracker({ name, datasetGroupArn, tags: toTagList(inputs) })).eventTrackerArn;
  },
  describe: async ({ api }, eventTrackerArn) =>
    (await api.describeEventTracker({ eventTrackerArn })).eventTracker ?? {},
  delete: ({ api }, eventTrackerArn) => api.deleteEventTracker({ eventTrackerArn }),
  readInputs: ({ datasetGroupArn = "" }) => ({ datasetGroupArn }),
  readOutputs: ({ trackingId }) => ({ trackingId }),
});

/** Receives the events of PutEvents. The service allows one tracker per dataset group. */
export class EventTracker extends PersonalizeResource {
  /** The id that PutEvents takes. */
  declare readonly trackingId: pulumi.Output<string>;

  constructor(name: string, args: EventTrackerArgs, opts?: pulumi.CustomResourceOptions) {
    super({ type: "EventTracker", timeoutSeconds: 900, outputs: ["trackingId"] }, name, args, opts);
  }
}
