import type { Table } from "./table";

/** The rows of each user in order of time, rows with one time in order of arrival. */
interface UserIndex {
  rowsOf(userId: string): Int32Array;
}

const empty = new Int32Array(0);
const known = new WeakMap<Table, Map<number, UserIndex>>();

/** The index of the first `rows` rows of an interactions table. */
export function userIndex(table: Table, rows: number): UserIndex {
  const byRows = known.get(table) ?? new Map<number, UserIndex>();
  known.set(table, byRows);
  const index = byRows.get(rows) ?? build(table, rows);
  byRows.set(rows, index);
  return index;
}

function build(table: Table, rows: number): UserIndex {
  const users = table.text("USER_ID");
  const times = table.number("TIMESTAMP");
  if (!users || !times) throw new Error("An interactions table has USER_ID and TIMESTAMP.");
  const start = new Int32Array(users.size + 1);
  for (let row = 0; row < rows; row++) {
    const user = users.code(row);
    if (user >= 0) start[user + 1] = (start[user + 1] ?? 0) + 1;
  }
  for (let user = 0; user < users.size; user++) start[user + 1] = (start[user + 1] ?? 0) + (start[user] ?? 0);
  const next = start.slice();
  const order = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const user = users.code(row);
    if (user < 0) continue;
    const at = next[user] ?? 0;
    order[at] = row;
    next[user] = at + 1;
  }
  const sorted = new Uint8Array(users.size);
  return {
    rowsOf(userId) {
      const user = users.codeOf(userId);
      if (user === undefined || user + 1 >= start.length) return empty;
      const mine = order.subarray(start[user], start[user + 1]);
      if (sorted[user] === 0) {
        mine.sort((a, b) => times.value(a) - times.value(b) || a - b);
        sorted[user] = 1;
      }
      return users.code(mine[0] ?? -1) === user ? mine : empty;
    },
  };
}
