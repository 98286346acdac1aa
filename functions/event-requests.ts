import { lazily } from "./lazily";

/** What the service's metric of PutEvents is filed under. */
export interface EventSource {
  datasetGroupArn: string;
  datasetArn: string;
  eventTrackerArn: string;
}

/**
 * Counts PutEvents requests since a time: the service has no count of interactions, but a metric of requests, each with
 * one to ten events.
 */
export function eventRequestsSince(source: EventSource): (since: Date) => Promise<number> {
  const cloudwatch = lazily(async () => {
    const sdk = await import("@aws-sdk/client-cloudwatch");
    return { sdk, client: new sdk.CloudWatchClient({}) };
  });
  return async (since) => {
    const { sdk, client } = await cloudwatch();
    const until = new Date();
    // At most 1,440 points an answer: five minutes apart for five days, else hours, which reach 60 days back.
    const period = until.getTime() - since.getTime() < 1_440 * 300_000 ? 300 : 3_600;
    const earliest = new Date(until.getTime() - 1_440 * period * 1_000);
    const { Datapoints = [] } = await client.send(
      new sdk.GetMetricStatisticsCommand({
        Namespace: "AWS/Personalize",
        MetricName: "PutEventsRequests",
        Dimensions: [
          { Name: "DatasetGroupArn", Value: source.datasetGroupArn },
          { Name: "DatasetArn", Value: source.datasetArn },
          { Name: "EventTrackerArn", Value: source.eventTrackerArn },
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
