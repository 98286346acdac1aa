import type { Filter as Described } from "@aws-sdk/client-personalize";
import * as pulumi from "@pulumi/pulumi";
import { filterProblems } from "./checks/filter-expression";
import { aName, anArn, checked } from "./checks/rules";
import type { CommonInputs, Kind } from "./resource/kind";
import { owner, withDefaultTags } from "./resource/owner";
import { lifecycle } from "./resource/provider";
import { tagList } from "./resource/tags";
import { listAll, type Open, openSession } from "./service/session";

/** A filter of recommendations. */
export interface FilterArgs {
  /** Stem of the name in the service, which a hash of the other inputs completes. Changing this replaces the filter. */
  name: pulumi.Input<string>;
  /** Changing this replaces the filter. */
  datasetGroupArn: pulumi.Input<string>;
  /** In the service's filter language, 1 to 2,500 characters. Changing this replaces the filter. */
  filterExpression: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** ARN of an existing resource to take over; its replacing inputs must agree. Take it out after one `pulumi up`. */
  importArn?: pulumi.Input<string>;
  /** How long to wait for it. @default 1800 */
  timeoutSeconds?: pulumi.Input<number>;
}

/** The resolved inputs. */
export interface FilterInputs extends CommonInputs {
  datasetGroupArn: string;
  filterExpression: string;
}

const filter = (): Kind<FilterInputs, Described> => ({
  kind: "Filter",
  identity: ({ name, datasetGroupArn, filterExpression }) => ({ name, datasetGroupArn, filterExpression }),
  async find({ api }, { datasetGroupArn }, name) {
    const filters = await listAll(
      (nextToken) => api.listFilters({ datasetGroupArn, nextToken }),
      (page) => page.Filters,
    );
    return filters.find((each) => each.name === name)?.filterArn;
  },
  async make({ api }, inputs, name) {
    const { datasetGroupArn, filterExpression } = inputs;
    return (await api.createFilter({ name, datasetGroupArn, filterExpression, tags: tagList(inputs) })).filterArn;
  },
  describe: async ({ api }, filterArn) => (await api.describeFilter({ filterArn })).filter ?? {},
  destroy: ({ api }, filterArn) => api.deleteFilter({ filterArn }),
  observed: ({ datasetGroupArn = "", filterExpression = "" }) => ({ datasetGroupArn, filterExpression }),
  nameOf: (seen) => seen.name,
});

/** The provider over any way to open a session. */
export function filterProviderOn(open: Open) {
  return lifecycle(filter, open, async (_olds, news) =>
    checked(news, { name: aName(), datasetGroupArn: anArn("dataset-group"), filterExpression: filterProblems }),
  );
}

const filterProvider = filterProviderOn(openSession);

/** A filter of recommendations, by what users did and what items are. */
export class Filter extends pulumi.dynamic.Resource {
  /** The id, which stays known in the preview of an update; the output of that name would not. */
  readonly arn: pulumi.Output<string>;
  /** The name in the service. */
  declare readonly physicalName: pulumi.Output<string>;

  constructor(name: string, args: FilterArgs, opts?: pulumi.CustomResourceOptions) {
    const { tags = {}, timeoutSeconds = 1800 } = args;
    const outputs = { physicalName: undefined };
    const common = { tags: withDefaultTags(tags), timeoutSeconds, ...owner(name, opts), providerVersion: "2" };
    super(filterProvider, name, { ...args, ...common, ...outputs }, opts, "personalize", "Filter");
    this.arn = this.id;
  }
}
