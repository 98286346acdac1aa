/**
 * A time as text: seconds since 1970 in digits, or RFC 3339. Of that, seconds may be missing (Java
 * omits them in a full minute), a space may be there instead of the T, and an offset may have no
 * colon or no minutes.
 */
export const timeText =
  /^(?:\d+(?:\.\d+)?|(\d{4}-\d\d-\d\d)[Tt ]((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d(?:\.\d+)?|60))?(?:[Zz]|([-+](?:[01]\d|2[0-3])):?([0-5]\d)?))$/;

export const wrongTime = "must be epoch seconds or an ISO 8601 time with its offset";

/**
 * Later times, after the year 5138, are milliseconds of our time. Not 1e11: twelve digits in stored
 * code look like an account.
 */
export const latestSeconds = 99_999_999_999;

/** Reads a time: seconds since 1970 as a number, or a text. */
export function readTime(value: string | number): { readonly time: Date } | { readonly reason: string } {
  const milliseconds = typeof value === "number" ? value * 1000 : readText(value);
  if (Number.isNaN(milliseconds)) return { reason: wrongTime };
  if (milliseconds < 0) return { reason: "is before 1970" };
  if (milliseconds / 1000 > latestSeconds) return { reason: "is not in seconds; divide milliseconds by 1,000" };
  return { time: new Date(Math.round(milliseconds)) };
}

function readText(text: string): number {
  const found = timeText.exec(text);
  if (!found) return Number.NaN;
  const [, date, minute, seconds = "00", offset, minutes = "00"] = found;
  if (date === undefined) return Number(text) * 1000;
  // Date takes 30 February for 2 March, and has no leap second.
  if (new Date(`${date}T00:00Z`).toJSON()?.slice(0, 10) !== date) return Number.NaN;
  const start = Date.parse(`${date}T${minute}${offset === undefined ? "Z" : `${offset}:${minutes}`}`);
  return start + Number(seconds) * 1000;
}

/**
 * The most milliseconds by which a producer's clock may be ahead. Until its time, an event from the
 * future would stay the newest of its visitor and of every training.
 */
export const clockTolerance = 5 * 60_000;
