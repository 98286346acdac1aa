import { asList, type Element, isObject, listOf } from "./document-syntax";

type Fail = (message: string) => Error;

/** IAM user guide, "Amazon Resource Names (ARNs)" and the partitions of the SDK's endpoint rules. */
const partition = /^(\*|aws(-cn|-us-gov|-iso|-iso-[b-z]|-eusc)?)$/;
/** S3 ARNs that have a Region (Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"). */
const regionalS3 = /^(accesspoint|job|storage-lens|storage-lens-group|async-request|access-grants|\*)/;
/** Recorded: the message of a resource of IAM with another beginning. */
const iamPaths = [
  "user/",
  "federated-user/",
  "role/",
  "group/",
  "instance-profile/",
  "mfa/",
  "server-certificate/",
  "policy/",
  "sms-mfa/",
  "saml-provider/",
  "oidc-provider/",
  "report/",
  "access-report/",
];

/** Throws IAM's error for the first resource that is not an ARN. */
export function checkResources(resources: readonly unknown[], fail: Fail): void {
  for (const resource of resources) {
    if (resource === "*" || resource === null || isShortArn(resource)) continue;
    checkResource(String(resource), fail);
  }
}

function checkResource(resource: string, fail: Fail): void {
  const [prefix = "", part, ...given] = resource.split(":");
  if (part === undefined) throw fail(`Resource ${resource} must be in ARN format or "*".`);
  if (prefix === "arn" && given.length === 0) {
    throw fail("Resource vendor must be fully qualified and cannot contain regexes.");
  }
  if (prefix !== "arn" || !partition.test(part)) {
    // IAM fills up what is missing before it names the resource.
    const [service = "*", region = "*", account = "*", ...rest] = given;
    const name = ["arn", part, service, region, account, rest.join(":") || "*"].join(":");
    throw fail(`Partition "${part}" is not valid for resource "${name}".`);
  }
  const [service, region = "", , ...rest] = given;
  const path = rest.join(":");
  if (service === "iam" && region !== "" && region !== "*") {
    throw fail(`IAM resource ${resource} cannot contain region information.`);
  }
  if (service === "s3" && region !== "" && region !== "*" && !regionalS3.test(path)) {
    throw fail(`Resource ${resource} can not contain region information.`);
  }
  if (
    service === "iam" &&
    path !== "" &&
    !/^[*?]/.test(path) &&
    path !== "root" &&
    !iamPaths.some((one) => path.startsWith(one))
  ) {
    throw fail(`IAM resource path must either be "*" or start with ${iamPaths.join(", ")}.`);
  }
}

/**
 * An ARN of four or five parts, or without a service, which an earlier parser of IAM refuses; one of three is taken
 * (recorded).
 */
function isShortArn(resource: unknown): boolean {
  const [prefix, part = "", service, ...rest] = String(resource).split(":");
  if (prefix !== "arn" || !partition.test(part) || service === undefined) return false;
  return rest.length === 0 ? service === "" : rest.length < 3 || service === "";
}

/** Throws IAM's error for the first action that is not one. */
export function checkActions(actions: readonly unknown[], fail: Fail): void {
  for (const action of actions) {
    if (action === "*") continue;
    const [vendor = "", name, ...more] = String(action).split(":");
    if (name === undefined || vendor === "" || name === "") {
      throw fail("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    }
    if (more.length > 0) throw fail("Actions/Condition can contain only one colon.");
    if (!/^[a-zA-Z0-9.-]+$/.test(vendor)) throw fail(`Vendor ${vendor} is not valid`);
  }
}

/**
 * Returns whether a statement has something that only IAM's first parser refuses: an effect in another case, a date, a
 * short ARN.
 */
export function isLegacy(statement: Element): boolean {
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") return true;
  const [first] = [...listOf(statement, "Resource"), ...listOf(statement, "NotResource")];
  if (isShortArn(first)) return true;
  return datesOf(statement.Condition).some((date) => !isDate(date));
}

function datesOf(conditions: unknown): readonly unknown[] {
  const tests = isObject(conditions) ? Object.entries(conditions) : [];
  return tests.flatMap(([operator, keys]) =>
    /^(ForA\w+:)?Date/.test(operator) && isObject(keys) ? Object.values(keys).flatMap(asList) : [],
  );
}

const isoDate = /^\d+(-(0[1-9]|1[0-2])(-\d\d)?)?(T(\d{1,2}(:\d\d(:\d\d(\.\d{1,9})?)?)?(Z|[+-]\d\d(:\d\d)?)?)?)?$/i;
const longest = 2n ** 63n;

/** ISO 8601, in whole or in part, or seconds in 64 bits (recorded). */
function isDate(value: unknown): boolean {
  const text = String(value);
  if (!/^-?\d+$/.test(text)) return isoDate.test(text);
  const seconds = text.length > 20 ? longest : BigInt(text);
  return seconds >= -longest && seconds < longest;
}
