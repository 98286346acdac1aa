import { RunError } from "@pulumi/pulumi";
import { expect, test, vi } from "vitest";
import { endWithoutTrace, reportOfFirstUp } from "../../stacks/run.ts";

test("a mistake in the settings ends the program with its message and without a trace", () => {
  const mistake = new Error("recommender:batchSize: must be a whole number");
  expect(() => endWithoutTrace(mistake)).toThrow(expect.objectContaining({ message: mistake.message }));
  expect(() => endWithoutTrace(mistake)).toThrow(RunError);
});

test("a bug keeps its trace", () => {
  const bug = new TypeError("x is not a function");
  expect(() => endWithoutTrace(bug)).toThrow(bug);
});

test("too few imported events of weighed types are refused before the first up, and a warning after it", () => {
  const lack = { error: new Error("eventWeights: too few"), text: "  recommender:eventWeights: too few" };
  expect(() => reportOfFirstUp(lack, { ownParameters: new Set() })).toThrow(lack.error);
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  reportOfFirstUp(lack, { ownParameters: new Set(["/animal-recommender/prod/stream"]) });
  expect(warn).toHaveBeenCalledWith(expect.stringMatching(/too few.*does not see those that the stream has brought/s));
  warn.mockRestore();
});
