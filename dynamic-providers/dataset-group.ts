import type { DatasetGroup as Described } from "@aws-sdk/client-personalize";
import type * as pulumi from "@pulumi/pulumi";
import type { Inputs, Kind } from "./resource/kind";
import { type CommonArgs, PersonalizeResource } from "./resource/resource";
import { toTagList } from "./resource/tags";
import { listAll } from "./service/session";

export interface DatasetGroupArgs extends CommonArgs {
  /**
   * Key that encrypts the group's data; needs `roleArn`. Changing this replaces the group, and with
   * it all data.
   */
  kmsKeyArn?: pulumi.Input<string>;
  /**
   * Role that may use the key; only together with `kmsKeyArn`. Changing this replaces the group,
   * and with it all data.
   */
  roleArn?: pulumi.Input<string>;
}

export const datasetGroupKind = (): Kind<Inputs<DatasetGroupArgs>, Described> => ({
  kind: "DatasetGroup",
  identity: ({ name, kmsKeyArn, roleArn }) => ({ name, kmsKeyArn, roleArn }),
  async find({ api }, _inputs, name) {
    const groups = await listAll((nextToken) => api.listDatasetGroups({ nextToken }), "datasetGroups");
    return groups.find((each) => each.name === name)?.datasetGroupArn;
  },
  async create({ api }, inputs, name) {
    const { kmsKeyArn, roleArn } = inputs;
    return (await api.createDatasetGroup({ name, kmsKeyArn, roleArn, tags: toTagList(inputs) })).datasetGroupArn;
  },
  describe: async ({ api }, datasetGroupArn) =>
    (await api.describeDatasetGroup({ datasetGroupArn })).datasetGroup ?? {},
  delete: ({ api }, datasetGroupArn) => api.deleteDatasetGroup({ datasetGroupArn }),
  readInputs: ({ kmsKeyArn, roleArn }) => ({ ...(kmsKeyArn && { kmsKeyArn }), ...(roleArn && { roleArn }) }),
});

/**
 * The container of datasets, solutions, filters and the event tracker of one use. A custom group,
 * without a domain.
 */
export class DatasetGroup extends PersonalizeResource {
  constructor(name: string, args: DatasetGroupArgs, opts?: pulumi.CustomResourceOptions) {
    super({ type: "DatasetGroup", timeoutSeconds: 900 }, name, args, opts);
  }
}
