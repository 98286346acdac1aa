import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ForgetReport, nothingErased, printReport } from "../../../cli/recovery/forget/forget-report.ts";
import type { DeployedStack } from "../../../cli/stack/find-stack.ts";

const stack = {
  stack: "prod",
  dataBucket: "data",
  retrainingArn: "arn:aws:states:eu-west-1:1:stateMachine:r",
} as DeployedStack;
const report: ForgetReport = {
  ...nothingErased(),
  complete: true,
  personalize: { jobName: "job", numDeleted: 0 },
  meanwhile: { ...nothingErased(), work: [] },
  streamHours: 48,
};

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(line));
});
afterEach(() => vi.restoreAllMocks());

test("of a visitor of whom nothing was found says so, and not that something was deleted", () => {
  printReport(report, stack, "u-1", "data");
  expect(lines.join("\n")).toMatch(/^Found nothing of the visitor u-1\. The stream may have records for 48 hours/);
});

test("of a visitor of whom nothing was found says what ran meanwhile, and to run the command again", () => {
  const work = ["the training arn:aws:personalize:eu-west-1:1:solution/a/b"];
  printReport({ ...report, complete: false, meanwhile: { ...nothingErased(), work } }, stack, "u-1", "data");
  expect(lines.join("\n")).toContain(`ran meanwhile: ${work[0]}`);
  expect(lines.join("\n")).toContain("npx recommender forget --stack prod --user u-1");
});

test("the command to run again names the bucket for the ids that the user chose", () => {
  printReport({ ...report, complete: false }, stack, "u-1", "own ids");
  expect(lines.join("\n")).toContain("npx recommender forget --stack prod --user u-1 --list-bucket 'own ids'");
});
