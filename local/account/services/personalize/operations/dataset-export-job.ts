import { forwardCaller } from "../../../host/forward";
import type { Call, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { runExport } from "../background/export";
import { arnOf, type Context } from "../context";
import { invalidInput, limitExceeded } from "../faults";
import { exportActions, refuseUnusableRole, requireActions } from "../s3/data-role";
import { parseLocation } from "../s3/source";
import { notBegun, progress, requireActive } from "../state/registry";
import type { ExportJob } from "../state/state";
import { addTagged } from "./tags";

/** Running jobs in a Region. The guide names no quota for exports: this is the one for imports. */
const maxRunning = 5;

export function datasetExportJobHandlers(context: Context) {
  const { host, store } = context;
  const create = context.lifecycle.step<{ call: Call; job: ExportJob }>({
    takes: "export",
    work: ({ call, job }) => runExport(context, call, store.of(call), job),
  });
  const summary = (job: ExportJob) => ({
    jobName: job.name,
    datasetExportJobArn: job.arn,
    ...progress(job),
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
      const { kmsKeyArn } = state.groups.find(dataset.groupArn);
      if (kmsKeyArn !== undefined) requireActions(host, forwardCaller(call, "personalize"), kmsKeyArn, exportActions);
      const job = addTagged(state, tags, state.exportJobs, {
        arn,
        name: jobName,
        datasetArn: dataset.arn,
        roleArn,
        ingestionMode,
        output,
        ...notBegun(host),
      });
      create(job, `export job ${jobName}`, { call, job });
      return { datasetExportJobArn: arn };
    },

    DescribeDatasetExportJob({ datasetExportJobArn }, call) {
      const job = store.of(call).exportJobs.find(datasetExportJobArn);
      const { datasetArn, ingestionMode, roleArn, output } = job;
      const jobOutput = { s3DataDestination: output };
      return { datasetExportJob: { ...summary(job), datasetArn, ingestionMode, roleArn, jobOutput } };
    },

    ListDatasetExportJobs(input, call) {
      const { exportJobs, datasets } = store.of(call);
      const dataset = datasets.narrowing(input.datasetArn);
      const { items, nextToken } = exportJobs.page(input, dataset, ({ datasetArn }) => datasetArn);
      return { datasetExportJobs: items.map(summary), nextToken };
    },
  } satisfies Handlers<Clients["personalize"]>;
}
