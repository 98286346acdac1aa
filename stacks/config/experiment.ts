// An experiment: visitors get one of several placements, and a goal says which is better
// (docs/contract.md, "Experiments").
import { z } from "zod";
import type { Experiment, Placement } from "../../contract";
import { listNeededParameters } from "../../dynamic-providers/checks/filter-parameters";
import { suggest } from "../../names/near-names";
import { named, numberFrom, object, text, wholeNumber } from "./fields";
import type { Problem } from "./problems";

type Placements = Readonly<Record<string, Placement>>;

/** The list of popular items, which is a variant also where no placement shows it. */
const popular = "popular";

const wrongName = "must be 1 to 40 lower-case letters, digits and hyphens";

/**
 * Reads an experiment as it is given, without defaults: see `completeExperiment`. Its variants are
 * in the order of their names.
 */
export function experiment() {
  const given = object(
    {
      name: text(wrongName).pipe(z.string().regex(/^[a-z0-9-]{1,40}$/, wrongName)),
      placement: text("must be the name of a placement").optional(),
      variants: named(wholeNumber(1, 99), "percentages"),
      goal: text("must be the event type that counts as success"),
      minimumEffect: numberFrom(0.001, 1).optional(),
      settleDays: wholeNumber(1, 60).optional(),
    },
    "must be an object with a name, variants and a goal",
  );
  const sort = ({ variants, ...others }: z.infer<typeof given>) => ({
    ...others,
    variants: Object.fromEntries(Object.entries(variants).sort(([one], [other]) => (one < other ? -1 : 1))),
  });
  return given.transform(sort);
}

/**
 * Finds what an experiment asks for that the stack does not have, and variants that cannot stand in
 * for its placement.
 */
export function findWrongExperiment(
  experiment: Experiment,
  configured: Placements,
  filters: Readonly<Record<string, string>>,
): Problem[] {
  const { placement, variants } = experiment;
  const key = "experiment";
  const control = ownValue(configured, placement);
  if (!control) {
    const names = Object.keys(configured);
    const message = `"${placement}" is not one of this stack's placements (${names.join(", ")})${suggest(placement, names)}`;
    return [{ key, inside: ["placement"], message }];
  }
  const wrongShares = describeWrongShares(variants, placement);
  if (wrongShares) return [{ key, inside: ["variants"], message: wrongShares }];
  const possible: Placements = { [popular]: { needsItem: false }, ...configured };
  const judge = (name: string) => {
    const variant = ownValue(possible, name);
    if (variant) return describeDifference(variant, { ...control, name: placement }, filters);
    if (name === "reranking") return "ranks a caller's own list, so a placement cannot show it";
    const names = Object.keys(possible);
    return `is not one of this stack's placements (${names.join(", ")})${suggest(name, names)}`;
  };
  return Object.keys(variants).flatMap((name) => {
    const message = judge(name);
    return message === undefined ? [] : { key, inside: ["variants", name], message };
  });
}

const addShares = (variants: Experiment["variants"]) => Object.values(variants).reduce((sum, share) => sum + share, 0);

function describeWrongShares(variants: Experiment["variants"], placement: string): string | undefined {
  if (!Object.hasOwn(variants, placement)) return `must contain ${placement}, with which the others are compared`;
  if (Object.keys(variants).length === 1) return "must be two or more";
  const sum = addShares(variants);
  return sum === 100 ? undefined : `must be 100 percent together, not ${sum}`;
}

/**
 * A member of a map whose names users choose: never one that every object has, such as
 * `constructor`.
 */
const ownValue = <T>(map: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(map, name) ? map[name] : undefined;

/**
 * Describes why a variant cannot answer each request that callers of the control may send, or not
 * in its form.
 */
function describeDifference(
  variant: Placement,
  control: Placement & { name: string },
  filters: Readonly<Record<string, string>>,
): string | undefined {
  const { name, needsItem } = control;
  if (variant.needsItem !== needsItem) {
    return `takes ${variant.needsItem ? "an" : "no"} itemId, and requests of ${name} have ${needsItem ? "one" : "none"}`;
  }
  const needed = ({ promotion }: Placement) => listNeededParameters(ownValue(filters, promotion?.filter ?? "") ?? "");
  const compared = {
    columns: [variant.columns, control.columns],
    promotionValues: [variant.promotionValues, control.promotionValues],
    "promotionValues that must be given": [needed(variant), needed(control)],
  };
  for (const [field, lists] of Object.entries(compared)) {
    const [ours, theirs] = lists.map((values = []) => [...values].sort().join(", ") || "none");
    if (ours !== theirs) return `has other ${field} (${ours}) than ${name} (${theirs})`;
  }
  return describeFilterDifference(variant, control, Object.keys(filters).length > 0);
}

function describeFilterDifference(
  { filter, filterValues, model }: Placement,
  control: Placement & { name: string },
  hasFilters: boolean,
): string | undefined {
  const { name } = control;
  if (control.model === undefined) {
    return (
      filterValues && `needs ${filterValues.join(", ")} for its filter, and callers of a list send no filterValues`
    );
  }
  // A placement without a filter takes each of the stack's.
  const chosen = control.filter ? `the filter ${control.filter} of ${name}` : "the filters that callers may send";
  if (model === undefined && (control.filter || hasFilters)) {
    return `is a list, which cannot apply ${chosen}. Use a placement with the recipe aws-popularity-count`;
  }
  if (filter === control.filter) return undefined;
  return filter === undefined
    ? `must have the filter ${control.filter}, as ${name} has`
    : `has the filter ${filter} in place of ${chosen}`;
}

/** Finds a goal that no event can reach. */
export function findWrongGoal(eventTypes: readonly string[], { goal }: { goal?: string } = {}): Problem[] {
  if (goal === undefined || eventTypes.includes(goal)) return [];
  const message = `"${goal}" is not one of the stack's event types (${eventTypes.join(", ")})${suggest(goal, eventTypes)}`;
  return [{ key: "experiment", inside: ["goal"], message }];
}
