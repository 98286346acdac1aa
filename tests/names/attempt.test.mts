import { expect, test } from "vitest";
import { runTogether } from "../../functions/support/run-together.ts";

const fail = (message: string) => () => {
  throw new Error(message);
};

test("several mistakes are one error", () => {
  expect(() => runTogether(fail("filters.a"), () => 1, fail("placements.b"))).toThrow("filters.a\nplacements.b");
});

test("without mistakes the results are returned", () => {
  expect(
    runTogether(
      () => 1,
      () => "b",
    ),
  ).toEqual([1, "b"]);
});

test("a bug is not a mistake in the settings", () => {
  const bug = () => {
    throw new TypeError("x is not a function");
  };
  expect(() => runTogether(fail("filters.a"), bug)).toThrow(TypeError);
});
