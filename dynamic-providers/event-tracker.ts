import type { EventTracker as Described } from "@aws-sdk/client-personalize";
import * as pulumi from "@pulumi/pulumi";
import { aName, anArn, checked } from "./checks/rules";
import type { CommonInputs, Kind } from "./resource/kind";
import { owner, withDefaultTags } from "./resource/owner";
import { lifecycle } from "./resource/provider";
import { tagList } from "./resource/tags";
import { listAll, type Open, openSession } from "./service/session";

/** The entry for events of one dataset group. */
export interface EventTrackerArgs {
  /** Stem of the name in the service. Changing this replaces the tracker: producers need the new `trackingId`. */
  name: pulumi.Input<string>;
  /** Changing this replaces the tracker. */
  datasetGroupArn: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** ARN of an existing resource to take over; its replacing inputs must agree. Take it out after one `pulumi up`. */
  importArn?: pulumi.Input<string>;
  /** How long one create, update or delete may take. @default 900 */
  timeoutSeconds?: pulumi.Input<number>;
}

/** The resolved inputs. */
export interface EventTrackerInputs extends CommonInputs {
  datasetGroupArn: string;
}

const eventTracker = (): Kind<EventTrackerInputs, Described> => ({
  kind: "EventTracker",
  generated: true,
  identity: ({ name, datasetGroupArn }) => ({ name, datasetGroupArn }),
  // The service allows one tracker per group, so the old one must go first.
  exclusive: (olds, news) => olds.datasetGroupArn === news.datasetGroupArn,
  async find({ api }, { datasetGroupArn }, name) {
    const trackers = await listAll(
      (nextToken) => api.listEventTrackers({ datasetGroupArn, nextToken }),
      (page) => page.eventTrackers,
    );
    return trackers.find((each) => each.name === name)?.eventTrackerArn;
  },
  async make({ api }, inputs, name) {
    const { datasetGroupArn } = inputs;
    return (await api.createEventTracker({ name, datasetGroupArn, tags: tagList(inputs) })).eventTrackerArn;
  },
  describe: async ({ api }, eventTrackerArn) =>
    (await api.describeEventTracker({ eventTrackerArn })).eventTracker ?? {},
  destroy: ({ api }, eventTrackerArn) => api.deleteEventTracker({ eventTrackerArn }),
  observed: ({ datasetGroupArn = "" }) => ({ datasetGroupArn }),
  outputs: ({ trackingId }) => ({ trackingId }),
  nameOf: (seen) => seen.name,
});

/** The provider over any way to open a session. */
export function eventTrackerProviderOn(open: Open) {
  return lifecycle(eventTracker, open, async (_olds, news) =>
    checked(news, { name: aName(), datasetGroupArn: anArn("dataset-group") }),
  );
}

const eventTrackerProvider = eventTrackerProviderOn(openSession);

/** What PutEvents addresses. The service allows one per dataset group. */
export class EventTracker extends pulumi.dynamic.Resource {
  /** The id, which stays known in the preview of an update; the output of that name would not. */
  readonly arn: pulumi.Output<string>;
  /** The name in the service. */
  declare readonly physicalName: pulumi.Output<string>;
  /** What PutEvents takes. */
  declare readonly trackingId: pulumi.Output<string>;

  constructor(name: string, args: EventTrackerArgs, opts?: pulumi.CustomResourceOptions) {
    const { tags = {}, timeoutSeconds = 900 } = args;
    const outputs = { physicalName: undefined, trackingId: undefined };
    const common = { tags: withDefaultTags(tags), timeoutSeconds, ...owner(name, opts), providerVersion: "2" };
    super(eventTrackerProvider, name, { ...args, ...common, ...outputs }, opts, "personalize", "EventTracker");
    this.arn = this.id;
  }
}
