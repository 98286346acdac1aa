const isoTimestamp = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * The time of an ISO 8601 text with date, time and offset, in epoch milliseconds; undefined for any
 * other text.
 */
export function readTimestamp(text: string): number | undefined {
  const date = isoTimestamp.exec(text)?.[1];
  const time = Date.parse(text);
  if (date === undefined || Number.isNaN(time)) return undefined;
  // Date.parse turns February 30 into March 2.
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date) ? time : undefined;
}
