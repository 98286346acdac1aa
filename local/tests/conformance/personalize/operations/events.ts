import { type Operations, type Suite, testArn } from "../operation.ts";

/** The service `personalize-events`. */
export function eventsOperations({ world, fixture, making }: Suite): Operations {
  const { events } = world;
  const { trackingId, items } = fixture;
  return {
    PutEvents: {
      send: (c) =>
        events.putEvents({
          trackingId,
          sessionId: "visit",
          eventList: [{ eventType: "View", itemId: "cat-1", sentAt: world.now() }],
          ...c,
        }),
      errors: { InvalidInputException: { trackingId: "unknown" } },
    },
    PutItems: {
      send: (c) =>
        events.putItems({ datasetArn: items, items: [{ itemId: "owl", properties: '{"species":"bird"}' }], ...c }),
      errors: {
        ...testArn("datasetArn", items),
        InvalidInputException: { items: [{ itemId: "owl", properties: '{"colour":"red"}' }] },
        ResourceInUseException: async () => ({
          datasetArn: await making.youngDataset("Items", await making.itemSchema()),
        }),
      },
    },
  };
}
