import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { attempt } from "../../names/attempt.ts";
import { Refusal } from "../../names/refusal.ts";

test("a refusal is one of the problems, and a check that refuses nothing returns its result", () => {
  const problems: string[] = [];
  const refuse = () => {
    throw new Refusal("filters.a");
  };
  expect([attempt(refuse, problems), attempt(() => 1, problems)]).toEqual([undefined, 1]);
  expect(problems).toEqual(["filters.a"]);
});

test.each([
  ["a bug of the program", () => new Map().get("x").name],
  ["a missing file of Node's", () => readFileSync("no-such-file")],
  ["an error of a package", () => JSON.parse("{")],
])("%s is no problem of the user", (_what, work) => {
  const problems: string[] = [];
  expect(() => attempt(work, problems)).toThrow();
  expect(problems).toEqual([]);
});
