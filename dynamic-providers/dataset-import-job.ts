import type { DatasetImportJob as Described } from "@aws-sdk/client-personalize";
import * as pulumi from "@pulumi/pulumi";
import { aName, anArn, aRoleArn, aText, checked, oneOf } from "./checks/rules";
import type { CommonInputs, Kind } from "./resource/kind";
import { owner, withDefaultTags } from "./resource/owner";
import { lifecycle } from "./resource/provider";
import { tagList } from "./resource/tags";
import { ifGone, isNamed } from "./service/errors";
import { listAll, type Open, openSession, type Session } from "./service/session";

/** One import of data from S3 into a dataset. */
export interface DatasetImportJobArgs {
  /** Stem of the job's name, which a hash of `datasetArn` and `dataHash` completes. A change waits for the next import. */
  name: pulumi.Input<string>;
  /** Changing this replaces the job: the data are imported into the other dataset. */
  datasetArn: pulumi.Input<string>;
  /** `s3://bucket/file.csv`, or a folder ending in `/`. A change waits for the next import. */
  dataLocation: pulumi.Input<string>;
  /** Any text that changes when the data do. Changing this replaces the job: the data are imported anew. */
  dataHash: pulumi.Input<string>;
  /** Role with which the service reads the data. A change waits for the next import. */
  roleArn: pulumi.Input<string>;
  /** FULL replaces all bulk data, INCREMENTAL adds to it. A change waits for the next import. */
  importMode: pulumi.Input<"FULL" | "INCREMENTAL">;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** ARN of an existing resource to take over; its replacing inputs must agree. Take it out after one `pulumi up`. */
  importArn?: pulumi.Input<string>;
  /** How long to wait for the import. @default 21600 */
  timeoutSeconds?: pulumi.Input<number>;
}

/** The resolved inputs. */
export interface DatasetImportJobInputs extends CommonInputs {
  datasetArn: string;
  dataLocation: string;
  dataHash: string;
  roleArn: string;
  importMode: "FULL" | "INCREMENTAL";
}

/** The dataset's jobs, newest first, without those of an earlier dataset that had the same ARN. */
async function jobsOf({ api }: Session, datasetArn: string) {
  const { dataset } = await api.describeDataset({ datasetArn });
  const jobs = await listAll(
    (nextToken) => api.listDatasetImportJobs({ datasetArn, nextToken }),
    (page) => page.datasetImportJobs,
  );
  const time = (job: { creationDateTime?: Date | undefined } | undefined) => job?.creationDateTime?.getTime() ?? 0;
  return jobs.filter((job) => time(job) >= time(dataset)).sort((a, b) => time(b) - time(a));
}

const datasetImportJob = (): Kind<DatasetImportJobInputs, Described> => ({
  kind: "DatasetImportJob",
  generated: true,
  identity: ({ datasetArn, dataHash }) => ({ datasetArn, dataHash }),
  kept: ["name", "dataLocation", "roleArn", "importMode"],
  // Jobs cannot be deleted, and an older job with this hash may have been overtaken by one with other data. So only the
  // newest job of this stem is adopted, and a repeated hash gets a number.
  async find(session, { name, datasetArn }, physicalName) {
    const stem = `${name.slice(0, 54)}-`;
    const newest = (await jobsOf(session, datasetArn)).find(({ jobName = "" }) => jobName.startsWith(stem));
    const ours = newest?.jobName === physicalName || newest?.jobName?.startsWith(`${physicalName}-`);
    return ours && newest?.status !== "CREATE FAILED" ? newest?.datasetImportJobArn : undefined;
  },
  async make({ api }, inputs, physicalName) {
    const { datasetArn, dataLocation, roleArn, importMode } = inputs;
    const job = { datasetArn, dataSource: { dataLocation }, roleArn, importMode, tags: tagList(inputs) };
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
  observed: ({ datasetArn = "", dataSource, roleArn = "", importMode = "FULL" }) => {
    return { datasetArn, dataLocation: dataSource?.dataLocation ?? "", roleArn, importMode };
  },
  // The data went with the dataset, even if there is a new one under its ARN.
  async stale(session, { datasetArn = "", jobName }) {
    const jobs = await jobsOf(session, datasetArn).catch(ifGone([]));
    return jobs.every((job) => job.jobName !== jobName);
  },
});

/** The provider over any way to open a session. */
export function datasetImportJobProviderOn(open: Open) {
  return lifecycle(datasetImportJob, open, async (_olds, news) =>
    checked(news, {
      name: aName(),
      datasetArn: anArn("dataset"),
      dataLocation: aText(
        /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.{1,1024}$/,
        "Give s3://bucket/file.csv or s3://bucket/folder/.",
      ),
      dataHash: aText(/./, "Give a text that changes when the data do."),
      roleArn: aRoleArn(),
      importMode: oneOf("FULL", "INCREMENTAL"),
    }),
  );
}

const datasetImportJobProvider = datasetImportJobProviderOn(openSession);

/**
 * The data that a dataset holds. New data (`dataHash`) are a new job, hence a replacement: the service cannot repeat,
 * change or delete one. Deleting the resource leaves the job and its data where they are.
 */
export class DatasetImportJob extends pulumi.dynamic.Resource {
  /** The id, which stays known in the preview of an update; the output of that name would not. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: DatasetImportJobArgs, opts?: pulumi.CustomResourceOptions) {
    const { tags = {}, timeoutSeconds = 21_600 } = args;
    const outputs = { physicalName: undefined };
    const common = { tags: withDefaultTags(tags), timeoutSeconds, ...owner(name, opts), providerVersion: "2" };
    super(datasetImportJobProvider, name, { ...args, ...common, ...outputs }, opts, "personalize", "DatasetImportJob");
    this.arn = this.id;
  }
}
