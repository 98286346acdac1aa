import { s3Fault } from "../faults";

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
