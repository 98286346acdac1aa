import { s3Fault } from "./faults";
import type { ObjectVersion } from "./versions";

interface ReadConditions {
  IfMatch?: string | undefined;
  IfNoneMatch?: string | undefined;
  IfModifiedSince?: Date | undefined;
  IfUnmodifiedSince?: Date | undefined;
}
interface WriteConditions {
  IfMatch?: string | undefined;
  IfNoneMatch?: string | undefined;
}

const failed = () => s3Fault("PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
const bare = (etag: string) => etag.trim().replace(/^"|"$/g, "");
const names = (condition: string, etag: string) =>
  condition.split(",").some((candidate) => candidate.trim() === "*" || bare(candidate) === etag);
/** HTTP dates have no milliseconds. */
const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

/** Answers 412 or 304 as RFC 9110 orders it: entity tags before dates. */
export function checkRead(conditions: ReadConditions, { etag, modified }: ObjectVersion): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  if (IfMatch !== undefined) {
    if (!names(IfMatch, etag)) throw failed();
  } else if (IfUnmodifiedSince && seconds(modified) > seconds(IfUnmodifiedSince)) {
    throw failed();
  }
  if (IfNoneMatch !== undefined) {
    if (names(IfNoneMatch, etag)) throw s3Fault("NotModified", "Not Modified");
  } else if (IfModifiedSince && seconds(modified) <= seconds(IfModifiedSince)) {
    throw s3Fault("NotModified", "Not Modified");
  }
}

/** Conditional writes: `If-None-Match: *` creates only, `If-Match` replaces only the version that the writer knows. */
export function checkWrite({ IfMatch, IfNoneMatch }: WriteConditions, existing: ObjectVersion | undefined): void {
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== "*")
      throw s3Fault(
        "NotImplemented",
        "A header you provided implies functionality that is not implemented: If-None-Match other than *.",
      );
    if (existing) throw failed();
  }
  if (IfMatch !== undefined) {
    if (!existing) throw s3Fault("NoSuchKey", "The specified key does not exist.");
    if (!names(IfMatch, existing.etag)) throw failed();
  }
}

/** The bytes that a `Range` header asks for; undefined for a header that HTTP says to ignore. */
export function readRange(range: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== "" && to !== "" && Number(to) < start) return undefined;
  if (start >= size || (from === "" && Number(to) === 0)) {
    throw s3Fault("InvalidRange", "The requested range is not satisfiable");
  }
  return { start, end };
}
