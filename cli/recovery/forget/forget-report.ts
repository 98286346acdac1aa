import { quoteForShell } from "../../../components/support/shell";
import { suggestCommand } from "../../local-account";
import type { DeployedStack } from "../../stack/find-stack";
import { print } from "../../terminal/print";

type Erased = ReturnType<typeof nothingErased>;

/** The places that had a visitor's data, and the data that stay. */
export interface ForgetReport extends Readonly<Erased> {
  /** The last look found nothing, and nothing used the datasets meanwhile. */
  readonly complete: boolean;
  /** `numDeleted`: the records that Personalize deleted. */
  readonly personalize: { readonly jobName: string; readonly numDeleted: number };
  /** The deleted data that were not there at the beginning, and the trainings and imports that ran meanwhile. */
  readonly meanwhile: Readonly<Erased> & { readonly work: readonly string[] };
  readonly streamHours: number;
}

export const nothingErased = () => ({
  /** Sessions in which the visitor signed in and that were not known before. */
  sessions: 0,
  archive: { objects: 0, records: 0, oldVersions: 0 },
  quarantine: { objects: 0, records: 0, oldVersions: 0 },
  data: { preparedFiles: 0, seedRows: 0, oldVersions: 0 },
});

/** Adds the counts of `more` to those of `sum`, and returns them. */
export function addErased(sum: Erased, more: Erased): Erased {
  sum.sessions += more.sessions;
  for (const place of ["archive", "quarantine", "data"] as const) addCounts(sum[place], more[place]);
  return sum;
}

function addCounts<Counts extends object>(sum: Counts, more: Counts): void {
  for (const [name, count] of Object.entries(more)) {
    Object.assign(sum, { [name]: count + Reflect.get(sum, name) });
  }
}

/** Checks that nothing of the visitor was found. Prepared files are of all visitors. */
export function isEmpty({ sessions, archive, quarantine, data: { preparedFiles: _, ...data } }: Erased): boolean {
  return [sessions, ...[archive, quarantine, data].flatMap((counts) => Object.values(counts))].every((n) => n === 0);
}

export function printReport(report: ForgetReport, stack: DeployedStack, user: string, listBucket: string): void {
  const { sessions, archive, quarantine, data, personalize, streamHours } = report;
  if (report.complete && isEmpty(report) && personalize.numDeleted === 0) {
    print(
      `Found nothing of the visitor ${user}. The stream may have records for ${streamHours} hours; they cannot be deleted.`,
    );
    return;
  }
  print(`Deleted, with the events before sign-in of ${sessions} sessions:
  archive      ${describe(archive)}
  quarantine   ${describe(quarantine)}
  data bucket  ${data.seedRows} rows of the imported interactions, ${data.oldVersions} old versions of the file,
               and ${data.preparedFiles} prepared files
  Personalize  ${personalize.numDeleted} records (${personalize.jobName})
${describeMeanwhile(report)}Kept:
  stream       records for ${streamHours} hours; they cannot be deleted
  models       what they learned, until the next retraining replaces them:
               aws stepfunctions start-execution --state-machine-arn ${quoteForShell(stack.retrainingArn)} --input '{"force": true}'
  logs, metrics and decisions contain no user ids`);
  if (data.seedRows > 0) {
    print(
      `Left: ${data.seedRows} rows in the file of \`interactionsFile\`, which is not in the account. Remove them from the file, ` +
        "or the next deployment that imports it brings them back.",
    );
  }
  if (!report.complete) {
    print(
      "Not complete: the visitor is still active, or a training or an import used the datasets. The list of the visitor's ids " +
        "stays in the data bucket below forget/. When that has ended, run the command again:\n" +
        `  ${suggestForget(stack, user, listBucket)}`,
    );
  }
}

const describe = ({ records, objects, oldVersions }: Erased["archive"]) =>
  `${records} records in ${objects} objects, and ${oldVersions} old versions`;

function describeMeanwhile({ meanwhile }: ForgetReport): string {
  const { archive, quarantine, sessions, work } = meanwhile;
  const records = archive.records + quarantine.records;
  const came = isEmpty(meanwhile) ? [] : [`${records} of these records and ${sessions} sessions came after the start`];
  const ran = work.length > 0 ? [`ran meanwhile: ${work.join(", ")}`] : [];
  return [...came, ...ran].map((line) => `  ${line}\n`).join("");
}

/** The command that deletes a visitor's data, with the bucket for the ids when it is another one than the stack's. */
export function suggestForget({ stack, dataBucket }: DeployedStack, user: string, listBucket: string): string {
  const bucket = listBucket === dataBucket ? "" : ` --list-bucket ${quoteForShell(listBucket)}`;
  return suggestCommand(`forget --stack ${quoteForShell(stack)} --user ${quoteForShell(user)}${bucket}`);
}
