import type { TimeRange } from "../../archive/objects";
import { countReason, readRules } from "../../judge/judge-record";
import { findStack } from "../../stack/stack";
import { confirm, requireSomeoneToAsk } from "../../terminal/confirm";
import { type CommandOptions, type Pause, realPause } from "../../terminal/poll";
import { printError, printJson } from "../../terminal/print";
import { createProgress, type Progress } from "../../terminal/progress";
import { refuseDuringErasure } from "../forget/running-erasures";
import { copyRecord } from "./copy-record";
import { KnownRows } from "./known-rows";
import { type OutgoingRecord, putRecords, recordsPerCall } from "./put-records";
import { createReport, nameSource, printReport } from "./replay-report";
import { type Reading, type ReplayGroup, sources } from "./sources";

export interface ReplayOptions extends TimeRange {
  readonly stack: string;
  readonly source: keyof typeof sources;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * Sends stored records again, or counts them. Returns whether nothing is left, or would be, that
 * should have been sent.
 */
export async function replay(
  { stack: name, source, json = false, dryRun = false, yes = false, ...range }: ReplayOptions,
  { pause = realPause }: CommandOptions = {},
): Promise<boolean> {
  const stack = await findStack(name);
  requireSomeoneToAsk(yes || dryRun);
  const question = `Put the records of the ${nameSource(source)} on the stream of the stack ${stack.stack} again?`;
  if (!dryRun && !yes && !(await confirm(question))) {
    printError("Nothing was sent.");
    return false;
  }
  const progress = createProgress();
  const report = createReport(source, dryRun);
  const rules = await readRules(stack);
  const sender = { stack, range, rules, rows: new KnownRows(stack, rules), report, pause, progress };
  let left = 0;
  try {
    for await (const group of sources[source](sender)) left += await sendGroup(group, sender);
  } finally {
    progress.end();
  }
  if (json) printJson(report);
  else printReport(report);
  return report.unreadable.length === 0 && left === 0;
}

interface Sender extends Reading {
  readonly rows: KnownRows;
  readonly pause: Pause;
  readonly progress: Progress;
}

/** Returns the number of records that are still to be sent. */
async function sendGroup({ records, settle }: ReplayGroup, sender: Sender): Promise<number> {
  const { stack, rules, rows, report, pause, progress } = sender;
  const isArchive = report.source === "archive";
  const unsent = new Set<string>();
  if (!report.dryRun) await refuseDuringErasure(stack);
  for (let start = 0; start < records.length; start += recordsPerCall) {
    const batch: (OutgoingRecord & { readonly eventId: string | undefined })[] = [];
    const copies = records
      .slice(start, start + recordsPerCall)
      .map((record) => ({ id: record.id, copy: copyRecord(record, rules, stack.now) }));
    await rows.read(copies.flatMap(({ copy }) => ("row" in copy && copy.row ? copy.row : [])));
    for (const { id, copy } of copies) {
      const reason = "reason" in copy ? copy.reason : copy.row && rows.judge(copy.row);
      if ("reason" in copy || reason !== undefined) {
        // Records of the archive are in the quarantine too, from where they can be sent.
        if (!isArchive) unsent.add(id);
        countReason(report.refused, reason ?? "");
      } else batch.push({ id, ...copy, eventId: copy.interaction?.event.eventId });
    }
    const failures = report.dryRun ? new Map<string, string>() : await putRecords(stack, batch, pause);
    for (const [id, code] of failures) {
      unsent.add(id);
      countReason(report.failed, code);
    }
    if (isArchive) report.unidentified += batch.filter(({ id, eventId }) => id === eventId && !failures.has(id)).length;
    report.sent += batch.length - failures.size;
    progress.show(`${report.objects} objects read, ${report.sent} records ${report.dryRun ? "can be sent" : "sent"}`);
  }
  if (!report.dryRun) {
    await refuseDuringErasure(stack);
    await settle(unsent);
  }
  return unsent.size;
}
