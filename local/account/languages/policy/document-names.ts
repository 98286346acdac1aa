import type { Fail } from "./element";

/** The partitions of the SDK's endpoint rules. */
const partition = /^(\*|aws(-cn|-us-gov|-iso|-iso-[b-z]|-eusc)?)$/;
/**
 * S3 ARNs that have a Region (Service Authorization Reference, "Actions, resources, and condition
 * keys for Amazon S3").
 */
const regionalS3 = /^(accesspoint|job|storage-lens|storage-lens-group|async-request|access-grants|\*)/;
/** The starts of IAM's resources in AWS's message. */
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
/**
 * Paths that are newer than the recorded message (Service Authorization Reference, "AWS Identity
 * and Access Management").
 */
const newIamPaths = ["assumed-role/", "delegation-request/", "role-template/"];

/**
 * Describes, in AWS's words, what is wrong with the form of a resource, which is `*` or an ARN
 * (getmoto/moto, tests/test_iam/test_iam_policies.py). IAM takes ARNs with less than six parts,
 * which match nothing.
 */
export function findResourceProblem(resource: string): string | undefined {
  if (resource === "*") return undefined;
  const [prefix, given, service, region = "", , ...path] = resource.split(":");
  if (given === undefined) return `Resource ${resource} must be in ARN format or "*".`;
  if (!partition.test(given)) {
    const parts = resource.split(":").slice(2);
    while (parts.length < 4) parts.push("*");
    return `Partition "${given}" is not valid for resource "arn:${given}:${parts.join(":")}".`;
  }
  if (service === undefined || /[*?]/.test(service)) {
    return "Resource vendor must be fully qualified and cannot contain regexes.";
  }
  if (prefix !== "arn") return `Resource ${resource} must be in ARN format or "*".`;
  const named = path.join(":");
  const hasRegion = region !== "" && region !== "*";
  if (service === "iam") {
    if (hasRegion) return `IAM resource ${resource} cannot contain region information.`;
    const isKnown = named === "*" || [...iamPaths, ...newIamPaths].some((start) => named.startsWith(start));
    return isKnown ? undefined : `IAM resource path must either be "*" or start with ${iamPaths.join(", ")}.`;
  }
  if (service === "s3" && hasRegion && !regionalS3.test(named)) {
    return `Resource ${resource} can not contain region information.`;
  }
  return undefined;
}

/**
 * AWS's older parser refuses an ARN without a service, and one with an empty part that has less
 * than six parts.
 */
export function isLegacyResource(resource: string): boolean {
  const parts = resource.split(":");
  return resource === "*" || (parts[2] !== "" && (parts.length >= 6 || !resource.includes("::")));
}

/** Describes, in AWS's words, what is wrong with an action, which is `*` or `service:Name`. */
export function findActionProblem(action: string): string | undefined {
  if (action === "*") return undefined;
  const [vendor = "", name, more] = action.split(":");
  if (name === undefined) return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
  if (more !== undefined) return "Actions/Condition can contain only one colon.";
  if (vendor !== "*" && !/^[a-zA-Z0-9.-]+$/.test(vendor)) return `Vendor ${vendor} is not valid`;
  return undefined;
}

/**
 * The actions that a trust policy can allow (IAM user guide, "IAM JSON policy elements: Principal",
 * "Pass session tags").
 */
const assumeActions = new Set([
  "sts:assumerole",
  "sts:assumerolewithsaml",
  "sts:assumerolewithwebidentity",
  "sts:setcontext",
  "sts:setsourceidentity",
  "sts:tagsession",
]);

export function checkTrustAction(action: string, fail: Fail): void {
  const name = action.toLowerCase();
  if (!assumeActions.has(name) && !/^sts:assumerole[a-z]*\*$/.test(name)) {
    throw fail("AssumeRole policy may only specify STS AssumeRole actions.");
  }
}
