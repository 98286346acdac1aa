import { expect } from "vitest";
import { filterKind } from "../../dynamic-providers/filter.ts";
import { createProvider } from "../../dynamic-providers/resource/provider.ts";
import { arns, common, scriptService } from "./scripted.mts";

// Filter, the plainest kind, shows the behaviour that all kinds share.
export const inputs = {
  ...common,
  datasetGroupArn: arns.group,
  filterExpression: 'EXCLUDE ItemID WHERE Items.STATUS IN ("adopted")',
};
export const physicalName = expect.stringMatching(/^pets-[0-9a-f]{8}$/);
export const described = (status: string, more = {}) => ({
  filter: { ...inputs, filterArn: arns.filter, status, ...more },
});
export const active = described("ACTIVE");
export const none = { Filters: [] };
export const created = { filterArn: arns.filter };
/** The service's list with the filter in it, with the name that the provider will look for. */
export async function present() {
  const { open, inputs: asked } = scriptService({
    listFilters: [none],
    createFilter: [created],
    describeFilter: [active],
  });
  await createProvider(filterKind, open).create(inputs);
  return { Filters: [{ name: asked("createFilter")[0]?.name as string, filterArn: arns.filter }] };
}
