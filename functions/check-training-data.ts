import { createNewEventCounter } from "./retraining/new-events";
import { findRunningDeletion } from "./retraining/running-deletion";
import { decideTraining } from "./retraining/training-need";
import { connectPersonalize } from "./support/clients";
import { type EnvironmentOf, readEnvironment } from "./support/environment";
import { answerInTime } from "./support/invocation";
import { log } from "./support/telemetry";

export interface CheckTrainingDataInput {
  models: { name: string; solutionArn: string }[];
  /** Trains even without new data. */
  force: boolean;
}

const variables = ["DATASET_ARNS", "DATASET_GROUP_ARN", "LEAST_NEW_EVENTS", "STACK", "STREAM_NAME"] as const;
export type Environment = EnvironmentOf<typeof variables>;

/**
 * The preflight: checks whether there are data that the newest version was not trained on:
 * delivered events, and import jobs. The service itself checks its minimums (1,000 interactions, 25
 * users with two) when a training starts, and returns the reason.
 */
export function checkTrainingDataFactory() {
  const settings = readEnvironment("check-training-data", variables);
  const datasetArns = JSON.parse(settings.DATASET_ARNS) as string[];
  const countNewEvents = createNewEventCounter(settings);
  const personalize = connectPersonalize();

  const findNewestVersion = async (solutionArn: string) => {
    const { sdk, client } = await personalize();
    let newest: { status: string; createdAt: Date } | undefined;
    for await (const page of sdk.paginateListSolutionVersions({ client }, { solutionArn })) {
      for (const { status = "", creationDateTime } of page.solutionVersions ?? []) {
        // A failed training used no data: the data before it are still new.
        if (!creationDateTime || status === "CREATE FAILED" || status === "CREATE STOPPED") continue;
        if (!newest || newest.createdAt < creationDateTime) newest = { status, createdAt: creationDateTime };
      }
    }
    return newest;
  };

  const countImports = async (since: Date) => {
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

  return answerInTime(async (input: CheckTrainingDataInput): Promise<{ train: string[]; reason: string }> => {
    const { models, force } = input;
    const { sdk, client } = await personalize();
    const { datasetGroup } = await client.send(
      new sdk.DescribeDatasetGroupCommand({ datasetGroupArn: settings.DATASET_GROUP_ARN }),
    );
    if (datasetGroup?.status !== "ACTIVE") {
      return { train: [], reason: `the dataset group is ${datasetGroup?.status ?? "deleted"}, not ACTIVE` };
    }
    // During a training, Personalize does not guarantee that users are deleted (guide, "Deleting
    // users").
    const deletion = await findRunningDeletion(personalize, settings.DATASET_GROUP_ARN);
    if (deletion) {
      const reason = `the data deletion job ${deletion.jobName} is ${deletion.status}, and users might not be deleted completely`;
      return { train: [], reason };
    }
    if (force) return { train: models.map(({ name }) => name), reason: "forced" };
    const needs = await Promise.all(
      models.map(async ({ name, solutionArn }) => {
        const newest = await findNewestVersion(solutionArn);
        const [events, imports] = newest
          ? await Promise.all([countNewEvents(newest.createdAt), countImports(newest.createdAt)])
          : [{ delivered: 0, uncounted: 0 }, 0];
        if (events.uncounted > 0) log("error", "delivered events are not counted, trains all the same", { ...events });
        const facts = { model: name, newest, events, imports };
        return { name, ...decideTraining(facts, Number(settings.LEAST_NEW_EVENTS)) };
      }),
    );
    const reason = needs.map((need) => need.reason).join("; ");
    const train = needs.filter((need) => need.train).map(({ name }) => name);
    log("info", "training data checked", { train, reason });
    return { train, reason };
  });
}
