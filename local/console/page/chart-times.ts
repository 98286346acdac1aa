const day = 86_400;

/**
 * Labels of a time axis, in UTC with 24 hours: the day where it begins or changes, otherwise the
 * time.
 */
export function timeLabels(seconds: readonly number[]): string[] {
  const step = (seconds[1] ?? 0) - (seconds[0] ?? 0);
  return seconds.map((time, i) => {
    const [date = "", clock = ""] = new Date(time * 1_000).toISOString().split("T");
    if (step >= day) return date.slice(5);
    const shown = step < 60 ? clock.slice(0, 8) : clock.slice(0, 5);
    const before = seconds[i - 1];
    const isNewDay = before === undefined || Math.floor(before / day) !== Math.floor(time / day);
    return isNewDay ? `${shown}\n${date.slice(5)}` : shown;
  });
}
