import { createNewEventCounter } from "./retraining/new-events";
import { findRunningDeletion } from "./retraining/running-deletion";
import { decideTraining } from "./retraining/training-need";
import { connectPersonalize } from "./support/clients";
import { type EnvironmentOf, readEnvironment } from "./support/environment";
import { answerInTime } from "./support/invocation";
import { describeError, log } from "./support/telemetry";

export interface CheckTrainingDataInput {
  models: { name: string; solutionArn: string; campaignArn: string }[];
  /** Trains even without new data, but no model that nothing could serve. */
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

  /** Finds out whether a model has a campaign; one that is being deleted is no more. */
  const hasCampaign = async (campaignArn: string): Promise<boolean> => {
    const { sdk, client } = await personalize();
    const found = await client.send(new sdk.DescribeCampaignCommand({ campaignArn })).catch((error) => {
      if (describeError(error).error === "ResourceNotFoundException") return undefined;
      throw error;
    });
    return found?.campaign !== undefined && !/^DELETE /.test(found.campaign.status ?? "");
  };

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
    const { force } = input;
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
    // Each training is paid for, and only a campaign could serve its version.
    const served = await Promise.all(input.models.map(({ campaignArn }) => hasCampaign(campaignArn)));
    const models = input.models.filter((_, index) => served[index]);
    const unserved = input.models
      .filter((_, index) => !served[index])
      .map(({ name }) => `${name}: its campaign does not exist; \`pulumi up --refresh\` creates it again`);
    const describe = (reasons: readonly string[]) => [...unserved, ...reasons].join("; ");
    if (force && models.length > 0) return { train: models.map(({ name }) => name), reason: describe(["forced"]) };
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
    const reason = describe(needs.map((need) => need.reason));
    const train = needs.filter((need) => need.train).map(({ name }) => name);
    log("info", "training data checked", { train, reason });
    return { train, reason };
  });
}
