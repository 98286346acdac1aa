import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { arnOf, type Context } from "../context";
import { inUse, invalidInput, limitExceeded } from "../faults";
import { checkFilter, describeParameters } from "../filter-language/check";
import { parseFilter } from "../filter-language/parse";
import { type Expression, fieldsOf } from "../filter-language/syntax";
import { FilterSyntaxError } from "../filter-language/syntax-error";
import { notBegun, progress, refuseBusy } from "../state/registry";
import { type Filter, interactionsDataset, type PersonalizeState, recordsDataset, schemaOf } from "../state/state";
import { addTagged } from "./tags";

export function filterHandlers({ host, store, lifecycle, quotas }: Context) {
  const create = lifecycle.step<undefined>({ takes: "filter" });
  const remove = lifecycle.removal<{ state: PersonalizeState; arn: string }>(({ state, arn }) => {
    state.filters.delete(arn);
    state.tags.delete(arn);
  });
  const summary = (filter: Filter) => ({
    name: filter.name,
    filterArn: filter.arn,
    datasetGroupArn: filter.groupArn,
    ...progress(filter),
  });

  return {
    CreateFilter({ name = "", datasetGroupArn, filterExpression = "", tags }, call) {
      const state = store.of(call);
      const group = state.groups.find(datasetGroupArn);
      // The model of CreateFilter has no ResourceInUseException.
      if (group.status !== "ACTIVE") {
        throw invalidInput(`DatasetGroup ${group.arn} is ${group.status}; it must be ACTIVE.`);
      }
      const arn = arnOf(call, `filter/${name}`);
      state.filters.refuseTaken(arn);
      state.filters.refuseOver(quotas.filters, group.arn, ({ groupArn }) => groupArn === group.arn);
      const checked = parseAndCheck(state, group.arn, filterExpression);
      refuseTooManyFields(state, group.arn, checked.expressions);
      const filter = addTagged(state, tags, state.filters, {
        arn,
        name,
        groupArn: group.arn,
        expression: filterExpression,
        ...checked,
        ...notBegun(host),
      });
      create(filter, `filter ${name}`, undefined);
      return { filterArn: arn };
    },

    DescribeFilter({ filterArn }, call) {
      const filter = store.of(call).filters.find(filterArn);
      return { filter: { ...summary(filter), filterExpression: filter.expression } };
    },

    ListFilters(input, call) {
      const { filters, groups } = store.of(call);
      const group = groups.narrowing(input.datasetGroupArn);
      const { items, nextToken } = filters.page(input, group, ({ groupArn }) => groupArn);
      return { Filters: items.map(summary), nextToken };
    },

    DeleteFilter({ filterArn }, call) {
      const state = store.of(call);
      const filter = state.filters.find(filterArn);
      refuseBusy(filter, "Filter");
      const jobs = state.batchJobs.where(
        ({ filterArn: used, status }) => used === filter.arn && /PENDING|IN PROGRESS/.test(status),
      );
      if (jobs.length > 0) throw inUse(`Filter ${filter.arn} is used by ${jobs.map(({ arn }) => arn).join(", ")}.`);
      remove(filter, `filter ${filter.name}`, { state, arn: filter.arn });
      return {};
    },
  } satisfies Handlers<Clients["personalize"]>;
}

/**
 * Quotas of one filter and over all filters of a group (guide, "Quotas"; older pages say 5 and 10).
 */
const maxFieldsOfFilter = 10;
const maxFields = 20;

function refuseTooManyFields(state: PersonalizeState, groupArn: string, added: readonly Expression[]): void {
  const own = fieldsOf(added);
  if (own.size > maxFieldsOfFilter) {
    throw limitExceeded(`The filter uses ${own.size} different fields; the quota is ${maxFieldsOfFilter}.`);
  }
  const others = state.filters
    .where((filter) => filter.groupArn === groupArn)
    .flatMap(({ expressions }) => expressions);
  const fields = fieldsOf([...others, ...added]);
  if (fields.size > maxFields) {
    throw limitExceeded(`The filters of ${groupArn} use ${fields.size} different fields; the quota is ${maxFields}.`);
  }
}

/**
 * Parses an expression and checks it against the group's schemas. Throws InvalidInputException that
 * shows the place.
 */
function parseAndCheck(
  state: PersonalizeState,
  groupArn: string,
  text: string,
): Pick<Filter, "expressions" | "parameters"> {
  const interactions = interactionsDataset(state, groupArn);
  const items = recordsDataset(state, groupArn, "ITEMS");
  const users = recordsDataset(state, groupArn, "USERS");
  try {
    const expressions = parseFilter(text);
    const columns = {
      interactions: interactions && schemaOf(state, interactions).content.fields,
      items: items && schemaOf(state, items).content.fields,
      users: users && schemaOf(state, users).content.fields,
    };
    checkFilter(text, expressions, columns);
    return { expressions, parameters: describeParameters(expressions, columns) };
  } catch (error) {
    throw error instanceof FilterSyntaxError ? invalidInput(error.message) : error;
  }
}
