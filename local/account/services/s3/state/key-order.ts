const beyondBasic = /[\ud800-\udfff]/;

/**
 * S3 orders by UTF-8 bytes; JavaScript's own order is the same unless there are characters beyond
 * the basic plane.
 */
export function byBytes(a: string, b: string): number {
  if (beyondBasic.test(a) || beyondBasic.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a === b ? 0 : a < b ? -1 : 1;
}
