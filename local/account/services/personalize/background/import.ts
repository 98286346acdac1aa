import type { Call } from "../../../host/service";
import type { Context } from "../context";
import { JobFailure } from "../faults";
import { readCsv } from "../formats/csv-reader";
import { countMetric, measureMetric } from "../metrics";
import { proveDataRole, proveKeyAccess } from "../s3/data-role";
import { readSource } from "../s3/source";
import { Records } from "../state/records";
import { type Dataset, type ImportJob, type PersonalizeState, schemaOf } from "../state/state";
import { Table } from "../state/table";

/** Quotas of one job (guide, "Quotas"). */
const minInteractions = 1_000;
const gigabyte = 1024 ** 3;
const maxBytes = { FULL: 100 * gigabyte, INCREMENTAL: gigabyte };

/**
 * Reads everything first and changes the dataset at the end: a job that fails leaves it as it was.
 */
export async function runImport(context: Context, call: Call, state: PersonalizeState, job: ImportJob): Promise<void> {
  const { host } = context;
  const dataset = state.datasets.find(job.datasetArn);
  const dimensions = { DatasetGroupArn: dataset.groupArn, DatasetArn: dataset.arn, DatasetImportJobArn: job.arn };
  const started = host.clock.now();
  countMetric(host, call, "DatasetImportJobRequests", dimensions);
  try {
    await proveKeyAccess(context, call, state.groups.find(dataset.groupArn));
    proveDataRole(context, call, state.groups.find(dataset.groupArn), job);
    const bytes = await importInto(context, call, state, dataset, job);
    measureMetric(host, call, "DatasetSize", dimensions, bytes, "Bytes");
    measureMetric(host, call, "DatasetImportJobExecutionTime", dimensions, host.clock.now() - started, "Milliseconds");
  } catch (error) {
    countMetric(host, call, "DatasetImportJobError", dimensions);
    throw error;
  }
}

/** Imports all files of a job, or none. Returns their size in bytes. */
async function importInto(
  { data }: Context,
  call: Call,
  state: PersonalizeState,
  dataset: Dataset,
  job: ImportJob,
): Promise<number> {
  let bytes = 0;
  const count = (size: number) => {
    bytes += size;
    const limit = maxBytes[job.importMode];
    if (bytes <= limit) return;
    throw new JobFailure(
      `${job.dataLocation} has more than ${limit / gigabyte} GB, the limit of an import with the mode ${job.importMode}.`,
    );
  };
  const { fields } = schemaOf(state, dataset).content;
  const reader = { scope: call, roleArn: job.roleArn, sourceArn: job.arn };
  const files = readSource(data, reader, job.dataLocation);
  if (dataset.type === "INTERACTIONS") {
    const table = new Table(fields);
    for await (const file of files) {
      count(file.content.size);
      await readCsv(file.name, file.content.pieces(), fields, (cells) => table.append(cells));
    }
    if (table.length < minInteractions) {
      throw new JobFailure(
        `The job has ${table.length} interactions; an import needs ${minInteractions} at least (${job.dataLocation}).`,
      );
    }
    if (job.importMode === "FULL") dataset.data.bulk = table;
    else dataset.data.bulk.appendAll(table);
    return bytes;
  }
  const records = new Records(fields, dataset.data.idField);
  for await (const file of files) {
    count(file.content.size);
    await readCsv(file.name, file.content.pieces(), fields, (cells) => records.put(cells));
  }
  if (records.size === 0) throw new JobFailure(`${job.dataLocation} has no rows under its header.`);
  if (job.importMode === "FULL") dataset.data.bulk = records;
  else dataset.data.bulk.putAll(records);
  return bytes;
}
