import type { Dataset as Described } from "@aws-sdk/client-personalize";
import type * as pulumi from "@pulumi/pulumi";
import type { Inputs, Kind } from "./resource/kind";
import { type CommonArgs, PersonalizeResource } from "./resource/resource";
import { toTagList } from "./resource/tags";
import { updateInPlace } from "./resource/update-in-place";
import { ifNotFound } from "./service/errors";
import { listAll } from "./service/session";

export interface DatasetArgs extends CommonArgs {
  /** Changing this or the name replaces the dataset: its data are lost. */
  datasetGroupArn: pulumi.Input<string>;
  /**
   * A group has one dataset of each type. Changing this replaces the dataset: its data are lost.
   */
  datasetType: pulumi.Input<"Interactions" | "Items" | "Users">;
  /**
   * Changed in place for Items and Users, with all data kept. The schema of Interactions refuses to
   * be changed.
   */
  schemaArn: pulumi.Input<string>;
  /**
   * Refuses to delete a dataset into which data were imported. Takes effect with the `pulumi up`
   * that changes it.
   */
  deletionProtection: pulumi.Input<boolean>;
}

/** The service returns the type in capitals. */
type DatasetInputs = Omit<Inputs<DatasetArgs>, "datasetType"> & { datasetType: string };

export const datasetKind = (): Kind<DatasetInputs, Described> => ({
  kind: "Dataset",
  identity: ({ name, datasetGroupArn, datasetType }) => ({
    name,
    datasetGroupArn,
    datasetType: datasetType.toUpperCase(),
  }),
  settings: ({ schemaArn }) => ({ schemaArn }),
  storedOnly: ({ deletionProtection }) => ({ deletionProtection }),
  // A group has one dataset of each type, so a replacement of the same type must wait until the old
  // one is deleted.
  conflicts: (olds, news) =>
    olds.datasetGroupArn === news.datasetGroupArn && olds.datasetType.toUpperCase() === news.datasetType.toUpperCase(),
  async find({ api }, { datasetGroupArn, datasetType }) {
    const datasets = await listAll((nextToken) => api.listDatasets({ datasetGroupArn, nextToken }), "datasets");
    return datasets.find((each) => each.datasetType?.toUpperCase() === datasetType.toUpperCase())?.datasetArn;
  },
  async create({ api }, inputs, name) {
    const { datasetGroupArn, datasetType, schemaArn } = inputs;
    const tags = toTagList(inputs);
    return (await api.createDataset({ name, datasetGroupArn, datasetType, schemaArn, tags })).datasetArn;
  },
  describe: async ({ api }, datasetArn) => (await api.describeDataset({ datasetArn })).dataset ?? {},
  delete: ({ api }, datasetArn) => api.deleteDataset({ datasetArn }),
  readInputs({ datasetGroupArn = "", schemaArn = "", datasetType = "" }, given) {
    const isSame = given.datasetType?.toUpperCase() === datasetType.toUpperCase();
    return { datasetGroupArn, schemaArn, datasetType: isSame ? given.datasetType : datasetType };
  },
  syncSettings(session, { arn, schemaArn }) {
    const { api } = session;
    return updateInPlace(session, {
      describe: async () => (await api.describeDataset({ datasetArn: arn })).dataset ?? {},
      latestUpdate: (seen) => seen.latestDatasetUpdate,
      isNeeded: (seen) => seen.schemaArn !== schemaArn,
      start: () => api.updateDataset({ datasetArn: arn, schemaArn }),
    });
  },
  async beforeDelete({ api, label }, datasetArn, { deletionProtection = true }) {
    if (!deletionProtection) return;
    const jobs = await listAll(
      (nextToken) => api.listDatasetImportJobs({ datasetArn, nextToken }),
      "datasetImportJobs",
    ).catch(ifNotFound([]));
    if (jobs.every(({ status }) => status === "CREATE FAILED")) return;
    throw new Error(
      `${label}: ${datasetArn} contains imported data and is protected. To delete the data, set ` +
        "`deletionProtection` to false, run `pulumi up`, then repeat this command.",
    );
  },
});

/** Stores imported and streamed records of one type: interactions, items or users. */
export class Dataset extends PersonalizeResource {
  declare readonly schemaArn: pulumi.Output<string>;

  constructor(name: string, args: DatasetArgs, opts?: pulumi.CustomResourceOptions) {
    // Deletion waits for running imports.
    super({ type: "Dataset", timeoutSeconds: 3600 }, name, args, opts);
  }
}
