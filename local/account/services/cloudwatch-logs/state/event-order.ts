/** Log events, in the order of their ids. */
type Events = readonly { readonly id: string }[];

/** The latest time in milliseconds that an id can begin with. */
const latest = 10 ** 15;

/**
 * The index of the first event at or after a time. Ids begin with the time, and events are in the
 * order of their ids.
 */
export function indexOfTime(events: Events, time: number): number {
  const milliseconds = Math.min(Math.max(Math.ceil(time), 0), latest);
  return indexOfId(events, String(milliseconds).padStart(16, "0"));
}

/** The index of the first event whose id is not below `id`. */
export function indexOfId(events: Events, id: string): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.id ?? "") < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the first event behind an id. */
export function indexAfterId(events: Events, id: string): number {
  const index = indexOfId(events, id);
  return events[index]?.id === id ? index + 1 : index;
}
