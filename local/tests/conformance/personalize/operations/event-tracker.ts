import { byArn, describing, listing, type Operations, removing, type Suite, tags } from "../operation.ts";

export function eventTrackerOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p } = world;
  const { group, tracker } = fixture;
  return {
    CreateEventTracker: {
      send: (c) => p.createEventTracker({ name: making.fresh(), datasetGroupArn: group, ...c }),
      once: true,
      errors: {
        ...byArn("datasetGroupArn", group),
        // One of a group, which the fixture has.
        LimitExceededException: {},
        ResourceInUseException: async () => ({ datasetGroupArn: await making.youngGroup() }),
        TooManyTagsException: async () => ({
          datasetGroupArn: await making.groupWithInteractions(),
          tags: tags(51),
        }),
      },
    },
    DescribeEventTracker: describing(
      (c) => p.describeEventTracker({ eventTrackerArn: tracker, ...c }),
      "eventTrackerArn",
      tracker,
    ),
    ListEventTrackers: listing((c) => p.listEventTrackers({ ...c })),
    DeleteEventTracker: removing(
      (c) => p.deleteEventTracker({ eventTrackerArn: tracker, ...c }),
      "eventTrackerArn",
      tracker,
      async () => {
        const datasetGroupArn = await making.groupWithInteractions();
        const { eventTrackerArn } = await p.createEventTracker({ name: making.fresh(), datasetGroupArn });
        return { eventTrackerArn };
      },
    ),
  };
}
