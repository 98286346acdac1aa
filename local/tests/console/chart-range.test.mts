import { expect, test } from "vitest";
import { rangeOf } from "../../console/page/chart-range.ts";

test.each([
  ["counts begin at 0", [2, 10, 4], [], 0, 11],
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
  const [least, most] = rangeOf([5_000_000, 5_000_000]);
  expect(least).toBeLessThan(5_000_000);
  expect(most).toBeGreaterThan(5_000_000);
  expect(most - least).toBeLessThan(500_000);
});

test("values below 0 are in sight", () => {
  const [least, most] = rangeOf([-3, 4]);
  expect(least).toBeLessThan(-3);
  expect(most).toBeGreaterThan(4);
});
