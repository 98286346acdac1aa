const longestSeconds = 2n ** 63n - 1n;
const isoDate =
  /^(-?\d+)(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:t(?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})([.,]\d{1,9})?)?)?)?(?:z|([+-])(\d{2})(?::(\d{2}))?)?)?$/i;

/**
 * Reads a value of a date operator: seconds since 1970, or a date of ISO 8601, in UTC unless it has
 * an offset (IAM user guide, "Date condition operators"). Returns milliseconds, and undefined for
 * any other text. AWS's answers to such texts are in getmoto/moto,
 * tests/test_iam/test_iam_policies.py; their limits are those of Joda-Time's ISO parser.
 */
export function readInstant(text: string): number | undefined {
  if (/^\d+$/.test(text)) return BigInt(text) <= longestSeconds ? Number(text) * 1000 : undefined;
  const found = /[t-]/i.test(text) ? isoDate.exec(text) : null;
  if (!found) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(asNumber);
  const [offsetHour = 0, offsetMinute = 0] = found.slice(9, 11).map(asNumber);
  const isDate = year >= -292_275_054 && year <= 292_278_993 && hasDay(year, month, day);
  const isTime =
    [hour, offsetHour].every((value) => value < 24) && [minute, second, offsetMinute].every((value) => value < 60);
  if (!isDate || !isTime) return undefined;
  // JavaScript has no dates beyond some years; they are before or after all others.
  const start = new Date(0).setUTCFullYear(year, month - 1, day);
  if (Number.isNaN(start)) return year < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const fraction = Number(`0${(found[7] ?? "").replace(",", ".")}`);
  const minutes = hour * 60 + minute - (found[8] === "-" ? -1 : 1) * (offsetHour * 60 + offsetMinute);
  return start + minutes * 60_000 + (second + fraction) * 1000;
}

const asNumber = (digits: string | undefined) => (digits === undefined ? undefined : Number(digits));

/** The calendar repeats every 400 years. */
function hasDay(year: number, month: number, day: number): boolean {
  return new Date(Date.UTC(2000 + (year % 400), month - 1, day)).getUTCMonth() === month - 1 && day > 0;
}
