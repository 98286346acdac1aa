import { s3Fault } from "../faults";

/** The first and the last byte that are read. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The bytes of one part; of an object that was not uploaded in parts, part 1 is the whole. */
export function readPart(
  number: number,
  range: string | undefined,
  { size, parts }: { readonly size: number; readonly parts: readonly { readonly size: number }[] },
): ByteRange {
  if (range !== undefined) {
    throw s3Fault("InvalidRequest", "Cannot specify both Range header and partNumber query parameter");
  }
  const sizes = parts.length > 0 ? parts.map((part) => part.size) : [size];
  const asked = sizes[number - 1];
  if (asked === undefined) {
    throw s3Fault("InvalidPartNumber", "The requested partnumber is not satisfiable", {
      PartNumberRequested: number,
      ActualPartCount: sizes.length,
    });
  }
  const start = sizes.slice(0, number - 1).reduce((sum, before) => sum + before, 0);
  return { start, end: start + asked - 1 };
}

/** The bytes that a `Range` header asks for; undefined for a header that HTTP says to ignore. */
export function readRange(range: string | undefined, size: number): ByteRange | undefined {
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
