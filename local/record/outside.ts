import { type IAM, paginateListRoles } from "@aws-sdk/client-iam";
import { type KMS, paginateListKeys } from "@aws-sdk/client-kms";
import { paginateListBuckets, paginateListObjectsV2, type S3 } from "@aws-sdk/client-s3";

/** A resource whose removal needs no waiting. */
interface Outside {
  readonly name: string;
  remove(): Promise<unknown>;
}

/**
 * Finds the buckets, roles and keys whose name, of keys the description, begins with `prefix`.
 * Buckets and roles of all Regions are listed together, so a prefix names its Region.
 */
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

/** Empties a bucket and deletes it; once more if a job wrote a file meanwhile. */
async function removeBucket(s3: S3, Bucket: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
      for (const { Key } of Contents) await s3.deleteObject({ Bucket, Key });
    }
    try {
      return void (await s3.deleteBucket({ Bucket }));
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "BucketNotEmpty" || attempt === 3) throw error;
    }
  }
}

async function findRoles(iam: IAM, prefix: string): Promise<Outside[]> {
  const found: Outside[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, {})) {
    for (const { RoleName = "" } of Roles) {
      if (RoleName.startsWith(prefix)) {
        found.push({ name: `role ${RoleName}`, remove: () => removeRole(iam, RoleName) });
      }
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
      const { KeyMetadata: key } = await kms.describeKey({ KeyId }).catch(ifClosed);
      if (!key?.Description?.startsWith(prefix) || key.KeyState === "PendingDeletion") continue;
      // KMS keeps a key for seven days at least, and does not charge for it.
      const remove = () => kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
      found.push({ name: `key ${KeyId}, described as ${key.Description}`, remove });
    }
  }
  return found;
}

/**
 * The policy of another's key may not let us see it: then it is not ours. Without the right to see
 * any key, the run's would be missed (IAM guide, "Troubleshoot access denied error messages": the
 * message has the kind of policy).
 */
function ifClosed(error: unknown): { KeyMetadata?: undefined } {
  const isDenied = error instanceof Error && error.name === "AccessDeniedException";
  if (isDenied && !/identity-based/.test(error.message)) return {};
  throw error;
}
