import { ContentWriter } from "../../endpoint/content";
import type { Call, Clients, Handlers } from "../../endpoint/service";
import { arnOf, type Context } from "./context";
import { csvLine } from "./csv-text";
import { refuseUnusableRole } from "./data-role";
import { invalidInput, limitExceeded } from "./faults";
import { dates, listPage, requireActive } from "./registry";
import { parseLocation } from "./s3-source";
import { writeTarget } from "./s3-target";
import { type Dataset, type ExportJob, type PersonalizeState, schemaOf } from "./state";
import type { Cell, Table } from "./table";
import { addTags, refuseTooManyTags } from "./tags";

/** Jobs at a time in a Region; the quota of imports stands in for one that the guide does not name. */
const maxRunning = 5;

export function datasetExportJobs(context: Context): Handlers<Clients["personalize"]> {
  const { host, store, lifecycle } = context;
  const summary = (job: ExportJob) => ({
    jobName: job.name,
    datasetExportJobArn: job.arn,
    status: job.status,
    failureReason: job.failureReason,
    ...dates(job),
  });

  return {
    CreateDatasetExportJob({ jobName = "", datasetArn, ingestionMode = "PUT", roleArn = "", jobOutput, tags }, call) {
      const output = jobOutput?.s3DataDestination;
      if (output?.path === undefined) throw invalidInput("jobOutput.s3DataDestination.path is missing.");
      parseLocation(output.path);
      const state = store.of(call);
      const dataset = requireActive(state.datasets.find(datasetArn), "Dataset");
      const arn = arnOf(call, `dataset-export-job/${jobName}`);
      state.exportJobs.refuseTaken(arn);
      if (state.exportJobs.where(({ status }) => /PENDING|IN_PROGRESS/.test(status)).length >= maxRunning) {
        throw limitExceeded(`More than ${maxRunning} resources with PENDING or IN_PROGRESS status.`);
      }
      refuseUnusableRole(host, call, roleArn, arn);
      const now = host.clock.now();
      refuseTooManyTags(tags);
      const job = state.exportJobs.add({
        arn,
        name: jobName,
        datasetArn: dataset.arn,
        roleArn,
        ingestionMode,
        output,
        status: "",
        created: now,
        updated: now,
      });
      addTags(state, arn, tags);
      lifecycle.start(job, {
        takes: "export",
        label: `export job ${jobName}`,
        work: () => runJob(context, call, state, job),
      });
      return { datasetExportJobArn: arn };
    },

    DescribeDatasetExportJob({ datasetExportJobArn }, call) {
      const job = store.of(call).exportJobs.find(datasetExportJobArn);
      const { datasetArn, ingestionMode, roleArn, output } = job;
      const jobOutput = { s3DataDestination: output };
      return { datasetExportJob: { ...summary(job), datasetArn, ingestionMode, roleArn, jobOutput } };
    },

    ListDatasetExportJobs(input, call) {
      const state = store.of(call);
      const dataset = state.datasets.narrowing(input.datasetArn);
      const found = state.exportJobs.where((job) => dataset === undefined || job.datasetArn === dataset.arn);
      const { items, nextToken } = listPage(found, input);
      return { datasetExportJobs: items.map(summary), nextToken };
    },
  };
}

async function runJob({ host }: Context, call: Call, state: PersonalizeState, job: ExportJob): Promise<void> {
  const dataset = state.datasets.find(job.datasetArn);
  const names = schemaOf(state, dataset).content.fields.map(({ name }) => name);
  const writer = new ContentWriter();
  const write = (line: string) => writer.write(Buffer.from(`${line}\n`));
  write(csvLine(names));
  for (const line of exportedLines(dataset, job.ingestionMode, names)) write(line);
  const file = { name: `${job.name}.csv`, content: writer.end() };
  await writeTarget(host, call, job.output, { roleArn: job.roleArn, sourceArn: job.arn }, file);
}

/** Records that are equal in every field are exported once; of items and users, ALL has the newest of each id only. */
function exportedLines(dataset: Dataset, mode: ExportJob["ingestionMode"], names: readonly string[]): Set<string> {
  const lines = new Set<string>();
  const take = (get: (name: string) => Cell) => lines.add(csvLine(names.map(get)));
  if (dataset.type === "INTERACTIONS") {
    const all = (table: Table) => {
      for (let row = 0; row < table.length; row++) {
        // Nobody's rows are those of deleted users and of sessions without a user.
        if (table.get(row, "USER_ID") !== undefined) take((name) => table.get(row, name));
      }
    };
    if (mode !== "PUT") all(dataset.data.bulk);
    if (mode !== "BULK") all(dataset.data.streamed.table);
    return lines;
  }
  const { data } = dataset;
  const source = mode === "ALL" ? data : mode === "BULK" ? data.bulk : data.streamed;
  for (const id of source.ids()) take((name) => source.get(id, name));
  return lines;
}
