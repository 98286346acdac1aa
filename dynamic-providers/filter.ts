import type { Filter as Described } from "@aws-sdk/client-personalize";
import type * as pulumi from "@pulumi/pulumi";
import { checkFilterExpression } from "./checks/filter-expression";
import { isUnknown } from "./checks/unknown";
import type { Inputs, Kind } from "./resource/kind";
import { type CommonArgs, PersonalizeResource } from "./resource/resource";
import { toTagList } from "./resource/tags";
import { listAll } from "./service/session";

export interface FilterArgs extends CommonArgs {
  /** Changing this replaces the filter. */
  datasetGroupArn: pulumi.Input<string>;
  /** In the service's filter language, 1 to 2,500 characters. Changing this replaces the filter. */
  filterExpression: pulumi.Input<string>;
}

export const filterKind = (): Kind<Inputs<FilterArgs>, Described> => ({
  kind: "Filter",
  check(_olds, { filterExpression }) {
    const reasons = isUnknown(filterExpression) ? [] : checkFilterExpression(filterExpression);
    return reasons.map((reason) => ({ property: "filterExpression", reason }));
  },
  identity: ({ name, datasetGroupArn, filterExpression }) => ({ name, datasetGroupArn, filterExpression }),
  async find({ api }, { datasetGroupArn }, name) {
    const filters = await listAll((nextToken) => api.listFilters({ datasetGroupArn, nextToken }), "Filters");
    return filters.find((each) => each.name === name)?.filterArn;
  },
  async create({ api }, inputs, name) {
    const { datasetGroupArn, filterExpression } = inputs;
    return (await api.createFilter({ name, datasetGroupArn, filterExpression, tags: toTagList(inputs) })).filterArn;
  },
  describe: async ({ api }, filterArn) => (await api.describeFilter({ filterArn })).filter ?? {},
  delete: ({ api }, filterArn) => api.deleteFilter({ filterArn }),
  readInputs: ({ datasetGroupArn = "", filterExpression = "" }) => ({ datasetGroupArn, filterExpression }),
});

/**
 * Includes or excludes items in recommendations, by what users did and by the items' columns.
 * @example
 * ```ts
 * import type { DatasetGroup } from "./dataset-group";
 * import { Filter } from "./filter";
 *
 * export const createUnseen = (group: DatasetGroup) =>
 *   new Filter("unseen", {
 *     name: "shop-dev-unseen",
 *     datasetGroupArn: group.arn,
 *     filterExpression: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("DetailView")',
 *     tags: { team: "pets" },
 *   });
 * ```
 */
export class Filter extends PersonalizeResource {
  constructor(name: string, args: FilterArgs, opts?: pulumi.CustomResourceOptions) {
    super({ type: "Filter", timeoutSeconds: 1800 }, name, args, opts);
  }
}
