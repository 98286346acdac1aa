/** Times from `from` (inclusive) to `to` (exclusive); without a bound all times on that side. */
export interface TimeRange {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

export function isWithin({ from, to }: TimeRange, time: Date): boolean {
  return (from === undefined || time >= from) && (to === undefined || time < to);
}

/** Returns the folder of a time's hour, as Firehose and the quarantine write it; in UTC, sorted like the times. */
export function toHourFolder(time: Date): string {
  const [year, month, day, hour] = time.toISOString().split(/\D/);
  return `year=${year}/month=${month}/day=${day}/hour=${hour}/`;
}
