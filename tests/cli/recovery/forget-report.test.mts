import { expect, test } from "vitest";
import type { ForgetReport } from "../../../cli/recovery/forget/erase-all.ts";
import { printReport } from "../../../cli/recovery/forget/forget-report.ts";
import type { DeployedStack } from "../../../cli/stack/stack.ts";
import { usePrinted } from "../../support/printed-lines.mts";

const stack = { stack: "prod", retrainingArn: "arn:aws:states:eu-west-1:1:stateMachine:r" } as DeployedStack;
const report: ForgetReport = {
  complete: true,
  sessions: 0,
  sharedSessions: 0,
  archive: { objects: 0, records: 0, oldVersions: 0 },
  quarantine: { objects: 0, records: 0, oldVersions: 0 },
  data: { preparedFiles: 0, seedRows: 0, userRows: 0, userUpdates: 0, oldVersions: 0 },
  personalize: { jobName: "job", numDeleted: 0 },
  sessionsLeft: [],
  unreadable: [],
  work: [],
  streamHours: 48,
};

const printed = usePrinted();

test("of a visitor of whom nothing was found says so, and not that something was deleted", () => {
  printReport(report, stack, "u-1", "npx again");
  expect(printed.out.join("\n")).toMatch(
    /^Found nothing of the visitor u-1\. The stream may have records for 48 hours/,
  );
});

test("says what used the datasets meanwhile, and to run the command again", () => {
  const work = ["the training arn:aws:personalize:eu-west-1:1:solution/a/b"];
  printReport({ ...report, complete: false, work }, stack, "u-1", "npx again");
  expect(printed.out.join("\n")).toContain(`Not complete: ${work[0]}`);
  expect(printed.out.join("\n")).toContain("run the command again:\n  npx again");
});

test("names objects that cannot be read, and sessions that stay in Personalize", () => {
  const unreadable = ["s3://archive/events/x.gz is not a whole GZIP file (unexpected end of file)"];
  printReport({ ...report, complete: false, unreadable, sessionsLeft: ["s-1", "s-2"] }, stack, "u-1", "npx again");
  const text = printed.out.join("\n");
  expect(text).toContain(`run the command again:\n  npx again\n  ${unreadable[0]}`);
  expect(text).toContain("Left in Personalize: the events before sign-in of the sessions s-1, s-2.");
});
