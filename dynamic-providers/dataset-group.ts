import type { DatasetGroup as Described } from "@aws-sdk/client-personalize";
import * as pulumi from "@pulumi/pulumi";
import { aName, aRoleArn, aText, checked, optional } from "./checks/rules";
import type { CommonInputs, Kind } from "./resource/kind";
import { owner, withDefaultTags } from "./resource/owner";
import { lifecycle } from "./resource/provider";
import { tagList } from "./resource/tags";
import { listAll, type Open, openSession } from "./service/session";

/** A custom dataset group. */
export interface DatasetGroupArgs {
  /** Stem of the name in the service, which a hash of the replacing inputs completes. Changing this replaces the group. */
  name: pulumi.Input<string>;
  /** Key that encrypts the group's data; needs `roleArn`. Changing this replaces the group, and with it all data. */
  kmsKeyArn?: pulumi.Input<string>;
  /** Role that may use the key; only together with `kmsKeyArn`. Changing this replaces the group, and with it all data. */
  roleArn?: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** ARN of an existing resource to take over; its replacing inputs must agree. Take it out after one `pulumi up`. */
  importArn?: pulumi.Input<string>;
  /** How long one create, update or delete may take. @default 900 */
  timeoutSeconds?: pulumi.Input<number>;
}

/** The resolved inputs. */
export interface DatasetGroupInputs extends CommonInputs {
  kmsKeyArn?: string;
  roleArn?: string;
}

const datasetGroup = (): Kind<DatasetGroupInputs, Described> => ({
  kind: "DatasetGroup",
  identity: ({ name, kmsKeyArn, roleArn }) => ({ name, kmsKeyArn, roleArn }),
  async find({ api }, _inputs, name) {
    const groups = await listAll(
      (nextToken) => api.listDatasetGroups({ nextToken }),
      (page) => page.datasetGroups,
    );
    return groups.find((each) => each.name === name)?.datasetGroupArn;
  },
  async make({ api }, inputs, name) {
    const { kmsKeyArn, roleArn } = inputs;
    return (await api.createDatasetGroup({ name, kmsKeyArn, roleArn, tags: tagList(inputs) })).datasetGroupArn;
  },
  describe: async ({ api }, datasetGroupArn) =>
    (await api.describeDatasetGroup({ datasetGroupArn })).datasetGroup ?? {},
  destroy: ({ api }, datasetGroupArn) => api.deleteDatasetGroup({ datasetGroupArn }),
  observed: ({ kmsKeyArn, roleArn }) => ({ ...(kmsKeyArn && { kmsKeyArn }), ...(roleArn && { roleArn }) }),
  nameOf: (seen) => seen.name,
});

/** The provider over any way to open a session. */
export function datasetGroupProviderOn(open: Open) {
  return lifecycle(datasetGroup, open, async (_olds, news) => {
    const aKeyArn = aText(
      /^arn:aws[a-z-]*:kms:[^:]+:\d{12}:key\/.+/,
      "Give a key's ARN: arn:aws:kms:<region>:<account>:key/<id>.",
    );
    const { inputs, failures } = checked(news, {
      name: aName(),
      kmsKeyArn: optional(aKeyArn),
      roleArn: optional(aRoleArn()),
    });
    if (!news.kmsKeyArn !== !news.roleArn) {
      const property = news.kmsKeyArn ? "roleArn" : "kmsKeyArn";
      failures.push({ property, reason: "Give kmsKeyArn and roleArn together, or neither: the role uses the key." });
    }
    return { inputs, failures };
  });
}

const datasetGroupProvider = datasetGroupProviderOn(openSession);

/** The container of datasets, solutions, filters and the event tracker of one use. */
export class DatasetGroup extends pulumi.dynamic.Resource {
  /** The id, which stays known in the preview of an update; the output of that name would not. */
  readonly arn: pulumi.Output<string>;
  /** The name in the service. */
  declare readonly physicalName: pulumi.Output<string>;

  constructor(name: string, args: DatasetGroupArgs, opts?: pulumi.CustomResourceOptions) {
    const { tags = {}, timeoutSeconds = 900 } = args;
    const outputs = { physicalName: undefined };
    const common = { tags: withDefaultTags(tags), timeoutSeconds, ...owner(name, opts), providerVersion: "2" };
    super(datasetGroupProvider, name, { ...args, ...common, ...outputs }, opts, "personalize", "DatasetGroup");
    this.arn = this.id;
  }
}
