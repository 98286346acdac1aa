import assert from "node:assert";
import { readFileSync } from "node:fs";
import { RunError } from "@pulumi/pulumi";
import { expect, test, vi } from "vitest";
import { Refusal } from "../../names/refusal.ts";
import { endWithoutTrace, reportOfFirstUp } from "../../stacks/run.ts";

test("a mistake in the settings ends the program with its message and without a trace", () => {
  const mistake = new Refusal("recommender:batchSize: must be a whole number");
  expect(() => endWithoutTrace(mistake)).toThrow(expect.objectContaining({ message: mistake.message }));
  expect(() => endWithoutTrace(mistake)).toThrow(RunError);
});

test.each([
  ["a bug of the program", () => new Map().get("x").name],
  ["a missing file of Node's", () => readFileSync("no-such-file")],
  ["a plain error of a package", () => assert.fail(new Error("the package is wrong"))],
])("%s keeps its trace", (_what, work) => {
  let thrown: unknown;
  try {
    work();
  } catch (error) {
    thrown = error;
  }
  expect(() => endWithoutTrace(thrown as Error)).toThrow(thrown as Error);
});

test("too few imported events of weighed types are refused before the first up, and a warning after it", () => {
  const lack = { error: new Refusal("eventWeights: too few"), text: "  recommender:eventWeights: too few" };
  expect(() => reportOfFirstUp(lack, { ownParameters: new Set() })).toThrow(lack.error);
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  reportOfFirstUp(lack, { ownParameters: new Set(["/animal-recommender/prod/stream"]) });
  expect(warn).toHaveBeenCalledWith(expect.stringMatching(/too few.*does not see those that the stream has brought/s));
  warn.mockRestore();
});
