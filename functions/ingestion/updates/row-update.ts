import type { core } from "zod/mini";
import { describeIssues } from "../../support/issues";
import { arrivalOf, describeFuture, type StreamPart } from "../record";
import type { Change } from "./row-columns";
import type { RowKind } from "./row-kind";

/** A change of one row, with its part of a record. */
export interface RowUpdate extends Change {
  part: StreamPart;
  id: string;
  /**
   * The producer's time, or the record's arrival: of two changes of a row the later one counts.
   */
  changedAt: Date;
}

/** The result of a schema of updates: the contract's two records in one form. */
export type ReadUpdate = Change & { id: string; timestamp: Date | undefined };

/** A schema of the updates of one kind. */
export interface UpdateSchema extends core.$ZodType {
  safeParse(value: unknown): { success: true; data: ReadUpdate } | { success: false; error: { issues: Issues } };
}
type Issues = Parameters<typeof describeIssues>[0]["issues"];

/** Returns the update in a part whose data were decoded, or the reason why there is none. */
export function readUpdate(
  part: StreamPart,
  value: unknown,
  schema: UpdateSchema,
  { update, values }: RowKind,
): { update: RowUpdate } | { reason: string } {
  /** The name of a column is the producer's: an issue of its value is one of all of them. */
  const leaveOutColumn = (path: readonly PropertyKey[]) => (path[1] === values ? path.slice(0, 2) : path);
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({ ...issue, path: leaveOutColumn(issue.path) }));
    return { reason: describeIssues({ issues }, update, { schema, value }) };
  }
  const { id, timestamp, available, columns } = parsed.data;
  const late = describeFuture(part, timestamp);
  if (late !== undefined) return { reason: late };
  return { update: { part, id, changedAt: timestamp ?? arrivalOf(part.record), available, columns } };
}
