import type { Scope } from "../aws/arn";
import type { WireRequest } from "../codecs/wire";
import type { AccountHost } from "../host/host";
import { anonymous, rootOf } from "../host/principal";
import type { Caller } from "../host/service";
import type { ServiceName } from "../model/clients";
import { type Protocol, plainProtocolOf, serviceOfSigningName, serviceOfTarget, spoken } from "../model/protocols";
import { isMailLink } from "./browser";
import type { Foreign } from "./foreign-service";

/** The facts about a request that are known before its body is read. */
export interface Address {
  readonly service: ServiceName;
  readonly protocol: Protocol;
  /** Absent in an unsigned request. */
  readonly credential: Credential | undefined;
  /** The account and Region of the addressed resource, for requests that do not name them. */
  readonly scope: Scope | undefined;
}

interface Credential {
  readonly accessKeyId: string;
  /** Temporary credentials send it in addition to the key. */
  readonly sessionToken: string | undefined;
  /** Absent in signature version 2, which has neither. */
  readonly region: string | undefined;
  readonly signingName: string | undefined;
  /** Any page can make a browser send it (address-credential.ts). */
  readonly isInAddress: boolean;
}

export type Head = Omit<WireRequest, "body">;

const firstRegion = "us-east-1";

/**
 * The service of a request: one of the account, one that the account does not have, or none. A
 * signature is read for the access key, the Region and the service, but not verified: every secret
 * key is accepted.
 */
export function addressOf(host: AccountHost, head: Head): Address | Foreign | undefined {
  const credential = readCredential(head);
  const { headers, query, path } = head;
  const rpc = rpcName(head);
  if (rpc) {
    const known = serviceOfTarget(rpc.kind, rpc.target);
    if (known) return { ...known, credential, scope: undefined };
    return { name: credential?.signingName ?? rpc.target, kind: rpc.kind, operation: rpc.operation };
  }
  if (isS3Control(head)) return { name: "s3-control", kind: "rest-xml", operation: `${head.method} ${path}` };
  if (credential?.signingName !== undefined) {
    const service = serviceOfSigningName(credential.signingName, path);
    if (service) return { service, protocol: plainProtocolOf(service), credential, scope: undefined };
    return { name: credential.signingName, kind: undefined, operation: undefined };
  }
  if (isMailLink(head)) return mailLinkAddress(query);
  if (!credential && isForm(head))
    return { service: "sts", protocol: plainProtocolOf("sts"), credential, scope: undefined };
  const scope = host.scopeOf("s3", path);
  if (!credential && !scope && !looksLikeSdk(headers)) return undefined;
  return { service: "s3", protocol: spoken.s3.protocols[0], credential, scope };
}

/**
 * A request of the Query protocol without a signature: only STS has operations for callers without
 * credentials (AssumeRoleWithSAML, AssumeRoleWithWebIdentity).
 */
const isForm = ({ method, path, headers }: Head) =>
  method === "POST" &&
  path === "/" &&
  headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;

/** Operations of S3 Control are signed as S3 and carry an account id in a header. */
const isS3Control = ({ path, headers }: Head) =>
  path.startsWith("/v20180820/") && headers["x-amz-account-id"] !== undefined;

/** An unsigned request of an SDK or the AWS CLI (`--no-sign-request`): only S3 accepts those. */
const looksLikeSdk = (headers: Head["headers"]) => headers["amz-sdk-invocation-id"] !== undefined;

interface RpcName {
  readonly kind: "json" | "cbor";
  readonly target: string;
  readonly operation: string;
}

function rpcName({ headers, path }: Head): RpcName | undefined {
  if (headers["smithy-protocol"] === "rpc-v2-cbor") {
    const [, target, operation] = /^\/service\/([^/]+)\/operation\/([^/]+)\/?$/.exec(path) ?? [];
    return target && operation ? { kind: "cbor", target: target.split(".").at(-1) ?? "", operation } : undefined;
  }
  const name = headers["x-amz-target"];
  if (!name) return undefined;
  const dot = name.lastIndexOf(".");
  const kind = headers["content-type"]?.startsWith("application/x-amz-cbor-1.1") ? "cbor" : "json";
  return { kind, target: name.slice(0, dot), operation: name.slice(dot + 1) };
}

/** AWS's schemes only: browsers send others for a name and password in an address. */
const awsScheme = /^AWS4-[A-Z0-9-]+\s|^AWS\s/;

/** The response to a request without this can be loaded by a page. */
export const isSignedInHeader = (headers: { readonly authorization?: string | undefined }): boolean =>
  awsScheme.test(headers.authorization ?? "");

/**
 * Signature version 4 in the header or the query, or version 2, which boto3 presigns S3's links
 * with by default.
 */
function readCredential({ headers, query }: Head): Credential | undefined {
  const isInAddress = !isSignedInHeader(headers);
  const authorization = isInAddress ? "" : (headers.authorization ?? "");
  const credentialScope = isInAddress ? query.get("X-Amz-Credential") : /Credential=([^,\s]+)/.exec(authorization)?.[1];
  const sessionToken =
    headers["x-amz-security-token"] ??
    query.get("X-Amz-Security-Token") ??
    query.get("x-amz-security-token") ??
    undefined;
  if (credentialScope) {
    const [accessKeyId = "", , region, signingName] = credentialScope.split("/");
    return { accessKeyId, sessionToken, region, signingName, isInAddress };
  }
  const [, headerKey] = /^AWS ([^:\s]+):/.exec(authorization) ?? [];
  const accessKeyId = headerKey ?? (query.has("Signature") ? query.get("AWSAccessKeyId") : null);
  return accessKeyId
    ? { accessKeyId, sessionToken, region: undefined, signingName: undefined, isInAddress }
    : undefined;
}

/**
 * The links in a topic's mails are not signed: everyone who has the token may use them. Account and
 * Region are those of the topic.
 */
function mailLinkAddress(query: URLSearchParams): Address {
  const [, , , region = "", accessKeyId = ""] = (query.get("TopicArn") ?? query.get("SubscriptionArn") ?? "").split(
    ":",
  );
  const credential = { accessKeyId, sessionToken: undefined, region: region || firstRegion, signingName: "sns" };
  return {
    service: "sns",
    protocol: plainProtocolOf("sns"),
    credential: { ...credential, isInAddress: false },
    scope: undefined,
  };
}

/**
 * The caller, with account and Region. An access key that the account did not issue belongs to the
 * account's owner.
 */
export function callerOf(host: AccountHost, { credential, scope }: Pick<Address, "credential" | "scope">): Caller {
  if (!credential) {
    const { account, region } = scope ?? { account: "000000000000", region: firstRegion };
    return { account, region, principal: anonymous };
  }
  const { accessKeyId, sessionToken, region = scope?.region ?? firstRegion } = credential;
  const session = host.authority().sessionOf(accessKeyId, sessionToken);
  if (session) return { account: session.principal.account, region, principal: session.principal };
  const account = /^\d{12}$/.test(accessKeyId) ? accessKeyId : "000000000000";
  return { account, region, principal: rootOf(account) };
}
