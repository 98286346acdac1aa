import { describe, waitUntilDeleted, waitUntilEnded } from "../fixture";
import type { Suite } from "../operation";
import { create } from "../operations";
import type { World } from "../world";
import { fileActions, filesOf, keyActions, policyOf, trustPolicy } from "./conditions";

/** The run's buckets: one without a key, and one that encrypts with the run's key. */
export const bucketsOf = ({ run }: World) => [`${run}-files`, `${run}-locked`] as const;

/** Makes the key and the buckets; what the service may do with them is said later. */
export async function makeKeyAndBuckets({ world, fixture }: Suite): Promise<void> {
  const { kms, s3, region, run } = world;
  const { KeyMetadata } = await kms.createKey({ Description: run });
  fixture.keyArn = KeyMetadata?.Arn ?? "";
  for (const Bucket of bucketsOf(world)) {
    // S3 refuses the constraint of its first Region.
    const constraint =
      region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" } };
    await s3.createBucket({ Bucket, ...constraint });
  }
  await s3.putBucketEncryption({
    Bucket: `${run}-locked`,
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: fixture.keyArn } }],
    },
  });
}

/**
 * Creates a role for the service; with the rights to the key that the guide lists, or without any.
 */
export async function makeRole({ world, fixture }: Suite, name: "data" | "group" | "weak"): Promise<void> {
  const { iam, run } = world;
  const RoleName = `${run}-${name}`;
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: trustPolicy(world, fixture.forms?.role ?? "strict") });
  const PolicyDocument = policyOf([
    { Effect: "Allow", Action: fileActions, Resource: bucketsOf(world).flatMap(filesOf) },
    { Effect: "Allow", Action: "cloudwatch:PutMetricData", Resource: "*" },
    ...(name === "weak" ? [] : [{ Effect: "Allow", Action: keyActions, Resource: fixture.keyArn }]),
  ]);
  await iam.putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument });
}

interface Import {
  /** The end of the job's name. */
  readonly name: string;
  readonly datasetArn: string;
  /** A folder of the run. */
  readonly place?: string;
  /** @default the job's name with `.csv` */
  readonly file?: string;
  readonly roleArn?: string;
}

/** Imports a file. Returns the state in which the job ended. */
export async function runImport(suite: Suite, { name, datasetArn, ...given }: Import) {
  const { world, fixture } = suite;
  const { place = world.place, file = `${name}.csv`, roleArn = world.roleArn } = given;
  const arn = await create(suite, "DatasetImportJob", {
    jobName: `${world.run}-${name}`,
    datasetArn,
    dataSource: { dataLocation: `${place}${file}` },
    roleArn,
  });
  if (datasetArn === fixture.items) fixture.importJob = arn;
  return waitUntilEnded(world, () => describe(world, "DatasetImportJob", arn));
}

/** The end of an attempt; `arn`: it is there. */
export interface Ended {
  readonly status: string;
  readonly failureReason?: string;
  readonly arn?: string;
}

/** Makes a group with the run's key, and deletes it when it failed. */
export async function makeLockedGroup(suite: Suite, name: string, roleArn: string): Promise<Ended> {
  const { world, fixture } = suite;
  const request = { name: `${world.run}-${name}`, kmsKeyArn: fixture.keyArn, roleArn };
  const arn = await create(suite, "DatasetGroup", request);
  const { status, failureReason } = await waitUntilEnded(world, () => describe(world, "DatasetGroup", arn));
  if (status === "ACTIVE") return { status, arn };
  await deleteGroup(world, arn);
  return { status, ...(failureReason !== undefined && { failureReason }) };
}

export async function deleteGroup(world: World, datasetGroupArn: string): Promise<void> {
  await world.call("DeleteDatasetGroup", { datasetGroupArn });
  await waitUntilDeleted(world, "DatasetGroup", datasetGroupArn);
}
