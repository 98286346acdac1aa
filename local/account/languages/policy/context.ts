import { notImplemented } from "../../aws/fault";
import type { Principal } from "../../host/principal";
import type { Caller, Permission } from "../../host/service";

/** The condition keys of one request. */
export interface RequestContext {
  /**
   * The values of a key; undefined when the key is known but this request does not carry it. Throws
   * a 501 that names a key which the account never supplies: answering "absent" would decide
   * wrongly.
   */
  values(key: string): readonly string[] | undefined;
}

/**
 * Keys that the account supplies where they apply, so that their absence means something; in lower
 * case, since names of condition keys ignore case. No organisation, VPC endpoint or second factor
 * exists here: those keys are truly absent.
 */
const sometimesAbsent = new Set([
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceowner",
  "aws:principalservicename",
  "aws:calledvia",
  "aws:calledviafirst",
  "aws:calledvialast",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:multifactorauthpresent",
  "aws:multifactorauthage",
  "iam:awsservicename",
  "iam:passedtoservice",
  "iam:policyarn",
  "iam:permissionsboundary",
  "kms:calleraccount",
  "kms:encryptioncontextkeys",
  "kms:grantisforawsresource",
  "kms:viaservice",
  "lambda:functionarn",
  "s3:delimiter",
  "s3:max-keys",
  "s3:prefix",
  "s3:versionid",
  "s3:x-amz-acl",
  "s3:x-amz-copy-source",
  "s3:x-amz-server-side-encryption",
  "s3:x-amz-server-side-encryption-aws-kms-key-id",
  "sns:endpoint",
  "sns:protocol",
  "sts:externalid",
  "sts:rolesessionname",
]);
const sometimesAbsentPrefixes = ["kms:encryptioncontext:"];
/** Keys about tags, which the account supplies for the actions of KMS only. */
const tagKeys = /^aws:(resourcetag\/|requesttag\/|tagkeys$)/;

/** A context of exactly these keys and of those that may be absent. */
export function contextOf(
  entries: Readonly<Record<string, string | readonly string[] | undefined>>,
  hasTags = false,
): RequestContext {
  const known = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(entries)) {
    if (value !== undefined) known.set(key.toLowerCase(), typeof value === "string" ? [value] : value);
  }
  return {
    values(key) {
      const name = key.toLowerCase();
      const found = known.get(name);
      if (found) return found;
      if (sometimesAbsent.has(name) || sometimesAbsentPrefixes.some((prefix) => name.startsWith(prefix))) {
        return undefined;
      }
      if (hasTags && tagKeys.test(name)) return undefined;
      throw notImplemented(`iam: the condition key ${key}`);
    },
  };
}

/**
 * A context of exactly these keys for a simulation: other keys are absent, and `missing` collects
 * their names.
 */
export function simulatedContext(
  entries: ReadonlyMap<string, readonly string[]>,
  missing: Set<string>,
): RequestContext {
  const known = new Map(Array.from(entries, ([key, values]) => [key.toLowerCase(), values]));
  return {
    values(key) {
      const found = known.get(key.toLowerCase());
      if (!found) missing.add(key);
      return found;
    },
  };
}

/**
 * The global keys of a call, with the ones that its permission brings. `userId` is the principal's
 * `aws:userid`. Most decisions ask for no key, and a call may need thousands of decisions: the
 * context is built when one is asked for.
 */
export function requestContext(caller: Caller, permission: Permission, now: number, userId: string): RequestContext {
  let context: RequestContext | undefined;
  return {
    values(key) {
      context ??= buildContext(caller, permission, now, userId);
      return context.values(key);
    },
  };
}

function buildContext(caller: Caller, permission: Permission, now: number, userId: string): RequestContext {
  const { principal } = caller;
  const resourceAccount = permission.resource.split(":")[4] ?? "";
  const isKms = permission.action.startsWith("kms:");
  const keys = {
    "aws:CurrentTime": new Date(now).toISOString(),
    "aws:EpochTime": String(Math.floor(now / 1000)),
    "aws:RequestedRegion": caller.region,
    // The account's port replaces AWS's HTTPS endpoints: a policy that demands TLS allows the same
    // here.
    "aws:SecureTransport": "true",
    "aws:ResourceAccount": resourceAccount === "" ? caller.account : resourceAccount,
    ...principalKeys(principal, userId),
    ...(principal.kind === "service" ? sourceKeys(principal, permission.action) : {}),
    ...forwardedKeys(caller),
    ...(isKms ? kmsKeys(caller) : {}),
    // No bucket is shared across accounts here.
    ...(permission.action.startsWith("s3:") ? { "s3:ResourceAccount": caller.account } : {}),
    ...permission.context,
  };
  return contextOf(keys, isKms);
}

/**
 * The keys that a service sends about the resource for which it acts. Most send account and ARN
 * (IAM guide, "The confused deputy problem"); the others are listed with their source.
 */
function sourceKeys(
  principal: Extract<Principal, { kind: "service" }>,
  action: string,
): Record<string, string | undefined> {
  const { service, account } = principal;
  // Firehose guide, "Controlling access": the role is assumed with the account's id as external id.
  if (service === "firehose.amazonaws.com" && action === "sts:AssumeRole") return { "sts:ExternalId": account };
  // Lambda guide, "Execution role": no condition key is documented for it.
  if (service === "lambda.amazonaws.com" && action === "sts:AssumeRole") return {};
  if (principal.hidesSource) return {};
  return { "aws:SourceAccount": account, "aws:SourceArn": principal.sourceArn };
}

function principalKeys(principal: Principal, userId: string): Record<string, string | undefined> {
  if (principal.kind === "service") {
    return {
      "aws:PrincipalIsAWSService": "true",
      "aws:PrincipalServiceName": principal.service,
      // An old key that alarms still send: with it the default policy of a topic lets them in, and
      // EventBridge not.
      "aws:SourceOwner": principal.service === "cloudwatch.amazonaws.com" ? principal.account : undefined,
      "aws:PrincipalType": "Service",
    };
  }
  // User guide, "Global condition context keys": an anonymous request has no principal.
  if (principal.kind === "anonymous") {
    return { "aws:PrincipalIsAWSService": "false", "aws:PrincipalType": "Anonymous", "aws:userid": userId };
  }
  return {
    "aws:PrincipalIsAWSService": "false",
    "aws:PrincipalAccount": principal.account,
    "aws:PrincipalArn": principal.kind === "session" ? principal.roleArn : principal.arn,
    "aws:PrincipalType": principal.kind === "session" ? "AssumedRole" : "Account",
    "aws:userid": userId,
  };
}

function forwardedKeys(caller: Caller): Record<string, string> {
  const via = caller.via;
  if (via === undefined) return { "aws:ViaAWSService": "false" };
  const service = `${via}.amazonaws.com`;
  return {
    "aws:ViaAWSService": "true",
    "aws:CalledVia": service,
    "aws:CalledViaFirst": service,
    "aws:CalledViaLast": service,
  };
}

function kmsKeys(caller: Caller): Record<string, string> {
  const via = caller.via;
  return {
    // A service in its own name calls from no account of ours: keys of AWS's own are not available
    // to it.
    ...(caller.principal.kind === "service" ? {} : { "kms:CallerAccount": caller.account }),
    ...(via === undefined ? {} : { "kms:ViaService": `${via}.${caller.region}.amazonaws.com` }),
  };
}
