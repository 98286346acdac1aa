import type { Scope } from "../aws/arn";
import type { WireRequest } from "../codecs/wire";
import type { AccountHost } from "../host/host";
import type { ServiceName } from "../model/clients";
import { type Protocol, plainProtocolOf, serviceOfSigningName, serviceOfTarget, spoken } from "../model/protocols";
import { isMailLink } from "./browser";
import { type Credential, readCredential } from "./caller";
import type { Foreign } from "./foreign-service";

/** The facts about a request that are known before its body is read. */
export interface Address {
  readonly service: ServiceName;
  readonly protocol: Protocol;
  /** Undefined: only the request's path or body names it. */
  readonly operation: string | undefined;
  /** Absent in an unsigned request. */
  readonly credential: Credential | undefined;
  /** The account and Region of the addressed resource, for requests that do not name them. */
  readonly scope: Scope | undefined;
}

export type Head = Omit<WireRequest, "body">;

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
    if (known) return { ...known, operation: rpc.operation, credential, scope: undefined };
    return { name: credential?.signingName ?? rpc.target, kind: rpc.kind, operation: rpc.operation };
  }
  if (isS3Control(head)) return { name: "s3-control", kind: "rest-xml", operation: `${head.method} ${path}` };
  if (credential?.signingName !== undefined) {
    const service = serviceOfSigningName(credential.signingName, path);
    if (service) return { ...unnamed, service, protocol: plainProtocolOf(service), credential };
    return { name: credential.signingName, kind: undefined, operation: undefined };
  }
  if (isMailLink(head)) return mailLinkAddress(query);
  if (!credential && isForm(head)) return { ...unnamed, service: "sts", protocol: plainProtocolOf("sts"), credential };
  const scope = host.scopeOf("s3", path);
  if (!credential && !scope && !looksLikeSdk(headers)) return undefined;
  return { ...unnamed, service: "s3", protocol: spoken.s3.protocols[0], credential, scope };
}

/** The first lines name neither the operation nor a resource. */
const unnamed = { operation: undefined, scope: undefined };

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

/**
 * The links in a topic's mails are not signed: everyone who has the token may use them. Account and
 * Region are those of the topic.
 */
function mailLinkAddress(query: URLSearchParams): Address {
  const [, , , region = "", accessKeyId = ""] = (query.get("TopicArn") ?? query.get("SubscriptionArn") ?? "").split(
    ":",
  );
  const credential = { accessKeyId, sessionToken: undefined, region: region || undefined, signingName: "sns" };
  return {
    ...unnamed,
    service: "sns",
    protocol: plainProtocolOf("sns"),
    credential: { ...credential, isInAddress: false },
  };
}
