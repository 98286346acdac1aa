import { expect, test } from "vitest";
import { rangeOf } from "../../console/page/chart-range.ts";
import { timeLabels } from "../../console/page/chart-times.ts";

test.each([
  ["counts begin at 0", [2, 10, 4], [], 0, 11],
  ["counts that are always the same begin at 0", [1, 1], [], 0, 1.1],
  ["values of nothing but 0 have room above", [0, 0], [], 0, 1],
  ["no values have an axis as well", [], [], 0, 1],
])("%s", (_what, values, levels, least, most) => {
  expect(rangeOf(values, levels)).toEqual([least, most]);
});

test("metrics that lie close together are told apart, and a distant threshold does not flatten them", () => {
  const [least, most] = rangeOf([0.2248, 0.2185, 0.2152], [0.01, 0.1952]);
  expect(least).toBeGreaterThan(0.17);
  expect(least).toBeLessThan(0.1952);
  expect(most).toBeGreaterThan(0.2248);
  expect(most).toBeLessThan(0.25);
});

test("a flat curve is in the middle of a narrow axis", () => {
  const [least, most] = rangeOf([0.5, 0.5]);
  expect(least).toBeLessThan(0.5);
  expect(most).toBeGreaterThan(0.5);
  expect(most - least).toBeLessThan(0.05);
});

test("values below 0 are in sight", () => {
  const [least, most] = rangeOf([-3, 4]);
  expect(least).toBeLessThan(-3);
  expect(most).toBeGreaterThan(4);
});

test("the labels of a time axis have 24 hours, and the day where it changes", () => {
  const from = Date.UTC(2026, 0, 1, 23, 0) / 1_000;
  expect(timeLabels([from, from + 1_800, from + 3_600, from + 5_400])).toEqual([
    "23:00\n01-01",
    "23:30",
    "00:00\n01-02",
    "00:30",
  ]);
  expect(timeLabels([from, from + 86_400])).toEqual(["01-01", "01-02"]);
});
