import { setImmediate } from "node:timers/promises";
import { Content } from "../../../content/content";
import type { Call } from "../../../host/service";
import type { Context } from "../context";
import { csvLine } from "../formats/csv-writer";
import { exportActions, proveJobKeyAccess } from "../s3/data-role";
import { writeTarget } from "../s3/target";
import type { InteractionsData } from "../state/interactions";
import { type Dataset, type ExportJob, type PersonalizeState, schemaOf } from "../state/state";
import type { Table } from "../state/table";
import { userIndex } from "../state/user-index";

const linesAtOnce = 1_000;

/** Writes the records of a dataset to S3 as CSV. */
export async function runExport(
  { host, data }: Context,
  call: Call,
  state: PersonalizeState,
  job: ExportJob,
): Promise<void> {
  const dataset = state.datasets.find(job.datasetArn);
  const rights = { scope: call, roleArn: job.roleArn, sourceArn: job.arn };
  proveJobKeyAccess(host, call, state.groups.find(dataset.groupArn), rights, exportActions);
  const names = schemaOf(state, dataset).content.fields.map(({ name }) => name);
  const content = await Content.from(joinLines(exportedLines(dataset, job.ingestionMode, names)));
  const file = { name: `${job.name}.csv`, content };
  await writeTarget(data, rights, job.output, file);
}

/**
 * A thousand lines at once; other requests get their turn in between, so that a large dataset does
 * not block the account.
 */
async function* joinLines(lines: Iterable<string>): AsyncGenerator<Uint8Array> {
  let held: string[] = [];
  for (const line of lines) {
    held.push(line);
    if (held.length < linesAtOnce) continue;
    yield Buffer.from(`${held.join("\n")}\n`);
    held = [];
    await setImmediate();
  }
  if (held.length > 0) yield Buffer.from(`${held.join("\n")}\n`);
}

/** The header and a line per record; of items and users, ALL has the newest of each id only. */
function* exportedLines(dataset: Dataset, mode: ExportJob["ingestionMode"], names: readonly string[]) {
  yield csvLine(names);
  if (dataset.type === "INTERACTIONS") return yield* interactionLines(dataset.data, mode, names);
  const { data } = dataset;
  const source = mode === "ALL" ? data : mode === "BULK" ? data.bulk : data.streamed;
  for (const id of source.ids()) yield csvLine(names.map((name) => source.get(id, name)));
}

/**
 * User by user, so that records which are equal in every field are exported once without keeping
 * all of them in memory. Rows without a user (of deleted users and of sessions without a user) are
 * left out.
 */
function* interactionLines(
  { bulk, streamed }: InteractionsData,
  mode: ExportJob["ingestionMode"],
  names: readonly string[],
) {
  const imported = mode === "PUT" ? undefined : userIndex(bulk, bulk.length);
  const users = new Set<string>();
  if (mode !== "PUT") for (const userId of bulk.text("USER_ID")?.texts() ?? []) users.add(userId);
  if (mode !== "BULK") for (const userId of streamed.table.text("USER_ID")?.texts() ?? []) users.add(userId);
  for (const userId of users) {
    const lines = new Set<string>();
    const take = (table: Table, row: number) => lines.add(csvLine(names.map((name) => table.get(row, name))));
    for (const row of imported?.rowsOf(userId) ?? []) take(bulk, row);
    if (mode !== "BULK") for (const row of streamed.rowsOf(userId).rows) take(streamed.table, row);
    yield* lines;
  }
}
