import type { DatasetImportJob as Described } from "@aws-sdk/client-personalize";
import type * as pulumi from "@pulumi/pulumi";
import type { Inputs, Kind } from "./resource/kind";
import { type CommonArgs, PersonalizeResource } from "./resource/resource";
import { toTagList } from "./resource/tags";
import { ifNotFound, isNamed } from "./service/errors";
import { listAll, type Session } from "./service/session";

export interface DatasetImportJobArgs extends CommonArgs {
  /**
   * Start of the job's name; a hash of `datasetArn` and `dataHash` completes it. A change waits for
   * the next import.
   */
  name: pulumi.Input<string>;
  /** Changing this replaces the job: the data are imported into the other dataset. */
  datasetArn: pulumi.Input<string>;
  /** `s3://bucket/file.csv`, or a folder ending in `/`. A change waits for the next import. */
  dataLocation: pulumi.Input<string>;
  /**
   * Any text that changes with the data. Changing this replaces the job: the data are imported
   * again.
   */
  dataHash: pulumi.Input<string>;
  /** Role with which the service reads the data. A change waits for the next import. */
  roleArn: pulumi.Input<string>;
}

/**
 * Lists the dataset's jobs, newest first, without those of an earlier dataset that had the same
 * ARN.
 */
async function listJobs({ api }: Session, datasetArn: string) {
  const { dataset } = await api.describeDataset({ datasetArn });
  const jobs = await listAll((nextToken) => api.listDatasetImportJobs({ datasetArn, nextToken }), "datasetImportJobs");
  const time = (job: { creationDateTime?: Date | undefined } | undefined) => job?.creationDateTime?.getTime() ?? 0;
  return jobs.filter((job) => time(job) >= time(dataset)).sort((a, b) => time(b) - time(a));
}

export const datasetImportJobKind = (): Kind<Inputs<DatasetImportJobArgs>, Described> => ({
  kind: "DatasetImportJob",
  generatedArn: true,
  identity: ({ datasetArn, dataHash }) => ({ datasetArn, dataHash }),
  keptInState: ["name", "dataLocation", "roleArn"],
  // Jobs cannot be deleted, and other data may have been imported after an older job with this
  // hash. So only the newest job with this start of the name is resumed, and a repeated hash gets a
  // number.
  async find(session, { name, datasetArn }, physicalName) {
    const start = `${name.slice(0, 54)}-`;
    const newest = (await listJobs(session, datasetArn)).find(({ jobName = "" }) => jobName.startsWith(start));
    const ours = newest?.jobName === physicalName || newest?.jobName?.startsWith(`${physicalName.slice(0, 59)}-`);
    return ours && newest?.status !== "CREATE FAILED" ? newest?.datasetImportJobArn : undefined;
  },
  async create({ api }, inputs, physicalName) {
    const { datasetArn, dataLocation, roleArn } = inputs;
    const tags = toTagList(inputs);
    const job = { datasetArn, dataSource: { dataLocation }, roleArn, importMode: "FULL", tags } as const;
    for (let number = 1; ; number++) {
      const jobName = number === 1 ? physicalName : `${physicalName.slice(0, 59)}-${number}`;
      try {
        return (await api.createDatasetImportJob({ ...job, jobName })).datasetImportJobArn;
      } catch (error) {
        if (!isNamed(error, "ResourceAlreadyExistsException") || number === 99) throw error;
      }
    }
  },
  describe: async ({ api }, datasetImportJobArn) =>
    (await api.describeDatasetImportJob({ datasetImportJobArn })).datasetImportJob ?? {},
  readInputs: ({ datasetArn = "", dataSource, roleArn = "" }) => {
    return { datasetArn, dataLocation: dataSource?.dataLocation ?? "", roleArn };
  },
  // The data were deleted with the dataset, even if there is a new one with its ARN.
  async isStale(session, { datasetArn = "", jobName }) {
    const jobs = await listJobs(session, datasetArn).catch(ifNotFound([]));
    return jobs.every((job) => job.jobName !== jobName);
  },
});

/**
 * One import of data from S3 into a dataset, which replaces all bulk data in it. New data
 * (`dataHash`) need a new job, hence a replacement: the service cannot repeat, change or delete a
 * job. Deleting the resource keeps the job and its data.
 */
export class DatasetImportJob extends PersonalizeResource {
  constructor(name: string, args: DatasetImportJobArgs, opts?: pulumi.CustomResourceOptions) {
    super({ type: "DatasetImportJob", timeoutSeconds: 21_600 }, name, args, opts);
  }
}
