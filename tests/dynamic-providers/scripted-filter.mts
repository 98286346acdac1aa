import { filterKind } from "../../dynamic-providers/filter.ts";
import { createProvider } from "../../dynamic-providers/resource/provider.ts";
import { type Answer, arns, common, scriptService } from "./scripted.mts";

// Filter, the plainest kind, shows the behaviour that all kinds share.
export const inputs = {
  ...common,
  datasetGroupArn: arns.group,
  filterExpression: 'EXCLUDE ItemID WHERE Items.STATUS IN ("adopted")',
};
export const described = (status: string, more = {}) => ({
  filter: { ...inputs, filterArn: arns.filter, status, ...more },
});
export const active = described("ACTIVE");
export const none = { Filters: [] };
export const created = { filterArn: arns.filter };
/** The filter's provider on a service. */
export const filterOf = ({ open }: Pick<ReturnType<typeof scriptService>, "open">) => createProvider(filterKind, open);
/** A service that creates the filter, and then describes it with these answers in turn. */
export const creating = (...describeFilter: Answer[]) =>
  scriptService({ listFilters: [none], createFilter: [created], describeFilter });
/** The service's list with the filter in it, with the name that the provider will look for. */
export async function present() {
  const service = creating(active);
  await filterOf(service).create(inputs);
  return { Filters: [{ name: service.inputs("createFilter")[0]?.name as string, filterArn: arns.filter }] };
}
