import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { RunError } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { endWithEngine, withoutTraces } from "../../stacks/user-error.ts";

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

test("a lookup that fails because the engine has ended says nothing more", async () => {
  const words = "Resource monitor is terminating";
  const lookups = createRequire(import.meta.url).resolve("@pulumi/pulumi/runtime/invoke.js");
  expect(readFileSync(lookups, "utf8")).toContain(`"${words}"`);
  const ended = endWithEngine(new RunError(`The aws provider cannot be used: ${words}`));
  expect(await Promise.race([ended, Promise.resolve("waits")])).toBe("waits");
  const other = new RunError("The aws provider cannot be used: no Region");
  expect(() => endWithEngine(other)).toThrow(other);
});
