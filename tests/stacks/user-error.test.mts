import { RunError } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { withoutTraces } from "../../stacks/user-error.ts";

const run = (error: Error) => () =>
  withoutTraces(() => {
    throw error;
  });

test("a mistake in the settings ends the program with its message and without a trace", () => {
  expect(run(new Error("recommender:batchSize: must be a whole number"))).toThrow(
    expect.objectContaining({ message: "recommender:batchSize: must be a whole number" }),
  );
  expect(run(new Error("x"))).toThrow(RunError);
});

test("a bug keeps its trace", () => {
  const bug = new TypeError("x is not a function");
  expect(run(bug)).toThrow(bug);
});
