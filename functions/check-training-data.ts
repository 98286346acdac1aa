import { environment } from "./environment";
import { lazily } from "./lazily";
import { log } from "./telemetry";
import { trainingNeed } from "./training-need";

export interface CheckTrainingDataInput {
  models: { name: string; solutionArn: string }[];
  /** Train whether or not there is anything new. */
  force: boolean;
}

/**
 * The preflight: is there anything to train on that the newest version has not seen? The service offers no count of
 * interactions; what can be known are its PutEventsRequests metric and the import jobs. Its minimums (1,000
 * interactions, 25 users with two) are judged by the service itself, at the training, with the reason.
 */
export function checkTrainingDataFactory() {
  const settings = environment("check-training-data", [
    "DATASET_ARNS",
    "DATASET_GROUP_ARN",
    "EVENT_TRACKER_ARN",
    "INTERACTIONS_DATASET_ARN",
    "LEAST_EVENT_REQUESTS",
  ]);
  const datasetArns = JSON.parse(settings.DATASET_ARNS) as string[];
  const clients = lazily(async () => {
    const [sdk, metricsSdk] = await Promise.all([
      import("@aws-sdk/client-personalize"),
      import("@aws-sdk/client-cloudwatch"),
    ]);
    return { sdk, metricsSdk, client: new sdk.PersonalizeClient({}), metrics: new metricsSdk.CloudWatchClient({}) };
  });

  const newestVersion = async (solutionArn: string) => {
    const { sdk, client } = await clients();
    let newest: { status: string; createdAt: Date } | undefined;
    for await (const page of sdk.paginateListSolutionVersions({ client }, { solutionArn })) {
      for (const { status = "", creationDateTime } of page.solutionVersions ?? []) {
        // A training that failed has seen nothing: the data before it are still new.
        if (!creationDateTime || status === "CREATE FAILED" || status === "CREATE STOPPED") continue;
        if (!newest || newest.createdAt < creationDateTime) newest = { status, createdAt: creationDateTime };
      }
    }
    return newest;
  };

  const importsSince = async (since: Date) => {
    const { sdk, client } = await clients();
    let count = 0;
    for (const datasetArn of datasetArns) {
      for await (const page of sdk.paginateListDatasetImportJobs({ client }, { datasetArn })) {
        for (const { status, lastUpdatedDateTime } of page.datasetImportJobs ?? []) {
          if (status === "ACTIVE" && lastUpdatedDateTime && lastUpdatedDateTime > since) count += 1;
        }
      }
    }
    return count;
  };

  const eventRequestsSince = async (since: Date) => {
    const { metricsSdk, metrics } = await clients();
    const until = new Date();
    // At most 1,440 points an answer: five minutes apart for five days, else hours, which reach 60 days back.
    const period = until.getTime() - since.getTime() < 1_440 * 300_000 ? 300 : 3_600;
    const earliest = new Date(until.getTime() - 1_440 * period * 1_000);
    const { Datapoints = [] } = await metrics.send(
      new metricsSdk.GetMetricStatisticsCommand({
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

  return async ({ models, force }: CheckTrainingDataInput): Promise<{ train: string[]; reason: string }> => {
    const { sdk, client } = await clients();
    const { datasetGroup } = await client.send(
      new sdk.DescribeDatasetGroupCommand({ datasetGroupArn: settings.DATASET_GROUP_ARN }),
    );
    if (datasetGroup?.status !== "ACTIVE") {
      return { train: [], reason: `the dataset group is ${datasetGroup?.status ?? "gone"}, not ACTIVE` };
    }
    if (force) return { train: models.map(({ name }) => name), reason: "forced" };
    const needs = await Promise.all(
      models.map(async ({ name, solutionArn }) => {
        const newest = await newestVersion(solutionArn);
        const [eventRequests, imports] = newest
          ? await Promise.all([eventRequestsSince(newest.createdAt), importsSince(newest.createdAt)])
          : [0, 0];
        const facts = { model: name, newest, eventRequests, imports };
        return { name, ...trainingNeed(facts, Number(settings.LEAST_EVENT_REQUESTS)) };
      }),
    );
    const reason = needs.map((need) => need.reason).join("; ");
    const train = needs.filter((need) => need.train).map(({ name }) => name);
    log("info", "training data checked", { train, reason });
    return { train, reason };
  };
}
