import { type Operations, type Suite, tags, testArn, testDelete, testDescribe, testList } from "../operation.ts";

export function eventTrackerOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p } = world;
  const { group, tracker } = fixture;
  return {
    CreateEventTracker: {
      send: (c) => p.createEventTracker({ name: making.fresh(), datasetGroupArn: group, ...c }),
      once: true,
      errors: {
        ...testArn("datasetGroupArn", group),
        // One of a group, which the fixture has.
        LimitExceededException: {},
        ResourceInUseException: async () => ({ datasetGroupArn: await making.youngGroup() }),
        TooManyTagsException: async () => ({
          datasetGroupArn: await making.groupWithInteractions(),
          tags: tags(51),
        }),
      },
    },
    DescribeEventTracker: testDescribe(
      (c) => p.describeEventTracker({ eventTrackerArn: tracker, ...c }),
      "eventTrackerArn",
      tracker,
    ),
    ListEventTrackers: testList((c) => p.listEventTrackers({ ...c })),
    DeleteEventTracker: testDelete(
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
