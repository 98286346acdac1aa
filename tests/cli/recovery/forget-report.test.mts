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
  sessionsOfSeveral: [],
  kept: [],
  erased: { archive: { objects: 1, records: 2, oldVersions: 3 } },
  updates: 0,
  files: [],
  personalize: { jobName: "job", numDeleted: 0 },
  sessionsLeft: [],
  unreadable: [],
  work: [],
};

const printed = usePrinted();

test("of a visitor of whom nothing was found says so, and not that something was deleted", () => {
  printReport({ ...report, erased: {} }, stack, "u-1", "npx again");
  expect(printed.out.join("\n")).toMatch(
    /^Found nothing of the visitor u-1 in the account\..*Not looked at: the files of interactionsFile and usersFile/s,
  );
});

test("says what was deleted in each place, and what the file of the user's own has", () => {
  printReport({ ...report, files: ["interactionsFile", "usersFile"] }, stack, "u-1", "npx again");
  const text = printed.out.join("\n");
  expect(text).toContain("archive      2 records in 1 object, and 3 old versions");
  expect(text).toContain("rows in the file of interactionsFile and of usersFile, which");
});

test("names what used the datasets, objects that cannot be read, and sessions that stay in Personalize", () => {
  const unreadable = ["s3://archive/events/x.gz is not a whole GZIP file (unexpected end of file)"];
  const work = ["arn:aws:personalize:eu-west-1:1:solution/a/b"];
  printReport(
    { ...report, complete: false, unreadable, work, sessionsLeft: ["s-1", "s-2"], unknown: "objects cannot be read" },
    stack,
    "u-1",
    "npx again",
  );
  const text = printed.out.join("\n");
  expect(text).toContain(
    `run the command again:\n  npx again\n  ${unreadable[0]}\n  ${work[0]} used the datasets meanwhile`,
  );
  expect(text).toContain(
    "Left in Personalize and the imported interactions: the events before sign-in of the sessions s-1, s-2. " +
      "The archive does not show all users, so one of these ids may be another user's: objects cannot be read.",
  );
});

test("names twenty of the records that may be others', and counts the rest", () => {
  const kept = Array.from({ length: 22 }, (_, line) => ({
    object: "s3://archive/events/x.gz",
    line,
    ...(line === 3 && { member: "pageId" }),
    hash: `hash ${line}`,
  }));
  printReport({ ...report, kept, sessionsOfSeveral: ["s 1"] }, stack, "2", "npx again");
  const text = printed.out.join("\n");
  expect(text).toContain("Kept: 22 records with one of the visitor's ids");
  expect(text).toContain('s3://archive/events/x.gz line 3, "pageId"');
  expect(text.match(/s3:\/\/archive/g)).toHaveLength(20);
  expect(text).toContain("and 2 more");
  expect(text).toContain("of the sessions 's 1', in which other users signed in as well");
});
