import { expect, test } from "vitest";
import { listEndedTimesAwake } from "../../../cli/stack/awake-times.ts";
import type { StackReader } from "../../../cli/stack/stack.ts";

const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour));

/** A stack whose parameter had these values, each with its hour. */
const withHistory = (history: readonly [hour: number, value: string][]): StackReader => {
  const Parameters = history.map(([hour, Value]) => ({ Value, LastModifiedDate: at(hour) }));
  return { stack: "dev", call: async () => ({ Parameters }) } as unknown as StackReader;
};

test.each<[string, [number, string][], [number, number][]]>([
  ["never asleep", [[1, "false"]], []],
  ["asleep since its first `up`", [[1, "true"]], []],
  [
    "asleep now",
    [
      [1, "false"],
      [5, "true"],
    ],
    [[1, 5]],
  ],
  [
    "awake again",
    [
      [1, "false"],
      [5, "true"],
      [9, "false"],
    ],
    [[1, 5]],
  ],
  [
    "asleep each night",
    [
      [1, "false"],
      [5, "true"],
      [9, "false"],
      [13, "true"],
    ],
    [
      [1, 5],
      [9, 13],
    ],
  ],
  // An interrupted `up` wrote it twice.
  [
    "with a value that was written twice",
    [
      [1, "false"],
      [2, "false"],
      [5, "true"],
      [6, "true"],
    ],
    [[1, 5]],
  ],
  [
    "with older versions that SSM does not keep",
    [
      [5, "true"],
      [9, "false"],
    ],
    [],
  ],
])("of a stack that is %s, the times awake that ended", async (_what, history, expected) => {
  const found = await listEndedTimesAwake(withHistory(history));
  expect(found).toEqual(expected.map(([from, to]) => ({ from: at(from), to: at(to) })));
});
