import {
  type CampaignConfig,
  type CreateBatchInferenceJobCommandInput,
  type CreateDatasetExportJobCommandInput,
  type CreateDatasetImportJobCommandInput,
  type CreateSolutionCommandInput,
  type IngestionMode,
  Personalize,
} from "@aws-sdk/client-personalize";
import { PersonalizeEvents } from "@aws-sdk/client-personalize-events";
import { PersonalizeRuntime } from "@aws-sdk/client-personalize-runtime";
import { S3 } from "@aws-sdk/client-s3";
import { type Account, type AccountOptions, startAccount } from "../../account.ts";
import {
  type FieldOf,
  interactionFields,
  itemFields,
  minute,
  start,
  writeCatalogue,
  writeSchema,
  writeViews,
} from "../../record/personalize/pets.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { createRole, policyOf } from "../support/roles.ts";

/**
 * An account whose Personalize may read one bucket, with what the tests do again and again. The
 * caller closes it.
 */
export async function startStage(
  undocumented: AccountOptions["undocumented"] = {},
  options: AccountOptions = {},
  open = startAccount,
) {
  const account = await open({ speed: 0, start, undocumented, ...options });
  const personalize = new Personalize(sdk(account));
  const events = new PersonalizeEvents(sdk(account));
  const runtime = new PersonalizeRuntime(sdk(account));
  // Another emulator has the files, if there is one.
  const files = { origin: options.s3Endpoint ?? account.origin };
  const s3 = new S3(sdk(files));
  const bucket = "pet-data";
  const roleArn = await createRole(files, "data", "personalize.amazonaws.com", [rightsTo(bucket)]);
  await s3.createBucket({ Bucket: bucket });
  await allowService(s3, bucket);

  const put = (Key: string, text: string) => s3.putObject({ Bucket: bucket, Key, Body: Buffer.from(text) });
  let count = 0;
  const fresh = (kind: string) => `${kind}-${++count}`;

  const base = { account, personalize, s3, bucket, roleArn, put, fresh };
  return {
    ...base,
    events,
    runtime,
    ...createDataSteps(base),
    ...createModelSteps(base),
    ...createGroupSteps(base),
  };
}
export type Stage = Awaited<ReturnType<typeof startStage>>;

/** The same for the tests of a file, and closed after them. */
export const openStage = (undocumented?: AccountOptions["undocumented"], options?: AccountOptions) =>
  startStage(undocumented, options, openAccount);

/** The parts that all steps use. */
interface Base {
  readonly account: Account;
  readonly personalize: Personalize;
  readonly s3: S3;
  readonly bucket: string;
  readonly roleArn: string;
  put(key: string, text: string): Promise<unknown>;
  /** Returns a name that no other resource has. */
  fresh(kind: string): string;
}

/** Groups, datasets and their rows. */
function createDataSteps({ account, personalize, s3, bucket, roleArn, put, fresh }: Base) {
  const group = async () => {
    const { datasetGroupArn = "" } = await personalize.createDatasetGroup({ name: fresh("group") });
    await account.clock.advance(minute);
    return datasetGroupArn;
  };
  const dataset = async (datasetGroupArn: string, datasetType: string, fields: readonly FieldOf[]) => {
    const { schemaArn } = await personalize.createSchema({
      name: fresh("schema"),
      schema: writeSchema(datasetType, fields),
    });
    const { datasetArn = "" } = await personalize.createDataset({
      name: fresh("dataset"),
      datasetGroupArn,
      datasetType,
      schemaArn,
    });
    await account.clock.advance(minute);
    return datasetArn;
  };
  /** Imports a CSV text and returns how the job ended. */
  const load = async (datasetArn: string, csv: string, more: Partial<CreateDatasetImportJobCommandInput> = {}) => {
    const key = `${fresh("file")}.csv`;
    await put(key, csv);
    const { datasetImportJobArn } = await personalize.createDatasetImportJob({
      jobName: fresh("job"),
      datasetArn,
      dataSource: { dataLocation: `s3://${bucket}/${key}` },
      roleArn,
      ...more,
    });
    await account.clock.advance(5 * minute);
    const { datasetImportJob } = await personalize.describeDatasetImportJob({ datasetImportJobArn });
    return datasetImportJob;
  };
  /** The text of a file. */
  const read = async (Key: string) => {
    const { Body } = await s3.getObject({ Bucket: bucket, Key });
    return (await Body?.transformToString()) ?? "";
  };
  /** Exports a dataset, and returns how the job ended, and its file. */
  const exportRows = async (
    datasetArn: string,
    more: Partial<CreateDatasetExportJobCommandInput> = {},
    client = personalize,
  ) => {
    const jobName = fresh("export");
    const jobOutput = { s3DataDestination: { path: `s3://${bucket}/rows` } };
    const request = { jobName, datasetArn, ingestionMode: "ALL", roleArn, jobOutput, ...more } as const;
    const { datasetExportJobArn } = await client.createDatasetExportJob(request);
    await account.clock.advance(5 * minute);
    const { datasetExportJob: job } = await personalize.describeDatasetExportJob({ datasetExportJobArn });
    return { job, file: `rows/${jobName}.csv` };
  };
  /** The rows of a dataset, read with an export, without the header. */
  const rows = async (datasetArn: string, ingestionMode: IngestionMode = "ALL"): Promise<string[]> => {
    const { file } = await exportRows(datasetArn, { ingestionMode });
    return (await read(file)).trim().split("\n").slice(1);
  };
  /** A group with items and interactions in it. */
  const filled = async () => {
    const groupArn = await group();
    const interactions = await dataset(groupArn, "Interactions", interactionFields);
    const items = await dataset(groupArn, "Items", itemFields);
    await load(interactions, writeViews());
    await load(items, writeCatalogue());
    return { groupArn, interactions, items };
  };
  return { group, dataset, load, read, exportRows, rows, filled };
}

/** Solutions, versions and campaigns. */
function createModelSteps({ account, personalize, bucket, roleArn, fresh }: Base) {
  const solution = async (datasetGroupArn: string, recipe: string, more: Partial<CreateSolutionCommandInput> = {}) => {
    const { solutionArn = "" } = await personalize.createSolution({
      name: fresh("solution"),
      datasetGroupArn,
      recipeArn: `arn:aws:personalize:::recipe/${recipe}`,
      performAutoTraining: false,
      ...more,
    });
    await account.clock.advance(minute);
    return solutionArn;
  };
  /** Trains a version and returns how it ended. */
  const version = async (solutionArn: string) => {
    const { solutionVersionArn } = await personalize.createSolutionVersion({ solutionArn });
    await account.clock.advance(10 * minute);
    const { solutionVersion } = await personalize.describeSolutionVersion({ solutionVersionArn });
    return {
      arn: solutionVersionArn ?? "",
      status: solutionVersion?.status,
      failureReason: solutionVersion?.failureReason,
    };
  };
  /** The account's report about a trained version, in addition to the service's own answers. */
  const report = (versionArn: string) =>
    account.personalize.trainingReport({ account: "000000000000", region: "eu-west-1" }, versionArn) ?? {};
  const campaign = async (solutionVersionArn: string, campaignConfig?: CampaignConfig) => {
    const { campaignArn = "" } = await personalize.createCampaign({
      name: fresh("campaign"),
      solutionVersionArn,
      ...(campaignConfig && { campaignConfig }),
    });
    await account.clock.advance(10 * minute);
    return campaignArn;
  };
  /** Begins a batch of a file, whose answers come to the folder `batch`. */
  const beginBatch = async (
    solutionVersionArn: string,
    file: string,
    more: Partial<CreateBatchInferenceJobCommandInput> = {},
  ) => {
    const { batchInferenceJobArn } = await personalize.createBatchInferenceJob({
      jobName: fresh("batch"),
      solutionVersionArn,
      roleArn,
      jobInput: { s3DataSource: { path: `s3://${bucket}/${file}` } },
      jobOutput: { s3DataDestination: { path: `s3://${bucket}/batch/` } },
      ...more,
    });
    return batchInferenceJobArn;
  };
  return { solution, version, report, campaign, beginBatch };
}

/** The steps for a group's resources other than datasets and solutions. */
function createGroupSteps({ account, personalize, fresh }: Base) {
  const tracker = async (datasetGroupArn: string) => {
    const made = await personalize.createEventTracker({ name: fresh("tracker"), datasetGroupArn });
    await account.clock.advance(minute);
    return { trackingId: made.trackingId ?? "", eventTrackerArn: made.eventTrackerArn ?? "" };
  };
  const filter = async (datasetGroupArn: string, filterExpression: string) => {
    const { filterArn = "" } = await personalize.createFilter({
      name: fresh("filter"),
      datasetGroupArn,
      filterExpression,
    });
    await account.clock.advance(minute);
    return filterArn;
  };
  return { tracker, filter };
}

/** The rights that the guide asks for: the role and the service need them. */
const rightsTo = (bucket: string) => ({
  Action: ["s3:GetObject", "s3:ListBucket", "s3:PutObject"],
  Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
});

export async function allowService(s3: S3, bucket: string): Promise<void> {
  const Principal = { Service: "personalize.amazonaws.com" };
  const Policy = policyOf([{ Effect: "Allow", Principal, ...rightsTo(bucket) }]);
  await s3.putBucketPolicy({ Bucket: bucket, Policy });
}

/** A key's policy: the account's own policies decide, and what the service may. */
export const keyPolicy = (serviceMay: readonly string[]) =>
  policyOf([
    { Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:root" }, Action: "kms:*", Resource: "*" },
    { Effect: "Allow", Principal: { Service: "personalize.amazonaws.com" }, Action: serviceMay, Resource: "*" },
  ]);

/** The metrics of every recipe (guide, "Evaluating a solution version with metrics"). */
export const eightMetrics = [
  "coverage",
  "mean_reciprocal_rank_at_25",
  "normalized_discounted_cumulative_gain_at_10",
  "normalized_discounted_cumulative_gain_at_25",
  "normalized_discounted_cumulative_gain_at_5",
  "precision_at_10",
  "precision_at_25",
  "precision_at_5",
];
