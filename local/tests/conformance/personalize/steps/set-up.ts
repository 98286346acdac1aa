import { options } from "../../../../account/services/personalize/undocumented.ts";
import {
  interactionFields,
  itemFields,
  userFields,
  writeCatalogue,
  writeSchema,
  writeViews,
} from "../../../personalize/pets.ts";
import { policyOf, trustOf } from "../../../support/roles.ts";
import { describers, waitUntilActive, waitUntilDeleted, waitUntilEnded, waitUntilReady } from "../fixture.ts";
import type { Suite } from "../operation.ts";
import type { World } from "../world.ts";
import type { Step } from "./step.ts";

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
  {
    name: options.newRole.step,
    stage: 0,
    settles: "newRole",
    isNeeded: true,
    run: makeGroupWithNewRole,
  },
  needed("groups and datasets", makeDatasets),
  { name: "a role's first import", stage: 0, settles: "newRole", isNeeded: true, run: makeImports },
  needed("a tracker", async ({ world, fixture }) => {
    const { eventTrackerArn, trackingId = "" } = await world.personalize.createEventTracker({
      name: world.run,
      datasetGroupArn: fixture.group,
    });
    fixture.trackingId = trackingId;
    fixture.tracker = await waitUntilReady(world, eventTrackerArn, describers(world).tracker);
  }),
  needed("a filter", async ({ world, fixture }) => {
    const { filterArn } = await world.personalize.createFilter({
      name: world.run,
      datasetGroupArn: fixture.group,
      filterExpression: 'INCLUDE ItemID WHERE Items.SPECIES IN ("cat")',
    });
    fixture.filter = await waitUntilReady(world, filterArn, describers(world).filter);
  }),
  needed("a metric attribution", async ({ world, fixture }) => {
    const { metricAttributionArn } = await world.personalize.createMetricAttribution({
      name: world.run,
      datasetGroupArn: fixture.group,
      metrics: [{ eventType: "View", metricName: "views", expression: "SAMPLECOUNT()" }],
      metricsOutputConfig: { roleArn: world.roleArn },
    });
    fixture.attribution = await waitUntilReady(world, metricAttributionArn, describers(world).attribution);
  }),
  { name: "a dataset is exported", stage: 0, isNeeded: true, run: makeExport },
  needed("users are deleted", async ({ world, fixture }) => {
    await world.put("forget.csv", "USER_ID\nuser-59");
    fixture.deletionJob = await beginDeletion({ world, fixture }, world.run, `${world.place}forget.csv`);
    await waitUntilActive(world, "The deletion job", () => describers(world).deletionJob(fixture.deletionJob));
  }),
];

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
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: trustOf({ Service: service }) });
  const Resource = [`${run}-files`, `${run}-locked`].flatMap(filesOf);
  const PolicyDocument = policyOf([
    { Effect: "Allow", Action: fileActions, Resource },
    { Effect: "Allow", Action: "cloudwatch:PutMetricData", Resource: "*" },
    ...(keyArn ? [{ Effect: "Allow", Action: keyActions, Resource: keyArn }] : []),
  ]);
  await iam.putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument });
}

/** A group whose role was created a moment ago; created again until IAM knows the role everywhere. */
async function makeGroupWithNewRole({ world, fixture }: Suite) {
  const { personalize: p, run, roleArn } = world;
  await makeRole(world, "data", fixture.keyArn);
  const states = await repeatUntilActive(world, async () => {
    const { datasetGroupArn = "" } = await p.createDatasetGroup({
      name: `${run}-locked`,
      kmsKeyArn: fixture.keyArn,
      roleArn,
    });
    fixture.lockedGroup = datasetGroupArn;
    const state = await waitUntilEnded(world, () => describers(world).group(datasetGroupArn));
    if (state === "ACTIVE") return state;
    await p.deleteDatasetGroup({ datasetGroupArn });
    await waitUntilDeleted(world, () => describers(world).group(datasetGroupArn));
    return state;
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

async function makeDatasets({ world, fixture }: Suite): Promise<void> {
  const { personalize: p, run } = world;
  const { datasetGroupArn } = await p.createDatasetGroup({ name: run });
  fixture.group = await waitUntilReady(world, datasetGroupArn, describers(world).group);
  const schema = async (type: string, fields: Parameters<typeof writeSchema>[1]) =>
    (await p.createSchema({ name: `${run}-${type}`, schema: writeSchema(type, fields) })).schemaArn ?? "";
  const dataset = async (datasetType: string, schemaArn: string, group = fixture.group, name = datasetType) => {
    const input = { name: `${run}-${name}`, datasetGroupArn: group, datasetType, schemaArn };
    return (await p.createDataset(input)).datasetArn;
  };
  fixture.schema = await schema("Interactions", interactionFields);
  const datasets = [
    await dataset("Interactions", fixture.schema),
    await dataset("Items", await schema("Items", itemFields)),
    await dataset("Users", await schema("Users", userFields)),
    await dataset("Interactions", fixture.schema, fixture.lockedGroup, "locked"),
  ];
  const ready = datasets.map((arn) => waitUntilReady(world, arn, describers(world).dataset));
  const [interactions = "", items = "", users = "", lockedDataset = ""] = await Promise.all(ready);
  Object.assign(fixture, { interactions, items, users, lockedDataset });
}

/** Begins an import of the file that begins the job's name. Returns the job's ARN. */
export async function beginImport(world: World, name: string, datasetArn: string, roleArn = world.roleArn) {
  const { datasetImportJobArn = "" } = await world.personalize.createDatasetImportJob({
    jobName: `${world.run}-${name}`,
    datasetArn,
    dataSource: { dataLocation: `${world.place}${name.replace(/-.*/, "")}.csv` },
    roleArn,
  });
  return datasetImportJobArn;
}

/** Imports with a role that no import has used yet, and with one that is new; one import has too few rows. */
async function makeImports({ world, fixture }: Suite) {
  const day = Math.floor(world.now().getTime() / 1000) - 86_400;
  const views = writeViews(day);
  await world.put("interactions.csv", views);
  await world.put("few.csv", views.split("\n").slice(0, 10).join("\n"));
  await world.put("items.csv", writeCatalogue());
  await world.put("users.csv", ["USER_ID,HOME", ...Array.from({ length: 60 }, (_, i) => `user-${i},flat`)].join("\n"));
  await makeRole(world, "weak");
  const state = (arn: string) => waitUntilEnded(world, () => describers(world).importJob(arn));
  const attempts = (name: string, dataset: string, role?: string) =>
    repeatUntilActive(world, async (again) => {
      const arn = await beginImport(world, `${name}${again}`, dataset, role);
      if (name === "interactions") fixture.importJob = arn;
      return state(arn);
    });
  const [interactions = [], users = []] = await Promise.all([
    attempts("interactions", fixture.interactions),
    attempts("users", fixture.users, world.weakRoleArn),
  ]);
  const others = [
    await beginImport(world, "items", fixture.items),
    await beginImport(world, "few", fixture.lockedDataset),
  ];
  await Promise.all(others.map(state));
  const isFirst = interactions.length === 1 && users.length === 1;
  return { newRole: isFirst ? "works" : "fails at first" };
}

/** Exports everything. Returns the keys of the files. */
async function makeExport({ world, fixture }: Suite) {
  const { datasetExportJobArn } = await world.personalize.createDatasetExportJob({
    jobName: world.run,
    datasetArn: fixture.interactions,
    ingestionMode: "ALL",
    roleArn: world.roleArn,
    jobOutput: { s3DataDestination: { path: `${world.place}out/` } },
  });
  fixture.exportJob = await waitUntilReady(world, datasetExportJobArn, describers(world).exportJob);
  const { Contents = [] } = await world.s3.listObjectsV2({ Bucket: `${world.run}-files`, Prefix: "out/" });
  return { keys: Contents.map(({ Key }) => Key) };
}

/** Begins a job that deletes the users of a file. Returns its ARN. */
export async function beginDeletion(
  { world, fixture }: Pick<Suite, "world" | "fixture">,
  jobName: string,
  dataLocation: string,
) {
  const { personalize: p, roleArn } = world;
  const { dataDeletionJobArn = "" } = await p.createDataDeletionJob({
    jobName,
    datasetGroupArn: fixture.group,
    dataSource: { dataLocation },
    roleArn,
  });
  return dataDeletionJobArn;
}
