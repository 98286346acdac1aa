/** S3 orders by UTF-8 bytes; JavaScript's own order is the same unless there are characters beyond the basic plane. */
export const byBytes = (a: string, b: string) =>
  beyondBasic.test(a) || beyondBasic.test(b) ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : byUnits(a, b);
export const beyondBasic = /[\ud800-\udfff]/;
export const byUnits = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);
