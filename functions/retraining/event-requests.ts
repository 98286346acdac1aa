import { lazily } from "../support/lazily";

/** Dimensions of the service's metric of PutEvents, from the function's environment. */
export type EventSettings = Record<"DATASET_GROUP_ARN" | "INTERACTIONS_DATASET_ARN" | "EVENT_TRACKER_ARN", string>;

/**
 * Creates a function that counts PutEvents requests since a time. The service has no count of interactions, but a metric of
 * requests, each with one to ten events.
 */
export function createEventRequestCounter(settings: EventSettings): (since: Date) => Promise<number> {
  const cloudwatch = lazily(async () => {
    const sdk = await import("@aws-sdk/client-cloudwatch");
    return { sdk, client: new sdk.CloudWatchClient({}) };
  });
  return async (since) => {
    const { sdk, client } = await cloudwatch();
    const until = new Date();
    // An answer has at most 1,440 points: every five minutes for five days, else every hour, for 60 days.
    const period = until.getTime() - since.getTime() < 1_440 * 300_000 ? 300 : 3_600;
    const earliest = new Date(until.getTime() - 1_440 * period * 1_000);
    const { Datapoints = [] } = await client.send(
      new sdk.GetMetricStatisticsCommand({
        Namespace: "AWS/Personalize",
        MetricName: "PutEventsRequests",
        Dimensions: [
          { Name: "DatasetGroupArn", Value: settings.DATASET_GROUP_ARN },
          { Name: "DatasetArn", Value: settings.INTERACTIONS_DATASET_ARN },
          { Name: "EventTrackerArn", Value: settings.EVENT_TRACKER_ARN },
        ],
        StartTime: since > earliest ? since : earliest,
        EndTime: until,
        Period: period,
        Statistics: ["Sum"],
      }),
    );
    return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  };
}
