import type { IncomingHttpHeaders } from "node:http";
import { machineTime } from "../time/clock";

/**
 * The value of the header `Date`, which AWS sends with each response: the time at which the client
 * signed. Functions have the account's time and other clients the machine's; from a date that is
 * not theirs, SDKs would conclude that their clocks are wrong, and repeat a call that was refused.
 */
export function responseDate(headers: IncomingHttpHeaders): string {
  const signed = readBasicDate(String(headers["x-amz-date"] ?? ""));
  return new Date(signed ?? machineTime()).toUTCString();
}

/** A time as in `X-Amz-Date`: ISO 8601 in its basic format, such as `20260101T000000Z`. */
export function readBasicDate(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}
