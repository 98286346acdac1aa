/** Amazon Resource Names (IAM user guide, "Amazon Resource Names (ARNs)"). */

/** The parts of an ARN; the resource keeps its own colons. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** An account and a Region: nearly every resource belongs to one of each. */
export interface Scope {
  readonly account: string;
  readonly region: string;
}

/** The account has one partition, AWS's own. */
const partition = "aws";

/** The parts of a text that is an ARN; undefined for any other text. */
export function parseArn(text: string): Arn | undefined {
  const [prefix, ownPartition, service, region, account, ...resource] = text.split(":");
  if (prefix !== "arn" || !ownPartition || !service || region === undefined || account === undefined) return undefined;
  if (resource.length === 0) return undefined;
  return { partition: ownPartition, service, region, account, resource: resource.join(":") };
}

/** The ARN of a resource in an account and Region. */
export const arnIn = ({ account, region }: Scope, service: string, resource: string) =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

/**
 * The ARN of a resource in an account, for a service without Regions: `globalArn("iam", account,
 * "role/x")`.
 */
export const globalArn = (service: string, account: string, resource: string) =>
  arnIn({ account, region: "" }, service, resource);

/** The ARN of an account's root user, with which policies name the account. */
export const rootArn = (account: string) => globalArn("iam", account, "root");

/** The ARNs of buckets and objects have neither a Region nor an account. */
export const bucketArn = (bucket = "") => `arn:${partition}:s3:::${bucket}`;
export const objectArn = (bucket = "", key = "") => `${bucketArn(bucket)}/${key}`;

/** The account and Region in a text that should be an ARN; empty where it has none. */
export function scopeOfArn(text: string): Scope {
  const { account = "", region = "" } = parseArn(text) ?? {};
  return { account, region };
}

/**
 * Returns whether an ARN names a resource of the service in the request's own account and Region. A
 * service that finds its resources by name must check this: the name alone would find the caller's
 * resource of the same name.
 */
export function isHere(arn: Arn, service: string, { account, region }: Scope): boolean {
  return arn.partition === partition && arn.service === service && arn.account === account && arn.region === region;
}
