import { Fault } from "../aws/fault";
import { dictionary } from "../aws/record";
import type { WireRequest } from "../codecs/wire";
import type { ServiceName } from "../model/clients";
import { machineTime } from "../time/clock";
import { readBasicDate } from "./response-date";

/**
 * A week: the longest validity of a presigned URL (S3 API reference, "Authenticating Requests:
 * Using Query Parameters").
 */
const longest = 604_800;
/** The most that the client's clock may be ahead (the same page, and S3's RequestTimeTooSkewed). */
const skew = 15 * 60 * 1000;

/**
 * Refuses an expired presigned URL. A client signs with its machine's clock, so the machine's time
 * is compared, not the account's virtual time.
 */
export function refuseExpired(service: ServiceName, query: URLSearchParams): void {
  if (service === "s3" && isVersion2(query)) {
    refuseExpiredVersion2(query);
    return;
  }
  const expires = query.get("X-Amz-Expires");
  if (expires === null && (service !== "s3" || !query.has("X-Amz-Signature"))) return;
  if (expires === null || !query.has("X-Amz-Date")) {
    throw malformed(
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, " +
        "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    );
  }
  if (!/^-?\d{1,16}$/.test(expires)) throw malformed("X-Amz-Expires should be a number");
  const seconds = Number(expires);
  if (seconds < 0) throw malformed("X-Amz-Expires must be non-negative");
  if (seconds < 1) throw malformed("X-Amz-Expires must be at least 1 second");
  if (seconds > longest) {
    throw malformed(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${longest} seconds`,
    );
  }
  const signed = readBasicDate(query.get("X-Amz-Date") ?? "");
  if (signed === undefined) throw malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  const now = machineTime();
  if (signed - now > skew) throw refused(service, "Request is not valid yet");
  const end = signed + seconds * 1000;
  if (now > end) throw expired(service, end, { "X-Amz-Expires": seconds });
}

const isVersion2 = (query: URLSearchParams) =>
  (query.has("AWSAccessKeyId") || query.has("Signature")) && !query.has("X-Amz-Signature");

/**
 * Signature version 2 contains its end in seconds since 1970 (S3 developer guide, "Signing and
 * authenticating REST requests").
 */
function refuseExpiredVersion2(query: URLSearchParams): void {
  const [key, signature, expires] = ["AWSAccessKeyId", "Signature", "Expires"].map((name) => query.get(name));
  if (key === null || signature === null || expires === null || expires === undefined) {
    throw new Fault(
      "AccessDenied",
      "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
    );
  }
  if (!/^\d{1,12}$/.test(expires)) {
    throw new Fault("AccessDenied", `Invalid date (should be seconds since epoch): ${expires}`);
  }
  const end = Number(expires) * 1000;
  if (machineTime() > end) throw expired("s3", end);
}

/** Headers with which a reader or writer makes a request of S3 conditional. */
const conditions = new Set(["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"]);
/**
 * S3 computes a checksum itself although the link names one (recorded): the link is older than the
 * body.
 */
const isChecksum = (name: string) => name.startsWith("x-amz-checksum-") || name.startsWith("x-amz-sdk-checksum-");

/**
 * The request with the headers that its presigned URL has as parameters, where SDKs put
 * `x-amz-meta-…`, `x-amz-tagging` and others ("Authenticating Requests: Using Query Parameters"). A
 * header that is sent replaces the parameter.
 */
export function addPresignedHeaders(request: WireRequest): WireRequest {
  if (!request.query.has("X-Amz-Signature") && !isVersion2(request.query)) return request;
  const hoisted = [...request.query]
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => (name.startsWith("x-amz-") && !isChecksum(name)) || conditions.has(name));
  if (hoisted.length === 0) return request;
  return { ...request, headers: dictionary([...hoisted, ...Object.entries(request.headers)]) };
}

/** S3 returns the end of the validity and the present time as well. */
function expired(service: ServiceName, end: number, members: Record<string, string | number> = {}): Fault {
  if (service !== "s3") return refused(service, "Request has expired");
  return new Fault("AccessDenied", "Request has expired", {
    members: {
      ...members,
      Expires: new Date(end).toISOString(),
      ServerTime: new Date(machineTime()).toISOString(),
    },
  });
}

const malformed = (message: string) => new Fault("AuthorizationQueryParametersError", message, { status: 400 });

/** S3 returns AccessDenied; the other services' common errors contain RequestExpired. */
const refused = (service: ServiceName, message: string) =>
  service === "s3" ? new Fault("AccessDenied", message) : new Fault("RequestExpired", message, { status: 400 });
