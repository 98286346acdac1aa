import { refuseDuringErasure } from "../../archive/erasure-lists";
import { countReason, type RecordRules, readRules } from "../../archive/judge-record";
import type { TimeRange } from "../../archive/objects";
import { type DeployedStack, findStack } from "../../stack/stack";
import { confirm } from "../../terminal/confirm";
import { type CommandOptions, type Pause, realPause } from "../../terminal/poll";
import { print, printError, printJson } from "../../terminal/print";
import { createProgress, type Progress } from "../../terminal/progress";
import { copyRecord } from "./copy-record";
import { type OutgoingRecord, putRecords, recordsPerCall } from "./put-records";
import { type ReplayGroup, readArchived, readFailed, readQuarantine } from "./sources";

export interface ReplayOptions extends TimeRange {
  readonly stack: string;
  readonly source: "quarantine" | "failed" | "archive";
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** The result of a replay. Counts are of records, except `objects`. */
const createReport = (source: string, dryRun: boolean) => ({
  source,
  dryRun,
  objects: 0,
  /** Put on the stream; in a dry run: would be. */
  sent: 0,
  /** Sent events of the archive without `eventId`: those that were delivered before count twice. */
  unidentified: 0,
  /** Archived copies of earlier replays, left out. */
  copies: 0,
  /** Not sent because the consumer would refuse them now, by reason. */
  refused: {} as Record<string, number>,
  /** Not sent because the stream did not accept them, by error. */
  failed: {} as Record<string, number>,
  /** Objects that cannot be read, each with the reason. They stay where they are. */
  unreadable: [] as string[],
});
type ReplayReport = ReturnType<typeof createReport>;

/** Sends stored records again. Returns whether nothing is left that should have been sent. */
export async function replay(
  { stack: name, source, json = false, dryRun = false, yes = false, ...range }: ReplayOptions,
  { pause = realPause }: CommandOptions = {},
): Promise<boolean> {
  const stack = await findStack(name);
  const question = `Put the records of the ${nameSource(source)} on the stream of the stack ${stack.stack} again?`;
  if (!dryRun && !yes && !(await confirm(question))) {
    printError("Nothing was sent.");
    return false;
  }
  const progress = createProgress();
  const report = createReport(source, dryRun);
  const rules = await readRules(stack);
  const sender = { stack, rules, pause, progress };
  const groups = {
    archive: () => readArchived(stack, range, rules),
    failed: () => readFailed(stack, range),
    quarantine: () => readQuarantine(stack, range),
  };
  try {
    for await (const group of groups[source]()) await sendGroup(group, sender, report);
  } finally {
    progress.end();
  }
  if (json) printJson(report);
  else printReport(report);
  const unsent = Object.keys(report.failed).length > 0;
  const left = source !== "archive" && Object.keys(report.refused).length > 0;
  return report.unreadable.length === 0 && (dryRun || !(unsent || left));
}

const nameSource = (source: string) => (source === "failed" ? "failed batches" : source);

interface Sender {
  readonly stack: DeployedStack;
  readonly rules: RecordRules;
  readonly pause: Pause;
  readonly progress: Progress;
}

async function sendGroup(group: ReplayGroup, sender: Sender, report: ReplayReport): Promise<void> {
  const { stack, rules, pause, progress } = sender;
  const refused = new Set<string>();
  const failed = new Set<string>();
  if (!report.dryRun) await refuseDuringErasure(stack);
  report.objects += group.objects;
  report.copies += group.copies ?? 0;
  report.unreadable.push(...(group.unreadable ?? []));
  for (const reason of group.refused ?? []) countReason(report.refused, reason);
  for (let start = 0; start < group.records.length; start += recordsPerCall) {
    const batch: (OutgoingRecord & { readonly eventId: string | undefined })[] = [];
    for (const record of group.records.slice(start, start + recordsPerCall)) {
      const { id } = record;
      const event = copyRecord(record, rules, stack.now);
      if ("reason" in event) {
        refused.add(id);
        countReason(report.refused, event.reason);
      } else batch.push({ id, ...event, eventId: event.interaction?.event.eventId });
    }
    const failures = report.dryRun ? new Map<string, string>() : await putRecords(stack, batch, pause);
    for (const [id, code] of failures) {
      failed.add(id);
      countReason(report.failed, code);
    }
    if (report.source === "archive")
      report.unidentified += batch.filter(({ id, eventId }) => id === eventId && !failures.has(id)).length;
    report.sent += batch.length - failures.size;
    progress.show(`${report.objects} objects read, ${report.sent} records ${report.dryRun ? "can be sent" : "sent"}`);
  }
  if (report.dryRun) return;
  await refuseDuringErasure(stack);
  await group.settle({ refused, failed });
}

function printReport(report: ReplayReport): void {
  const { source, dryRun, objects, sent, unidentified, copies, refused, failed, unreadable } = report;
  const lines = [
    `${objects} objects of the ${nameSource(source)} read.`,
    dryRun ? `${sent} records can be sent; nothing was changed.` : `${sent} records were put on the stream.`,
    ...(unidentified > 0
      ? [`${unidentified} of them have no eventId: those that were delivered before count twice.`]
      : []),
    ...(copies > 0 ? [`${copies} records are copies of earlier replays and were left out.`] : []),
    ...Object.entries(refused).map(
      ([reason, number]) => `${number} not sent because the consumer would refuse them: ${reason}`,
    ),
    ...Object.entries(failed).map(([code, number]) => `${number} not sent, the stream answered ${code}. Run it again.`),
    ...unreadable.map((object) => `Not read: ${object}`),
  ];
  print(lines.join("\n"));
}
