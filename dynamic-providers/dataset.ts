import type { Dataset as Described } from "@aws-sdk/client-personalize";
import * as pulumi from "@pulumi/pulumi";
import { aFlag, aName, anArn, checked, oneOf } from "./checks/rules";
import { isUnknown } from "./checks/unknown";
import type { CommonInputs, Kind } from "./resource/kind";
import { owner, withDefaultTags } from "./resource/owner";
import { lifecycle } from "./resource/provider";
import { tagList } from "./resource/tags";
import { changeInPlace } from "./resource/update-in-place";
import { ifGone } from "./service/errors";
import { listAll, type Open, openSession } from "./service/session";

/** Interactions, items or users of a dataset group. */
export interface DatasetArgs {
  /** Stem of the name in the service. Changing this replaces the dataset: its data are lost. */
  name: pulumi.Input<string>;
  /** Changing this replaces the dataset: its data are lost. */
  datasetGroupArn: pulumi.Input<string>;
  /** A group has one dataset of each type. Changing this replaces the dataset: its data are lost. */
  datasetType: pulumi.Input<"Interactions" | "Items" | "Users">;
  /** Changed in place for Items and Users, with all data kept; refused for Interactions. */
  schemaArn: pulumi.Input<string>;
  /** Refuses to delete a dataset into which data were imported. Takes effect with the `pulumi up` that changes it. */
  deletionProtection: pulumi.Input<boolean>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** ARN of an existing resource to take over; its replacing inputs must agree. Take it out after one `pulumi up`. */
  importArn?: pulumi.Input<string>;
  /** How long one create, update or delete may take; deletion waits for imports that run. @default 3600 */
  timeoutSeconds?: pulumi.Input<number>;
}

/** The resolved inputs. */
export interface DatasetInputs extends CommonInputs {
  datasetGroupArn: string;
  datasetType: string;
  schemaArn: string;
  deletionProtection: boolean;
}

const dataset = (): Kind<DatasetInputs, Described> => ({
  kind: "Dataset",
  identity: ({ name, datasetGroupArn, datasetType }) => ({
    name,
    datasetGroupArn,
    datasetType: datasetType.toUpperCase(),
  }),
  settings: ({ schemaArn }) => ({ schemaArn }),
  recorded: ({ deletionProtection }) => ({ deletionProtection }),
  // A group has one dataset of each type, so a successor of the same type must wait until the old one is gone.
  exclusive: (olds, news) =>
    olds.datasetGroupArn === news.datasetGroupArn && olds.datasetType.toUpperCase() === news.datasetType.toUpperCase(),
  async find({ api }, { datasetGroupArn, datasetType }) {
    const datasets = await listAll(
      (nextToken) => api.listDatasets({ datasetGroupArn, nextToken }),
      (page) => page.datasets,
    );
    return datasets.find((each) => each.datasetType?.toUpperCase() === datasetType.toUpperCase())?.datasetArn;
  },
  async make({ api }, inputs, name) {
    const { datasetGroupArn, datasetType, schemaArn } = inputs;
    return (await api.createDataset({ name, datasetGroupArn, datasetType, schemaArn, tags: tagList(inputs) }))
      .datasetArn;
  },
  describe: async ({ api }, datasetArn) => (await api.describeDataset({ datasetArn })).dataset ?? {},
  destroy: ({ api }, datasetArn) => api.deleteDataset({ datasetArn }),
  observed: ({ datasetGroupArn = "", schemaArn = "", datasetType = "" }, given) => ({
    datasetGroupArn,
    schemaArn,
    // The service answers in capitals.
    datasetType: given.datasetType?.toUpperCase() === datasetType.toUpperCase() ? given.datasetType : datasetType,
  }),
  nameOf: (seen) => seen.name,
  sync(session, { arn, schemaArn }) {
    const { api } = session;
    return changeInPlace(
      session,
      async () => (await api.describeDataset({ datasetArn: arn })).dataset ?? {},
      (seen) => seen.latestDatasetUpdate,
      (seen) => seen.schemaArn !== schemaArn,
      () => api.updateDataset({ datasetArn: arn, schemaArn }),
    );
  },
  async beforeDelete({ api, who }, datasetArn, { deletionProtection = true }) {
    if (!deletionProtection) return;
    const jobs = await listAll(
      (nextToken) => api.listDatasetImportJobs({ datasetArn, nextToken }),
      (page) => page.datasetImportJobs,
    ).catch(ifGone([]));
    if (jobs.every(({ status }) => status === "CREATE FAILED")) return;
    throw new Error(
      `${who}: ${datasetArn} holds imported data and is protected. To delete the data for good, set ` +
        "`deletionProtection` to false, run `pulumi up`, then repeat this.",
    );
  },
});

/** The provider over any way to open a session. */
export function datasetProviderOn(open: Open) {
  return lifecycle(dataset, open, async (olds, news) => {
    const { inputs, failures } = checked(news, {
      name: aName(),
      datasetGroupArn: anArn("dataset-group"),
      datasetType: oneOf("Interactions", "Items", "Users"),
      schemaArn: anArn("schema"),
      deletionProtection: aFlag,
    });
    const sameDataset = olds.datasetType === news.datasetType && olds.datasetGroupArn === news.datasetGroupArn;
    const known = olds.schemaArn && !isUnknown(olds.schemaArn) && !isUnknown(news.schemaArn);
    if (news.datasetType === "Interactions" && sameDataset && known && olds.schemaArn !== news.schemaArn) {
      const reason =
        "The service never replaces the schema of an Interactions dataset; make a new dataset group for it.";
      failures.push({ property: "schemaArn", reason });
    }
    return { inputs, failures };
  });
}

const datasetProvider = datasetProviderOn(openSession);

/** Where imported and streamed records of one type are kept. */
export class Dataset extends pulumi.dynamic.Resource {
  /** The id, which stays known in the preview of an update; the output of that name would not. */
  readonly arn: pulumi.Output<string>;
  /** The name in the service. */
  declare readonly physicalName: pulumi.Output<string>;
  declare readonly schemaArn: pulumi.Output<string>;

  constructor(name: string, args: DatasetArgs, opts?: pulumi.CustomResourceOptions) {
    const { tags = {}, timeoutSeconds = 3600 } = args;
    const outputs = { physicalName: undefined };
    const common = { tags: withDefaultTags(tags), timeoutSeconds, ...owner(name, opts), providerVersion: "2" };
    super(datasetProvider, name, { ...args, ...common, ...outputs }, opts, "personalize", "Dataset");
    this.arn = this.id;
  }
}
