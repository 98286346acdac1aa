// Finds the caller of a request by its credential.
import type { Scope } from "../aws/arn";
import type { WireRequest } from "../codecs/wire";
import type { AccountHost } from "../host/host";
import { anonymous, rootOf } from "../host/principal";
import type { Caller } from "../host/service";
import type { ServiceName } from "../model/clients";

export interface Credential {
  readonly accessKeyId: string;
  /** Temporary credentials send it in addition to the key. */
  readonly sessionToken: string | undefined;
  /** Absent in signature version 2, which has neither. */
  readonly region: string | undefined;
  readonly signingName: string | undefined;
  /** Any page can make a browser send it (`mayBeInAddress`). */
  readonly isInAddress: boolean;
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
export function readCredential({ headers, query }: Pick<WireRequest, "headers" | "query">): Credential | undefined {
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
 * Returns whether a request may have its credential in its address. The account does not verify
 * signatures, so any page could put a credential into the address of an image, a form or a
 * redirect. Such an address therefore only reads objects and settings of S3, or asks for the
 * caller's identity (EKS and Vault sign that address). A page cannot send other methods than GET,
 * HEAD and POST to another site without its consent (Fetch standard, "CORS-safelisted method"),
 * which this account does not give.
 */
export function mayBeInAddress(service: ServiceName, method: string, operation: string): boolean {
  if (service === "s3") return method !== "POST";
  return service === "sts" && operation === "GetCallerIdentity" && method !== "POST";
}

/** The facts about a request (address.ts) that say who its caller is. */
interface Sender {
  readonly credential: Credential | undefined;
  readonly scope: Scope | undefined;
}

const firstRegion = "us-east-1";

/**
 * The caller, with account and Region. An access key that the account did not issue belongs to the
 * account's owner.
 */
export function callerOf(host: AccountHost, { credential, scope }: Sender): Caller {
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
