import { options } from "../../../account/services/personalize/undocumented";
import { describe, waitUntilActive, waitUntilDeleted, waitUntilEnded } from "../fixture";
import type { Suite } from "../operation";
import { create, makeActive, operationOf } from "../operations";
import { interactionFields, itemFields, userFields, writeCatalogue, writeSchema, writeViews } from "../pets";
import type { World } from "../world";
import type { Step } from "./step";

const service = "personalize.amazonaws.com";
const needed = (name: string, run: (suite: Suite) => Promise<unknown>): Step => ({
  name,
  stage: 0,
  isNeeded: true,
  run: async (suite) => {
    await run(suite);
    return undefined;
  },
});

/** Makes everything that needs no model; the other steps work on it. */
export const setUpSteps: readonly Step[] = [
  needed("a key and buckets", makeKeyAndBuckets),
  { name: options.newRole.step, stage: 0, settles: "newRole", isNeeded: true, run: makeGroupWithNewRole },
  needed("groups and datasets", makeDatasets),
  { name: "a role's first import", stage: 0, settles: "newRole", isNeeded: true, run: makeImports },
  needed("a tracker", async (suite) => {
    const { trackingId, eventTrackerArn } = await operationOf(suite, "CreateEventTracker").send();
    Object.assign(suite.fixture, { trackingId, tracker: eventTrackerArn });
    await waitUntilActive(suite.world, "EventTracker", suite.fixture.tracker);
  }),
  needed("a filter", async (suite) => {
    suite.fixture.filter = await makeActive(suite, "Filter");
  }),
  needed("a metric attribution", async (suite) => {
    suite.fixture.attribution = await makeActive(suite, "MetricAttribution");
  }),
  { name: "a dataset is exported", stage: 0, isNeeded: true, run: makeExport },
  needed("users are deleted", async (suite) => {
    await suite.world.put("forget.csv", "USER_ID\nuser-59");
    suite.fixture.deletionJob = await makeActive(suite, "DataDeletionJob");
  }),
];

const policyOf = (Statement: unknown) => JSON.stringify({ Version: "2012-10-17", Statement });

/** The key's policy as the guide asks for it ("Giving Amazon Personalize permission to use your AWS KMS key"). */
const keyActions = ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant", "kms:ListGrants"];

async function makeKeyAndBuckets({ world, fixture }: Suite): Promise<void> {
  const { kms, s3, account, region, run } = world;
  const { KeyMetadata } = await kms.createKey({
    Description: run,
    Policy: policyOf([
      { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" },
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: [...keyActions, "kms:GenerateDataKeyWithoutPlaintext"],
        Resource: "*",
      },
    ]),
  });
  fixture.keyArn = KeyMetadata?.Arn ?? "";
  for (const Bucket of [`${run}-files`, `${run}-locked`]) {
    // S3 refuses the constraint of its first Region.
    const constraint =
      region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" } };
    await s3.createBucket({ Bucket, ...constraint });
    await s3.putBucketPolicy({
      Bucket,
      Policy: policyOf([
        { Effect: "Allow", Principal: { Service: service }, Action: fileActions, Resource: filesOf(Bucket) },
      ]),
    });
  }
  await s3.putBucketEncryption({
    Bucket: `${run}-locked`,
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: fixture.keyArn } }],
    },
  });
}

const fileActions = ["s3:GetObject", "s3:ListBucket", "s3:PutObject"];
const filesOf = (bucket: string) => [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];

/** Creates a role for the service; with the rights to the key that the guide lists, or without any. */
async function makeRole({ iam, run }: World, name: "data" | "weak", keyArn?: string): Promise<void> {
  const RoleName = `${run}-${name}`;
  const trust = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: policyOf([trust]) });
  const Resource = [`${run}-files`, `${run}-locked`].flatMap(filesOf);
  const PolicyDocument = policyOf([
    { Effect: "Allow", Action: fileActions, Resource },
    { Effect: "Allow", Action: "cloudwatch:PutMetricData", Resource: "*" },
    ...(keyArn ? [{ Effect: "Allow", Action: keyActions, Resource: keyArn }] : []),
  ]);
  await iam.putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument });
}

/** A group whose role was created a moment ago; created again until IAM knows the role everywhere. */
async function makeGroupWithNewRole(suite: Suite) {
  const { world, fixture } = suite;
  await makeRole(world, "data", fixture.keyArn);
  const request = { name: `${world.run}-locked`, kmsKeyArn: fixture.keyArn, roleArn: world.roleArn };
  const states = await repeatUntilActive(world, async () => {
    const arn = await create(suite, "DatasetGroup", request);
    fixture.lockedGroup = arn;
    const { status } = await waitUntilEnded(world, () => describe(world, "DatasetGroup", arn));
    if (status === "ACTIVE") return status;
    await world.call("DeleteDatasetGroup", { datasetGroupArn: arn });
    await waitUntilDeleted(world, "DatasetGroup", arn);
    return status;
  });
  return { newRole: states.length === 1 ? "works" : "fails at first" };
}

/**
 * Makes something until it is ACTIVE, eight times at most, also when it is refused because of its role. Returns the states
 * in which the attempts ended.
 */
async function repeatUntilActive(world: World, make: (again: string) => Promise<string>): Promise<string[]> {
  const states: string[] = [];
  await world.until(async () => {
    states.push(await make(states.length === 0 ? "" : `-${states.length}`).catch(nameRefusal));
    const isActive = states.at(-1) === "ACTIVE";
    if (!isActive && states.length === 8) throw new Error(`All attempts failed: ${states.join(", ")}.`);
    return isActive;
  });
  return states;
}

function nameRefusal(error: unknown): string {
  const isAboutRole = error instanceof Error && /^(InvalidInput|AccessDenied)Exception$/.test(error.name);
  if (!isAboutRole) throw error;
  return `${error.name} (${error.message})`;
}

async function makeDatasets(suite: Suite): Promise<void> {
  const { world, fixture } = suite;
  const { run } = world;
  fixture.group = await makeActive(suite, "DatasetGroup");
  const schema = (type: string, fields: Parameters<typeof writeSchema>[1]) =>
    create(suite, "Schema", { name: `${run}-${type}`, schema: writeSchema(type, fields) });
  fixture.schema = await schema("Interactions", interactionFields);
  const dataset = (datasetType: string, schemaArn: string, changes = {}) =>
    create(suite, "Dataset", { name: `${run}-${datasetType}`, datasetType, schemaArn, ...changes });
  const locked = { name: `${run}-locked`, datasetGroupArn: fixture.lockedGroup };
  fixture.interactions = await dataset("Interactions", fixture.schema);
  fixture.items = await dataset("Items", await schema("Items", itemFields));
  fixture.users = await dataset("Users", await schema("Users", userFields));
  fixture.lockedDataset = await dataset("Interactions", fixture.schema, locked);
  const { interactions, items, users, lockedDataset } = fixture;
  await Promise.all([interactions, items, users, lockedDataset].map((arn) => waitUntilActive(world, "Dataset", arn)));
}

/** Imports the file that begins the job's name. Returns the state in which the job ended. */
export async function runImport(suite: Suite, name: string, datasetArn: string, roleArn = suite.world.roleArn) {
  const { world, fixture } = suite;
  const dataSource = { dataLocation: `${world.place}${name.replace(/-.*/, "")}.csv` };
  const arn = await create(suite, "DatasetImportJob", {
    jobName: `${world.run}-${name}`,
    datasetArn,
    dataSource,
    roleArn,
  });
  if (datasetArn === fixture.items) fixture.importJob = arn;
  return waitUntilEnded(world, () => describe(world, "DatasetImportJob", arn));
}

/** Imports with a role that no import has used yet, and with one that is new; one import has too few rows. */
async function makeImports(suite: Suite) {
  const { world, fixture } = suite;
  const day = Math.floor(world.now().getTime() / 1000) - 86_400;
  const views = writeViews(day);
  await world.put("interactions.csv", views);
  await world.put("few.csv", views.split("\n").slice(0, 10).join("\n"));
  await world.put("items.csv", writeCatalogue());
  await world.put("users.csv", ["USER_ID,HOME", ...Array.from({ length: 60 }, (_, i) => `user-${i},flat`)].join("\n"));
  await makeRole(world, "weak");
  const attempts = (name: string, dataset: string, roleArn: string) =>
    repeatUntilActive(world, async (again) => (await runImport(suite, `${name}${again}`, dataset, roleArn)).status);
  const [interactions = [], users = []] = await Promise.all([
    attempts("interactions", fixture.interactions, world.roleArn),
    attempts("users", fixture.users, world.weakRoleArn),
  ]);
  await Promise.all([runImport(suite, "items", fixture.items), runImport(suite, "few", fixture.lockedDataset)]);
  const isFirst = interactions.length === 1 && users.length === 1;
  return { newRole: isFirst ? "works" : "fails at first" };
}

/** Exports everything. Returns the keys of the files. */
async function makeExport(suite: Suite) {
  const { fixture, world } = suite;
  fixture.exportJob = await makeActive(suite, "DatasetExportJob");
  const { Contents = [] } = await world.s3.listObjectsV2({ Bucket: `${world.run}-files`, Prefix: "out/" });
  return { keys: Contents.map(({ Key }) => Key) };
}
