import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { RunError } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { comesFromEnd } from "../../stacks/end-of-engine.ts";

const refused = Object.assign(new Error("14 UNAVAILABLE: resource monitor shut down"), { code: 14, metadata: {} });
const cases: readonly [what: string, error: unknown, terminated: boolean, comes: boolean][] = [
  ["a call that the engine refuses", refused, false, true],
  ["any error after the SDK has closed its connections", new Error("The service was stopped"), true, true],
  ["an error that is no Error, then", undefined, true, true],
  ["a mistake in the settings", new RunError("aws:region: no Region"), false, false],
  ["a bug", new TypeError("x is not a function"), false, false],
  ["a command that ended with the code 14", Object.assign(new Error("ended"), { code: 14 }), false, false],
  ["nothing", undefined, false, false],
];
test.each(cases)(
  "%s: %o, connections closed %s, comes from the engine's end: %s",
  (_what, error, terminated, comes) => {
    expect(comesFromEnd(error, { globalStore: { terminated } })).toBe(comes);
  },
);

test("the SDK notes the end, and ends with the code, where this program looks", () => {
  const read = (file: string) => readFileSync(createRequire(import.meta.url).resolve(`@pulumi/pulumi/${file}`), "utf8");
  expect(read("runtime/settings.js")).toContain("store.terminated = true;");
  expect(read("runtime/state.js")).toContain("global.globalStore");
  expect(read("cmd/run/index.js")).toContain("exports.nodeJSProcessExitedAfterLoggingUserActionableMessage = 32;");
});
