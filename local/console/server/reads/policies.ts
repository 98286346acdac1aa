import { Fault } from "../../../account/aws/fault";
import { readAllPages } from "../../../account/aws/read-all-pages";
import type { ResourceDetail } from "../../messages";
import type { Calls } from "../caller";

type Policies = ResourceDetail["policies"];

/** The policies of a resource: of its role, attached to it, or its own. */
export async function readPolicies(arn: string, name: string, properties: unknown, view: Calls): Promise<Policies> {
  const service = arn.split(":")[2];
  const { Role, roleArn, RoleArn, Policy } = (properties ?? {}) as Record<string, unknown>;
  if (arn.includes(":role/")) return readRolePolicies(name, view);
  const role = [Role, roleArn, RoleArn].find((value): value is string => typeof value === "string");
  if (role !== undefined) return readRolePolicies(role.split("/").at(-1) ?? "", view);
  if (service === "iam") return [{ name, document: await readManagedPolicy(arn, view) }];
  if (service === "s3") {
    const found = await unlessAbsent(view("s3", "GetBucketPolicy", { Bucket: name }));
    return found ? [{ name: "bucket policy", document: parseDocument(found.Policy) }] : [];
  }
  if (service === "kms") {
    const { Policy: text } = await view("kms", "GetKeyPolicy", { KeyId: arn });
    return [{ name: "key policy", document: parseDocument(text) }];
  }
  return typeof Policy === "string" ? [{ name: "resource policy", document: parseDocument(Policy) }] : [];
}

async function readRolePolicies(RoleName: string, view: Calls): Promise<Policies> {
  const found = await unlessAbsent(
    Promise.all([readInlinePolicies(RoleName, view), readAttachedPolicies(RoleName, view)]),
  );
  return found?.flat() ?? [{ name: `${RoleName}: this role does not exist`, document: null }];
}

async function readInlinePolicies(RoleName: string, view: Calls): Promise<Policies> {
  const names = await readAllPages(async (Marker) => {
    const page = await view("iam", "ListRolePolicies", { RoleName, Marker });
    return { items: page.PolicyNames, next: page.Marker };
  });
  return Promise.all(
    names.map(async (PolicyName) => {
      const { PolicyDocument } = await view("iam", "GetRolePolicy", { RoleName, PolicyName });
      return { name: `${RoleName}: ${PolicyName}`, document: parseDocument(PolicyDocument) };
    }),
  );
}

async function readAttachedPolicies(RoleName: string, view: Calls): Promise<Policies> {
  const attached = await readAllPages(async (Marker) => {
    const page = await view("iam", "ListAttachedRolePolicies", { RoleName, Marker });
    return { items: page.AttachedPolicies, next: page.Marker };
  });
  return Promise.all(
    attached.map(async ({ PolicyArn, PolicyName = "" }) => ({
      name: PolicyName,
      document: await readManagedPolicy(PolicyArn, view),
    })),
  );
}

async function readManagedPolicy(PolicyArn: string | undefined, view: Calls): Promise<unknown> {
  const { Policy } = await view("iam", "GetPolicy", { PolicyArn });
  const { PolicyVersion } = await view("iam", "GetPolicyVersion", { PolicyArn, VersionId: Policy?.DefaultVersionId });
  return parseDocument(PolicyVersion?.Document);
}

/**
 * S3's errors for a bucket that has none of what is asked for (API reference, "Error responses"),
 * and IAM's for a role that was deleted.
 */
const absent: readonly string[] = [
  "NoSuchEntityException",
  "NoSuchBucketPolicy",
  "NoSuchTagSet",
  "ServerSideEncryptionConfigurationNotFoundError",
];

export async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Fault && absent.includes(error.code)) return undefined;
    throw error;
  }
}

const parseDocument = (text: string | undefined): unknown =>
  text === undefined ? undefined : JSON.parse(text.startsWith("%") ? decodeURIComponent(text) : text);
