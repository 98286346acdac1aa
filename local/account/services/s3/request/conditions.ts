import { noSuchKey, preconditionFailed, s3Fault } from "../faults";
import type { ObjectVersion } from "../state/versions";

interface ReadConditions {
  IfMatch?: string | undefined;
  IfNoneMatch?: string | undefined;
  IfModifiedSince?: Date | undefined;
  IfUnmodifiedSince?: Date | undefined;
}
interface CopyConditions {
  CopySourceIfMatch?: string | undefined;
  CopySourceIfNoneMatch?: string | undefined;
  CopySourceIfModifiedSince?: Date | undefined;
  CopySourceIfUnmodifiedSince?: Date | undefined;
}
interface WriteConditions {
  IfMatch?: string | undefined;
  IfNoneMatch?: string | undefined;
}

const stripQuotes = (etag: string) => etag.trim().replace(/^"|"$/g, "");
const names = (condition: string, etag: string) =>
  condition.split(",").some((candidate) => candidate.trim() === "*" || stripQuotes(candidate) === etag);
/** The values that clients compare to know whether an object has changed. */
const validators = ({ etag, modified }: ObjectVersion) => ({
  etag: `"${etag}"`,
  "last-modified": modified.toUTCString(),
});
/** HTTP dates have no milliseconds. */
const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

type Condition = "If-Match" | "If-None-Match" | "If-Modified-Since" | "If-Unmodified-Since";

/**
 * The condition that a version does not meet, as RFC 9110 orders them: entity tags before dates.
 */
function findUnmet(conditions: ReadConditions, { etag, modified }: ObjectVersion, now: number): Condition | undefined {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  if (IfMatch !== undefined) {
    if (!names(IfMatch, etag)) return "If-Match";
  } else if (IfUnmodifiedSince && seconds(modified) > seconds(IfUnmodifiedSince)) {
    return "If-Unmodified-Since";
  }
  if (IfNoneMatch !== undefined) {
    if (names(IfNoneMatch, etag)) return "If-None-Match";
  } else if (IfModifiedSince && IfModifiedSince.getTime() <= now && seconds(modified) <= seconds(IfModifiedSince)) {
    // A date in the future is ignored (RFC 9110, section 13.1.3).
    return "If-Modified-Since";
  }
  return undefined;
}

/** Answers 412, or 304 to a reader who has the version already. */
export function checkRead(conditions: ReadConditions, version: ObjectVersion, now: number): void {
  const condition = findUnmet(conditions, version, now);
  if (condition === undefined) return;
  const known = condition === "If-None-Match" || condition === "If-Modified-Since";
  if (!known) throw preconditionFailed(condition);
  // A cache updates its entry by the headers of a 304 (RFC 9110, section 15.4.5).
  throw s3Fault("NotModified", "Not Modified", {}, validators(version));
}

/**
 * The conditions on the source of a copy: 412 for each of them, since a copy is not a read (API
 * reference, CopyObject).
 */
export function checkCopySource(input: CopyConditions, version: ObjectVersion, now: number): void {
  const condition = findUnmet(
    {
      IfMatch: input.CopySourceIfMatch,
      IfNoneMatch: input.CopySourceIfNoneMatch,
      IfModifiedSince: input.CopySourceIfModifiedSince,
      IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
    version,
    now,
  );
  if (condition !== undefined) throw preconditionFailed(`x-amz-copy-source-${condition}`);
}

/**
 * Conditional writes: `If-None-Match: *` creates only, `If-Match` replaces only the version that
 * the writer knows.
 */
export function checkWrite(
  { IfMatch, IfNoneMatch }: WriteConditions,
  key: string,
  existing: ObjectVersion | undefined,
): void {
  if (IfMatch !== undefined && IfNoneMatch !== undefined) {
    throw unsupported("If-Match,If-None-Match", "Multiple conditional request headers present in the request");
  }
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== "*") {
      throw unsupported("If-None-Match", "We don't accept the provided value of If-None-Match header for this API");
    }
    if (existing) throw preconditionFailed("If-None-Match");
  }
  if (IfMatch !== undefined) {
    if (IfMatch === "*") {
      throw unsupported("If-Match", "We don't accept the provided value of If-Match header for this API");
    }
    if (!existing) throw noSuchKey(key);
    if (!names(IfMatch, existing.etag)) throw preconditionFailed("If-Match");
  }
}

const unsupported = (header: string, reason: string) =>
  s3Fault("NotImplemented", "A header you provided implies functionality that is not implemented", {
    Header: header,
    additionalMessage: reason,
  });

/** The bytes that a `Range` header asks for; undefined for a header that HTTP says to ignore. */
export function readRange(range: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== "" && to !== "" && Number(to) < start) return undefined;
  if (start >= size || (from === "" && Number(to) === 0)) {
    throw s3Fault("InvalidRange", "The requested range is not satisfiable", {
      RangeRequested: range ?? "",
      ActualObjectSize: size,
    });
  }
  return { start, end };
}
