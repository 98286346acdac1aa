import { countOf } from "../../../names/printable";
import { print } from "../../terminal/print";

/** The result of a replay. Counts are of records, except `objects`. */
export const createReport = (source: string, dryRun: boolean) => ({
  source,
  dryRun,
  objects: 0,
  /** Put on the stream; in a dry run: would be. */
  sent: 0,
  /** Sent events of the archive without `eventId`: those that were delivered before count twice. */
  unidentified: 0,
  /** Archived copies of earlier replays, left out: their originals are in the archive too. */
  copies: 0,
  /** Not sent because the consumer would refuse them now, by reason. */
  refused: {} as Record<string, number>,
  /** Not sent because the stream did not accept them, by error. */
  failed: {} as Record<string, number>,
  /** Objects that cannot be read, each with the reason. They stay where they are. */
  unreadable: [] as string[],
});
export type ReplayReport = ReturnType<typeof createReport>;

export const nameSource = (source: string) => (source === "failed" ? "failed batches" : source);

export function printReport(report: ReplayReport): void {
  const { source, dryRun, objects, sent, unidentified, copies, refused, failed, unreadable } = report;
  print(`${countOf(objects, "object")} of the ${nameSource(source)} read.`);
  print(
    dryRun
      ? `${countOf(sent, "record")} can be sent; nothing was changed.`
      : `${countOf(sent, "record")} put on the stream.`,
  );
  if (unidentified > 0) print(`${unidentified} of them have no eventId: those that were delivered before count twice.`);
  if (copies > 0) print(`Left out: ${countOf(copies, "record")} copied by earlier replays.`);
  for (const [reason, number] of Object.entries(refused)) {
    print(`${number} not sent because the consumer would refuse them: ${reason}`);
  }
  for (const [code, number] of Object.entries(failed)) {
    print(`${number} not sent, the stream answered ${code}. Run it again.`);
  }
  for (const object of unreadable) print(`Not read: ${object}`);
}
