import { quoteForShell } from "../../../names/shell";
import type { DeployedStack } from "../../stack/stack";
import { print } from "../../terminal/print";
import type { ForgetReport } from "./erase-all";

/**
 * Prints where a visitor's data were found, and which data stay. `again` is the command to run
 * again.
 */
export function printReport(report: ForgetReport, stack: DeployedStack, user: string, again: string): void {
  const { sessions, sharedSessions, archive, quarantine, data, personalize, streamHours } = report;
  if (report.complete && isEmpty(report)) {
    print(
      `Found nothing of the visitor ${user}. The stream may have records for ${streamHours} hours; they cannot be deleted.`,
    );
    return;
  }
  print(`Deleted, with the events before sign-in of ${sessions} sessions:
  archive      ${describe(archive)}
  quarantine   ${describe(quarantine)}
  data bucket  ${data.seedRows} rows of the imported interactions, ${data.userRows} of the imported users,
               ${data.userUpdates} updates of users, ${data.oldVersions} old versions of the files, and ${data.preparedFiles} prepared files
  Personalize  ${personalize.numDeleted} records (${personalize.jobName})
Kept:
  stream       records for ${streamHours} hours; they cannot be deleted
  models       what they learned, until the next retraining replaces them:
               aws stepfunctions start-execution --state-machine-arn ${quoteForShell(stack.retrainingArn)} --input '{"force": true}'
  logs, metrics and decisions contain no user ids`);
  if (sharedSessions > 0) {
    print(
      `Kept: what has only one of ${sharedSessions} session ids of the visitor that are also ids of other users: it is theirs.`,
    );
  }
  const files = [...(data.seedRows > 0 ? ["interactionsFile"] : []), ...(data.userRows > 0 ? ["usersFile"] : [])];
  if (files.length > 0) {
    print(
      `Left: the visitor's rows in the file of ${files.join(" and of ")}, which is not in the account. Remove them from the ` +
        "file, or the next deployment that imports it brings them back.",
    );
  }
  if (report.sessionsLeft.length > 0) {
    print(
      `Left in Personalize: the events before sign-in of the sessions ${report.sessionsLeft.map(quoteForShell).join(", ")}. ` +
        "The archive does not have all events of the dataset any more, so one of these ids may be another user's. If " +
        "none is, run `forget` with each of them as --user.",
    );
  }
  if (report.unreadable.length > 0) {
    print(
      `Not complete: these objects cannot be read, and may have the visitor's records. Restore or delete them, and run ` +
        `the command again:\n  ${again}\n${report.unreadable.map((object) => `  ${object}`).join("\n")}`,
    );
  }
  if (report.work.length > 0) {
    print(
      `Not complete: ${report.work.join(", ")} used the datasets meanwhile. The list of the visitor's ids stays in the data ` +
        `bucket below forget/. When that has ended, run the command again:\n  ${again}`,
    );
  }
}

/** Checks that nothing of the visitor was found. Prepared files are of all visitors. */
function isEmpty({ sessions, archive, quarantine, data: { preparedFiles: _, ...data }, personalize }: ForgetReport) {
  const counts = [archive, quarantine, data].flatMap((place) => Object.values(place));
  return [sessions, personalize.numDeleted, ...counts].every((count) => count === 0);
}

const describe = ({ records, objects, oldVersions }: ForgetReport["archive"]) =>
  `${records} records in ${objects} objects, and ${oldVersions} old versions`;
