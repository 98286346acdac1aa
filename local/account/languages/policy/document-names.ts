import type { Fail } from "./element";

/** IAM user guide, "Amazon Resource Names (ARNs)" and the partitions of the SDK's endpoint rules. */
const arn = /^arn:(\*|aws(-cn|-us-gov|-iso|-iso-[b-z]|-eusc)?):([^:]*):([^:]*):[^:]*:(.*)$/s;
/** S3 ARNs that have a Region (Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"). */
const regionalS3 = /^(accesspoint|job|storage-lens|storage-lens-group|async-request|access-grants|\*)/;

/** A resource is `*` or an ARN; some services take any text in the policies of their resources. */
export function checkResource(resource: unknown, takesAny: boolean, fail: Fail): void {
  // A list of resources may contain null (getmoto/moto, valid_policy_documents).
  if (resource === "*" || resource === null) return;
  if (typeof resource !== "string") throw fail("Resource must be a text or a list of texts.");
  if (takesAny) return;
  const [, , , service, region, path = ""] = arn.exec(resource) ?? [];
  if (service === undefined) throw fail(`Resource ${resource} must be in ARN format or "*".`);
  const isGlobal = service === "iam" || (service === "s3" && !regionalS3.test(path));
  if (isGlobal && region !== "" && region !== "*")
    throw fail(`Resource ${resource} can not contain region information.`);
}

/** An action is `*` or `service:Name`. */
export function checkAction(action: unknown, fail: Fail): void {
  if (typeof action !== "string") throw fail("Action must be a text or a list of texts.");
  if (action !== "*" && !/^[a-zA-Z0-9.-]+:[^:]+$/.test(action)) {
    throw fail(`Actions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: ${action}`);
  }
}

/**
 * The actions that a trust policy can allow (IAM user guide, "IAM JSON policy elements: Principal", "Pass session tags").
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
