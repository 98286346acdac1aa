/** A campaign with many items, created with the same calls as on AWS. */
import type { Aws } from "../../../cli/stack/aws";
import { largeTables } from "../recommender/large-set";

const bucket = "large-catalogue";
const interactions = 200_000;
const service = "personalize.amazonaws.com";
const day = 86_400;

/** Imports `items` items, trains and deploys a campaign on an account with a fast clock. Returns the ARN and the users. */
export async function deployLargeCatalogue(aws: Aws, items: number): Promise<{ campaignArn: string; users: string[] }> {
  const roleArn = await createBucketAndRole(aws);
  const group = await aws.call("personalize", "CreateDatasetGroup", { name: bucket });
  const datasetGroupArn = group.datasetGroupArn ?? "";
  await waitUntilActive(
    async () => (await aws.call("personalize", "DescribeDatasetGroup", { datasetGroupArn })).datasetGroup,
  );
  const data = largeTables(interactions, items);
  const { userIds, itemIds, timestamps } = data.interactions;
  const events = Array.from(timestamps, (time, row) =>
    [userIds.values[userIds.codes[row] ?? 0], itemIds.values[itemIds.codes[row] ?? 0], time].join(),
  );
  const newest = timestamps.at(-1) ?? 0;
  const rows = data.items.itemIds.map((itemId, i) =>
    [itemId, newest - (i % 60) * day, data.items.categorical.KIND?.[i], `size ${i % 5}`, `age ${i % 4}`].join(),
  );
  const text = (name: string) => ({ name, type: "string", categorical: true });
  await importRows(aws, datasetGroupArn, roleArn, "Interactions", [userId, itemId, timestamp], events);
  await importRows(
    aws,
    datasetGroupArn,
    roleArn,
    "Items",
    [itemId, created, ...["KIND", "SIZE", "AGE"].map(text)],
    rows,
  );
  return { campaignArn: await trainAndServe(aws, datasetGroupArn), users: [...userIds.values] };
}

const userId = { name: "USER_ID", type: "string" };
const itemId = { name: "ITEM_ID", type: "string" };
const timestamp = { name: "TIMESTAMP", type: "long" };
const created = { name: "CREATION_TIMESTAMP", type: "long" };

async function createBucketAndRole(aws: Aws): Promise<string> {
  const allow = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const access = {
    Action: ["s3:GetObject", "s3:ListBucket"],
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  };
  await aws.call("s3", "CreateBucket", {
    Bucket: bucket,
    CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
  });
  await aws.call("s3", "PutBucketPolicy", {
    Bucket: bucket,
    Policy: allow({ Principal: { Service: service }, ...access }),
  });
  const { Role } = await aws.call("iam", "CreateRole", {
    RoleName: bucket,
    AssumeRolePolicyDocument: allow({ Principal: { Service: service }, Action: "sts:AssumeRole" }),
  });
  await aws.call("iam", "PutRolePolicy", { RoleName: bucket, PolicyName: "data", PolicyDocument: allow(access) });
  return Role?.Arn ?? "";
}

async function importRows(
  aws: Aws,
  datasetGroupArn: string,
  roleArn: string,
  datasetType: string,
  fields: readonly { name: string; type: string }[],
  rows: readonly string[],
): Promise<void> {
  const csv = [fields.map(({ name }) => name).join(), ...rows].join("\n");
  await aws.call("s3", "PutObject", { Bucket: bucket, Key: `${datasetType}.csv`, Body: csv });
  const schema = JSON.stringify({
    type: "record",
    name: datasetType,
    namespace: "com.amazonaws.personalize.schema",
    fields,
    version: "1.0",
  });
  const { schemaArn } = await aws.call("personalize", "CreateSchema", { name: `${bucket}-${datasetType}`, schema });
  const { datasetArn } = await aws.call("personalize", "CreateDataset", {
    name: datasetType,
    schemaArn,
    datasetGroupArn,
    datasetType,
  });
  await waitUntilActive(async () => (await aws.call("personalize", "DescribeDataset", { datasetArn })).dataset);
  const { datasetImportJobArn } = await aws.call("personalize", "CreateDatasetImportJob", {
    jobName: `${bucket}-${datasetType}`,
    datasetArn,
    roleArn,
    dataSource: { dataLocation: `s3://${bucket}/${datasetType}.csv` },
  });
  await waitUntilActive(
    async () => (await aws.call("personalize", "DescribeDatasetImportJob", { datasetImportJobArn })).datasetImportJob,
  );
}

async function trainAndServe(aws: Aws, datasetGroupArn: string): Promise<string> {
  const { solutionArn } = await aws.call("personalize", "CreateSolution", {
    name: bucket,
    datasetGroupArn,
    recipeArn: "arn:aws:personalize:::recipe/aws-user-personalization",
    performAutoTraining: false,
  });
  await waitUntilActive(async () => (await aws.call("personalize", "DescribeSolution", { solutionArn })).solution);
  const { solutionVersionArn } = await aws.call("personalize", "CreateSolutionVersion", { solutionArn });
  await waitUntilActive(
    async () => (await aws.call("personalize", "DescribeSolutionVersion", { solutionVersionArn })).solutionVersion,
  );
  const { campaignArn = "" } = await aws.call("personalize", "CreateCampaign", {
    name: bucket,
    solutionVersionArn,
    minProvisionedTPS: 1,
  });
  await waitUntilActive(async () => (await aws.call("personalize", "DescribeCampaign", { campaignArn })).campaign);
  return campaignArn;
}

/** Waits until a resource is ACTIVE. */
async function waitUntilActive(
  describe: () => Promise<{ status?: string | undefined; failureReason?: string | undefined } | undefined>,
): Promise<void> {
  for (;;) {
    const { status = "", failureReason } = (await describe()) ?? {};
    if (status === "ACTIVE") return;
    if (status.endsWith("FAILED")) throw new Error(`The large catalogue's resource is ${status}: ${failureReason}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
