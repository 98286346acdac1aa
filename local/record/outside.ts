import { type IAM, paginateListRoles } from "@aws-sdk/client-iam";
import { type KMS, paginateListKeys } from "@aws-sdk/client-kms";
import { paginateListBuckets, paginateListObjectsV2, type S3 } from "@aws-sdk/client-s3";

/** A resource whose removal needs no waiting. */
interface Outside {
  readonly name: string;
  remove(): Promise<unknown>;
}

/** Finds the buckets, roles and keys whose name, of keys the description, begins with `prefix`. */
export const findOutside = async ({ s3, iam, kms }: { s3: S3; iam: IAM; kms: KMS }, prefix: string) => [
  ...(await findBuckets(s3, prefix)),
  ...(await findRoles(iam, prefix)),
  ...(await findKeys(kms, prefix)),
];

async function findBuckets(s3: S3, Prefix: string): Promise<Outside[]> {
  const found: Outside[] = [];
  for await (const { Buckets = [] } of paginateListBuckets({ client: s3 }, { Prefix })) {
    for (const { Name = "" } of Buckets) found.push({ name: `bucket ${Name}`, remove: () => removeBucket(s3, Name) });
  }
  return found;
}

async function removeBucket(s3: S3, Bucket: string): Promise<void> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    for (const { Key } of Contents) await s3.deleteObject({ Bucket, Key });
  }
  await s3.deleteBucket({ Bucket });
}

async function findRoles(iam: IAM, prefix: string): Promise<Outside[]> {
  const found: Outside[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, {})) {
    for (const { RoleName = "" } of Roles) {
      if (RoleName.startsWith(prefix))
        found.push({ name: `role ${RoleName}`, remove: () => removeRole(iam, RoleName) });
    }
  }
  return found;
}

async function removeRole(iam: IAM, RoleName: string): Promise<void> {
  const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName });
  for (const PolicyName of PolicyNames) await iam.deleteRolePolicy({ RoleName, PolicyName });
  await iam.deleteRole({ RoleName });
}

async function findKeys(kms: KMS, prefix: string): Promise<Outside[]> {
  const found: Outside[] = [];
  for await (const { Keys = [] } of paginateListKeys({ client: kms }, {})) {
    for (const { KeyId } of Keys) {
      // Others' keys may not be described.
      const { KeyMetadata: key } = await kms.describeKey({ KeyId }).catch(ifDenied);
      if (!key?.Description?.startsWith(prefix) || key.KeyState === "PendingDeletion") continue;
      // KMS keeps a key for seven days at least, and does not charge for it.
      found.push({ name: `key ${KeyId}`, remove: () => kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 }) });
    }
  }
  return found;
}

function ifDenied(error: unknown): { KeyMetadata?: undefined } {
  if (error instanceof Error && error.name === "AccessDeniedException") return {};
  throw error;
}
