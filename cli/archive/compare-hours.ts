// The records that arrived in each hour against those of the archive's objects, whose records have
// no times: an object says when its first one arrived, and its last one arrived some minutes later.

export const hour = 3_600_000;

/** An object of the archive: all of its records arrived from `time` to before `end`. */
export interface RecordsOfObject {
  readonly time: Date;
  readonly end: Date;
  /** Undefined when it cannot be read. */
  readonly records: number | undefined;
}

/** Hours of which it is not known whether the archive has all records. */
export interface UnknownHours {
  readonly from: Date;
  readonly to: Date;
  readonly arrived: number;
  /** Of the objects that can have records of this time. */
  readonly archived: number;
}

interface Span {
  readonly from: Date;
  readonly to: Date;
}

/**
 * Returns the hours of a span in which the sums differ, or an object cannot be read. Hours that an
 * object joins are compared together, and within them at each full hour: the objects that ended by
 * then have no more than what had arrived, and with those that began by then no less. At the span's
 * own ends, objects that have records on both sides may hide as many missing ones as they have.
 */
export function compareHours(
  { from, to }: Span,
  arrived: ReadonlyMap<number, number>,
  objects: readonly RecordsOfObject[],
): UnknownHours[] {
  const unknown: UnknownHours[] = [];
  const ordered = objects.filter(({ end, time }) => end > from && time < to).sort((a, b) => +a.time - +b.time);
  let next = 0;
  for (let start = from.getTime(); start < to.getTime(); ) {
    const here: RecordsOfObject[] = [];
    let end = nextHour(start, to);
    // Until an hour ends that has no object over its end.
    for (let last = 0; ; end = nextHour(end, to)) {
      for (let object = ordered[next]; object && +object.time < end; object = ordered[++next]) {
        here.push(object);
        last = Math.max(last, +object.end);
      }
      if (last <= end || end >= to.getTime()) break;
    }
    const block = { from: new Date(start), to: new Date(end) };
    if (!isWhole(block, arrived, here)) unknown.push({ ...block, ...addUp(block, arrived, here) });
    start = end;
  }
  return unknown;
}

const nextHour = (time: number, to: Date): number => Math.min((Math.floor(time / hour) + 1) * hour, to.getTime());

const countAll = (objects: readonly RecordsOfObject[]): number =>
  objects.reduce((total, { records = 0 }) => total + records, 0);

function addUp({ from, to }: Span, arrived: ReadonlyMap<number, number>, objects: readonly RecordsOfObject[]) {
  let total = 0;
  for (let time = +from; time < +to; time = nextHour(time, to)) total += arrived.get(time) ?? 0;
  return { arrived: total, archived: countAll(objects) };
}

/** Compares the sums at each full hour. It is linear: a year of a busy stream is one block. */
function isWhole({ from, to }: Span, arrived: ReadonlyMap<number, number>, objects: readonly RecordsOfObject[]) {
  if (objects.some(({ records }) => records === undefined)) return false;
  const begun = sumUntil(objects, ({ time }) => +time);
  // An object that began before the span has records of it, or none.
  const ended = sumUntil(
    objects.filter(({ time }) => time >= from),
    ({ end }) => +end,
  );
  let total = 0;
  for (let time = +from; time < +to; ) {
    total += arrived.get(time) ?? 0;
    time = nextHour(time, to);
    const most = begun(time - 1);
    const least = ended(time);
    if (total < least || total > most) return false;
  }
  return true;
}

/** Creates the function that adds up the objects until a time, which is later at each call. */
function sumUntil(objects: readonly RecordsOfObject[], timeOf: (object: RecordsOfObject) => number) {
  const ordered = [...objects].sort((a, b) => timeOf(a) - timeOf(b));
  let next = 0;
  let total = 0;
  return (until: number): number => {
    for (let object = ordered[next]; object && timeOf(object) <= until; object = ordered[++next]) {
      total += object.records ?? 0;
    }
    return total;
  };
}
