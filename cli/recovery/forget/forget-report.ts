import { countOf } from "../../../names/printable";
import { quoteForShell } from "../../../names/shell";
import type { DeployedStack } from "../../stack/stack";
import { retrainNow } from "../../terminal/aws-command";
import { print } from "../../terminal/print";
import type { ForgetReport } from "./erase-all";

/** The most kept records that are named; `--json` has all. */
const listed = 20;

/**
 * Prints where a visitor's data were found, and which data stay. `again` is the command to run
 * again.
 */
export function printReport(report: ForgetReport, stack: DeployedStack, user: string, again: string): void {
  const { sessions, sharedSessions, sessionsOfSeveral, kept, personalize, updates } = report;
  const isEmpty =
    Object.keys(report.erased).length === 0 &&
    sessions + updates + personalize.numDeleted + sessionsOfSeveral.length + kept.length === 0;
  if (report.complete && isEmpty) {
    print(
      `Found nothing of the visitor ${user} in the account. The stream may have records until retentionHours have passed. Not ` +
        "looked at: the files of interactionsFile and usersFile, whose rows the next deployment that imports them brings back.",
    );
    return;
  }
  print(`Deleted, with the events before sign-in of ${countOf(sessions, "session")}:`);
  for (const [place, { records, objects, oldVersions }] of Object.entries(report.erased)) {
    print(
      `  ${place.padEnd(12)} ${countOf(records, "record")} in ${countOf(objects, "object")}, and ${countOf(oldVersions, "old version")}`,
    );
  }
  print(`  updates      ${updates} of the user
  Personalize  ${countOf(personalize.numDeleted, "record")} (${personalize.jobName})
Kept:
  stream       records until retentionHours have passed; they cannot be deleted
  models       what they learned, until the next retraining replaces them
  logs, metrics and decisions contain no user ids
To start the next retraining now:
${retrainNow(stack)}`);
  if (sharedSessions > 0) {
    print(
      `Kept: what has only one of ${countOf(sharedSessions, "session id")} of the visitor that are also ids of other users: it is theirs.`,
    );
  }
  if (sessionsOfSeveral.length > 0) {
    print(
      `Kept: events without a user's id of the sessions ${sessionsOfSeveral.map(quoteForShell).join(", ")}, in which other users ` +
        "signed in as well. If they are the visitor's, run `forget` with each of them as --user.",
    );
  }
  if (kept.length > 0) {
    print(
      `Kept: ${countOf(kept.length, "record")} with one of the visitor's ids, which may be others'. To delete those that are the ` +
        "visitor's, run the command with --json, leave only their entries in its list `kept`, and give the file as --also.",
    );
    for (const { object, line, member } of kept.slice(0, listed)) {
      print(`  ${object} line ${line}${member === undefined ? "" : `, ${JSON.stringify(member)}`}`);
    }
    if (kept.length > listed) print(`  and ${kept.length - listed} more`);
  }
  if (report.files.length > 0) {
    print(
      `Left: the visitor's rows in the file of ${report.files.join(" and of ")}, which is not in the account. Remove them from the ` +
        "file, or the next deployment that imports it brings them back.",
    );
  }
  if (report.sessionsLeft.length > 0) {
    print(
      `Left in Personalize and the imported interactions: the events before sign-in of the sessions ${report.sessionsLeft.map(quoteForShell).join(", ")}. ` +
        `The archive does not show all users, so one of these ids may be another user's: ${report.unknown}. If ` +
        "none is, run `forget` with each of them as --user.",
    );
  }
  const open = [...report.unreadable, ...report.work.map((name) => `${name} used the datasets meanwhile`)];
  if (open.length > 0) {
    print(
      `Not complete. Restore or delete objects that cannot be read, wait for the end of trainings and imports, and run the ` +
        `command again:\n  ${again}\n${open.map((line) => `  ${line}`).join("\n")}`,
    );
  }
}
