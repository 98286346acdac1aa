import { eventRequestsSince } from "./retraining/event-requests";
import { trainingNeed } from "./retraining/training-need";
import { environment } from "./support/environment";
import { lazily } from "./support/lazily";
import { log } from "./support/telemetry";

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
  const eventRequests = eventRequestsSince(settings);
  const personalize = lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize");
    return { sdk, client: new sdk.PersonalizeClient({}) };
  });

  const newestVersion = async (solutionArn: string) => {
    const { sdk, client } = await personalize();
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
    const { sdk, client } = await personalize();
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

  return async ({ models, force }: CheckTrainingDataInput): Promise<{ train: string[]; reason: string }> => {
    const { sdk, client } = await personalize();
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
        const [requests, imports] = newest
          ? await Promise.all([eventRequests(newest.createdAt), importsSince(newest.createdAt)])
          : [0, 0];
        const facts = { model: name, newest, eventRequests: requests, imports };
        return { name, ...trainingNeed(facts, Number(settings.LEAST_EVENT_REQUESTS)) };
      }),
    );
    const reason = needs.map((need) => need.reason).join("; ");
    const train = needs.filter((need) => need.train).map(({ name }) => name);
    log("info", "training data checked", { train, reason });
    return { train, reason };
  };
}
