import { createMetricReader } from "../support/metric-history";

/** Dimensions of the service's metric of PutEvents, from the function's environment. */
export type EventSettings = Record<"DATASET_GROUP_ARN" | "INTERACTIONS_DATASET_ARN" | "EVENT_TRACKER_ARN", string>;

/**
 * Creates a function that counts PutEvents requests since a time, at most 60 days ago. The service has no count of
 * interactions, but a metric of requests, each with one to ten events.
 */
export function createEventRequestCounter(settings: EventSettings): (since: Date) => Promise<number> {
  const readMetric = createMetricReader();
  return async (since) => {
    const periods = await readMetric(
      {
        namespace: "AWS/Personalize",
        name: "PutEventsRequests",
        dimensions: {
          DatasetGroupArn: settings.DATASET_GROUP_ARN,
          DatasetArn: settings.INTERACTIONS_DATASET_ARN,
          EventTrackerArn: settings.EVENT_TRACKER_ARN,
        },
        statistic: "Sum",
      },
      since,
    );
    return periods.reduce((sum, { value }) => sum + value, 0);
  };
}
