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

/** Returns true for a condition that names an entity tag, or any (*). */
const names = (condition: string, etag: string) =>
  condition.split(",").some((candidate) => candidate.trim() === "*" || stripQuotes(candidate) === etag);

/** HTTP dates have no milliseconds. */
const toSeconds = (date: Date) => Math.floor(date.getTime() / 1000);

const isModifiedSince = ({ modified }: ObjectVersion, date: Date) => toSeconds(modified) > toSeconds(date);

/** The condition of a caller who wants the version that it knows, where this is another one. */
function findChange({ IfMatch, IfUnmodifiedSince }: ReadConditions, version: ObjectVersion) {
  // With an entity tag, the date says nothing (RFC 9110, section 13.1.4).
  if (IfMatch !== undefined) return names(IfMatch, version.etag) ? undefined : "If-Match";
  return IfUnmodifiedSince && isModifiedSince(version, IfUnmodifiedSince) ? "If-Unmodified-Since" : undefined;
}

/** The condition of a caller who wants another version than it knows, where this is the same. */
function findSameness({ IfNoneMatch, IfModifiedSince }: ReadConditions, version: ObjectVersion, now: number) {
  // With an entity tag, the date says nothing; nor does a date in the future (RFC 9110, section
  // 13.1.3).
  if (IfNoneMatch !== undefined) return names(IfNoneMatch, version.etag) ? "If-None-Match" : undefined;
  if (!IfModifiedSince || !(IfModifiedSince.getTime() <= now)) return undefined;
  return isModifiedSince(version, IfModifiedSince) ? undefined : "If-Modified-Since";
}

/** Answers 412 to a caller who wants the version that it knows, 304 to one who has it already. */
export function checkRead(conditions: ReadConditions, version: ObjectVersion, now: number): void {
  const change = findChange(conditions, version);
  if (change) throw preconditionFailed(change);
  if (!findSameness(conditions, version, now)) return;
  // A cache updates its entry by the headers of a 304 (RFC 9110, section 15.4.5).
  const validators = { etag: `"${version.etag}"`, "last-modified": version.modified.toUTCString() };
  throw s3Fault("NotModified", "Not Modified", {}, validators);
}

/**
 * The conditions on the source of a copy: 412 for each of them, since a copy is not a read (API
 * reference, CopyObject).
 */
export function checkCopySource(input: CopyConditions, version: ObjectVersion, now: number): void {
  const conditions = {
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  };
  const unmet = findChange(conditions, version) ?? findSameness(conditions, version, now);
  if (unmet) throw preconditionFailed(`x-amz-copy-source-${unmet}`);
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
  if (IfNoneMatch !== undefined && IfNoneMatch !== "*") {
    throw unsupported("If-None-Match", "We don't accept the provided value of If-None-Match header for this API");
  }
  if (IfMatch === "*") {
    throw unsupported("If-Match", "We don't accept the provided value of If-Match header for this API");
  }
  if (IfNoneMatch !== undefined && existing) throw preconditionFailed("If-None-Match");
  if (IfMatch === undefined) return;
  if (!existing) throw noSuchKey(key);
  if (!names(IfMatch, existing.etag)) throw preconditionFailed("If-Match");
}

const unsupported = (header: string, reason: string) =>
  s3Fault("NotImplemented", "A header you provided implies functionality that is not implemented", {
    Header: header,
    additionalMessage: reason,
  });
