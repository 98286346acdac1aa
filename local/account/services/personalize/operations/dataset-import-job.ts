import { notImplemented } from "../../../endpoint/fault";
import type { Call, Clients, Handlers } from "../../../endpoint/service";
import { arnOf, type Context } from "../context";
import { invalidInput, JobFailure, limitExceeded } from "../faults";
import { readCsv } from "../formats/csv-reader";
import { countMetric, measureMetric } from "../metrics";
import { proveKeyAccess, refuseUnusableRole } from "../s3/data-role";
import { parseLocation, readSource } from "../s3/source";
import { Records } from "../state/records";
import { dates, listPage, requireActive } from "../state/registry";
import { type Dataset, type ImportJob, type PersonalizeState, schemaOf } from "../state/state";
import { Table } from "../state/table";
import { addTags, refuseTooManyTags } from "./tags";

/** Quotas per Region and per job (guide, "Quotas"). */
const maxRunning = 5;
const minInteractions = 1_000;
const gigabyte = 1024 ** 3;
const maxBytes = { FULL: 100 * gigabyte, INCREMENTAL: gigabyte };

export function datasetImportJobs(context: Context): Handlers<Clients["personalize"]> {
  const { host, store, lifecycle } = context;
  const summary = (job: ImportJob) => ({
    jobName: job.name,
    datasetImportJobArn: job.arn,
    status: job.status,
    failureReason: job.failureReason,
    importMode: job.importMode,
    ...dates(job),
  });

  return {
    CreateDatasetImportJob(input, call) {
      const { jobName = "", datasetArn, dataSource, roleArn, importMode = "FULL" } = input;
      if (input.publishAttributionMetricsToS3)
        throw notImplemented("personalize: publishAttributionMetricsToS3 of an import");
      const location = dataSource?.dataLocation;
      if (location === undefined) throw invalidInput("dataSource.dataLocation is missing.");
      parseLocation(location);
      // Optional in the model, for tables of other services; S3 cannot be read without a role.
      if (roleArn === undefined) throw invalidInput("roleArn is missing: an import from Amazon S3 needs a role.");
      const state = store.of(call);
      const dataset = requireActive(state.datasets.find(datasetArn), "Dataset");
      const arn = arnOf(call, `dataset-import-job/${jobName}`);
      state.importJobs.refuseTaken(arn);
      if (importMode === "INCREMENTAL" && isEmpty(dataset)) {
        throw invalidInput(`The first import into ${dataset.arn} must have the mode FULL.`);
      }
      if (state.importJobs.where(isRunning).length >= maxRunning) {
        throw limitExceeded(`More than ${maxRunning} resources with PENDING or IN_PROGRESS status.`);
      }
      refuseUnusableRole(host, call, roleArn, arn);
      const now = host.clock.now();
      refuseTooManyTags(input.tags);
      const job = state.importJobs.add({
        arn,
        name: jobName,
        datasetArn: dataset.arn,
        dataLocation: location,
        roleArn,
        importMode,
        status: "",
        created: now,
        updated: now,
      });
      addTags(state, arn, input.tags);
      lifecycle.start(job, {
        takes: "import",
        label: `import job ${jobName}`,
        work: () => runJob(context, call, state, job),
      });
      return { datasetImportJobArn: arn };
    },

    DescribeDatasetImportJob({ datasetImportJobArn }, call) {
      const job = store.of(call).importJobs.find(datasetImportJobArn);
      return {
        datasetImportJob: {
          ...summary(job),
          datasetArn: job.datasetArn,
          dataSource: { dataLocation: job.dataLocation },
          roleArn: job.roleArn,
          publishAttributionMetricsToS3: false,
        },
      };
    },

    ListDatasetImportJobs(input, call) {
      const state = store.of(call);
      const dataset = state.datasets.narrowing(input.datasetArn);
      const found = state.importJobs.where((job) => dataset === undefined || job.datasetArn === dataset.arn);
      const { items, nextToken } = listPage(found, input);
      return { datasetImportJobs: items.map(summary), nextToken };
    },
  };
}

const isRunning = ({ status }: ImportJob) => status === "CREATE PENDING" || status === "CREATE IN_PROGRESS";
const isEmpty = ({ type, data }: Dataset) => (type === "INTERACTIONS" ? data.bulk.length : data.bulk.size) === 0;

/** Reads everything first and takes it in at the end: a job that fails leaves the dataset as it was. */
async function runJob(context: Context, call: Call, state: PersonalizeState, job: ImportJob): Promise<void> {
  const { host } = context;
  const dataset = state.datasets.find(job.datasetArn);
  const dimensions = { DatasetGroupArn: dataset.groupArn, DatasetArn: dataset.arn, DatasetImportJobArn: job.arn };
  const started = host.clock.now();
  countMetric(host, call, "DatasetImportJobRequests", dimensions);
  try {
    await proveKeyAccess(host, call, state.groups.find(dataset.groupArn));
    const bytes = await importInto(context, call, state, dataset, job);
    measureMetric(host, call, "DatasetSize", dimensions, bytes, "Bytes");
    measureMetric(host, call, "DatasetImportJobExecutionTime", dimensions, host.clock.now() - started, "Milliseconds");
  } catch (error) {
    countMetric(host, call, "DatasetImportJobError", dimensions);
    throw error;
  }
}

/** Imports all files of a job, or none; the bytes that they have. */
async function importInto(
  { host }: Context,
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
      `${job.dataLocation} holds more than ${limit / gigabyte} GB, the most of an import with the mode ${job.importMode}.`,
    );
  };
  const { fields } = schemaOf(state, dataset).content;
  const files = readSource(host, call, { location: job.dataLocation, roleArn: job.roleArn, sourceArn: job.arn });
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
