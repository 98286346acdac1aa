// Trains a model on a few visits, and recommends.
import { IAM } from "@aws-sdk/client-iam";
import { Personalize } from "@aws-sdk/client-personalize";
import { PersonalizeRuntime } from "@aws-sdk/client-personalize-runtime";
import { S3 } from "@aws-sdk/client-s3";
import { clientEnvironment, startAccount } from "local-aws-account";
import { afterAll, beforeAll, expect, test } from "vitest";

let account;
beforeAll(async () => {
  account = await startAccount({ speed: 0 });
  Object.assign(process.env, clientEnvironment(account.origin));
});
afterAll(() => account.close());

/** Forty visitors: one half looks at cats, the other one at dogs. */
const visits = Array.from({ length: 40 }, (_, user) =>
  Array.from(
    { length: 30 },
    (_, at) => `user-${user},${["cat", "dog"][user % 2]}-${(user + at) % 10},${1700000000 + at}`,
  ),
).flat();
const fields = { USER_ID: "string", ITEM_ID: "string", TIMESTAMP: "long" };
const policy = (statement) => JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", ...statement } });

test("visitors get what they look at", async () => {
  const [s3, iam, personalize, runtime] = [S3, IAM, Personalize, PersonalizeRuntime].map((Client) => new Client({}));
  /** What AWS would do in these hours is done when this returns. */
  const passHours = (hours) => account.clock.advance(hours * 3_600_000);

  const service = { Principal: { Service: "personalize.amazonaws.com" } };
  const read = {
    Action: ["s3:GetObject", "s3:ListBucket"],
    Resource: ["arn:aws:s3:::visits", "arn:aws:s3:::visits/*"],
  };
  await s3.createBucket({ Bucket: "visits" });
  await s3.putObject({ Bucket: "visits", Key: "visits.csv", Body: [Object.keys(fields), ...visits].join("\n") });
  await s3.putBucketPolicy({ Bucket: "visits", Policy: policy({ ...service, ...read }) });
  const AssumeRolePolicyDocument = policy({ ...service, Action: "sts:AssumeRole" });
  const { Role } = await iam.createRole({ RoleName: "import", AssumeRolePolicyDocument });
  await iam.putRolePolicy({ RoleName: "import", PolicyName: "read", PolicyDocument: policy(read) });

  const { datasetGroupArn } = await personalize.createDatasetGroup({ name: "pets" });
  const schema = {
    type: "record",
    name: "Interactions",
    namespace: "com.amazonaws.personalize.schema",
    version: "1.0",
  };
  const columns = Object.entries(fields).map(([name, type]) => ({ name, type }));
  const { schemaArn } = await personalize.createSchema({
    name: "visits",
    schema: JSON.stringify({ ...schema, fields: columns }),
  });
  await passHours(1);
  const dataset = { name: "visits", schemaArn, datasetGroupArn, datasetType: "Interactions" };
  const { datasetArn } = await personalize.createDataset(dataset);
  await passHours(1);
  const dataSource = { dataLocation: "s3://visits/visits.csv" };
  await personalize.createDatasetImportJob({ jobName: "visits", datasetArn, dataSource, roleArn: Role.Arn });
  await passHours(1);
  const recipeArn = "arn:aws:personalize:::recipe/aws-user-personalization-v2";
  const { solutionArn } = await personalize.createSolution({
    name: "pets",
    datasetGroupArn,
    recipeArn,
    performAutoTraining: false,
  });
  await passHours(1);
  const { solutionVersionArn } = await personalize.createSolutionVersion({ solutionArn });
  await passHours(3);
  const { campaignArn } = await personalize.createCampaign({ name: "pets", solutionVersionArn });
  await passHours(1);
  const { itemList } = await runtime.getRecommendations({ campaignArn, userId: "user-0", numResults: 3 });
  expect(itemList.map(({ itemId }) => itemId.split("-")[0])).toEqual(["cat", "cat", "cat"]);
});
