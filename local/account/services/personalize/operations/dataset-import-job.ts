import { notImplemented } from "../../../aws/fault";
import type { Call, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { runImport } from "../background/import";
import { arnOf, type Context } from "../context";
import { invalidInput, limitExceeded } from "../faults";
import { createNewRoleCheck, refuseUnusableRole } from "../s3/data-role";
import { parseLocation } from "../s3/source";
import { notBegun, progress, requireActive } from "../state/registry";
import type { Dataset, ImportJob } from "../state/state";
import { addTagged } from "./tags";

/** Per Region (guide, "Quotas"). */
const maxRunning = 5;

export function datasetImportJobHandlers(context: Context) {
  const { host, store } = context;
  const checkNewRole = createNewRoleCheck(context);
  const create = context.lifecycle.step<{ call: Call; job: ImportJob }>({
    takes: "import",
    work: ({ call, job }) => {
      checkNewRole(job.roleArn);
      return runImport(context, call, store.of(call), job);
    },
  });
  const summary = (job: ImportJob) => ({
    jobName: job.name,
    datasetImportJobArn: job.arn,
    importMode: job.importMode,
    ...progress(job),
  });

  return {
    CreateDatasetImportJob(input, call) {
      const { jobName = "", datasetArn, dataSource, roleArn, importMode = "FULL" } = input;
      if (input.publishAttributionMetricsToS3) {
        throw notImplemented("personalize: publishAttributionMetricsToS3 of an import");
      }
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
      const job = addTagged(state, input.tags, state.importJobs, {
        arn,
        name: jobName,
        datasetArn: dataset.arn,
        dataLocation: location,
        roleArn,
        importMode,
        ...notBegun(host),
      });
      create(job, `import job ${jobName}`, { call, job });
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
      const { importJobs, datasets } = store.of(call);
      const dataset = datasets.narrowing(input.datasetArn);
      const { items, nextToken } = importJobs.page(input, dataset, ({ datasetArn }) => datasetArn);
      return { datasetImportJobs: items.map(summary), nextToken };
    },
  } satisfies Handlers<Clients["personalize"]>;
}

const isRunning = ({ status }: ImportJob) => status === "CREATE PENDING" || status === "CREATE IN_PROGRESS";
const isEmpty = ({ type, data }: Dataset) => (type === "INTERACTIONS" ? data.bulk.length : data.bulk.size) === 0;
