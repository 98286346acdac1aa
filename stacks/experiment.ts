// An experiment: visitors get one of several placements, and a goal says which is better (docs/contract.md, "Experiments").
import { closest } from "fastest-levenshtein";
import { z } from "zod";
import type { Experiment, Placement } from "../contract";
import { standardPlacement } from "../contract/layout";
import { listNeededParameters } from "../dynamic-providers/checks/filter-parameters";
import { toPrintable } from "../text/printable";
import { pulumiCommand } from "../text/pulumi-command";
import { quoteForShell } from "../text/shell";
import { named, numberFrom, object, parseText, wholeNumber } from "./config-fields";
import type { Correction } from "./config-problems";

type Shares = Experiment["variants"];

/** The list of popular items, which is a variant also where no placement shows it. */
const popular = "popular";

const wrongName = "must be 1 to 40 lower-case letters, digits and hyphens";

/** Reads an experiment. Its variants are in the order of their names, so that a definition has one form. */
export function experiment() {
  const error = "must be an object with a name, variants and a goal";
  const given = object(
    {
      name: z.string({ error: wrongName }).regex(/^[a-z0-9-]{1,40}$/, wrongName),
      placement: z.string({ error: "must be the name of a placement" }).default(standardPlacement),
      variants: named(wholeNumber(1, 99), "percentages").superRefine((variants, context) => {
        const problem = findWrongShares(variants);
        if (problem) context.addIssue({ code: "custom", message: problem.message, params: { ...problem.correction } });
      }),
      goal: z.string({ error: "must be the event type that counts as success" }),
      minimumEffect: numberFrom(0.001, 1).default(0.05),
    },
    error,
  );
  const sort = ({ variants, ...others }: Experiment) => ({ ...others, variants: sortByName(variants) });
  return z.preprocess(parseText, given.transform(sort));
}

const sortByName = (variants: Shares): Shares =>
  Object.fromEntries(Object.entries(variants).sort(([one], [other]) => (one < other ? -1 : 1)));

function findWrongShares(variants: Shares): Problem | undefined {
  const [[largest, share] = ["", 0], ...others] = Object.entries(variants).sort(([, one], [, other]) => other - one);
  if (others.length === 0) {
    const added = { at: [largest === standardPlacement ? popular : standardPlacement], value: String(100 - share) };
    return { message: "must be two or more", correction: largest === "" ? {} : added };
  }
  const sum = others.reduce((total, [, each]) => total + each, share);
  if (sum === 100) return undefined;
  const rest = share + 100 - sum;
  const correction =
    rest > 0 && rest < 100
      ? { at: [largest], value: String(rest) }
      : { value: JSON.stringify(shareEvenly(Object.keys(variants))) };
  return { message: `must be 100 percent together, not ${sum}`, correction };
}

/** The same share for all; the first gets the rest. */
function shareEvenly(names: readonly string[]): Shares {
  const each = Math.floor(100 / names.length);
  return Object.fromEntries(names.map((name, index) => [name, index === 0 ? 100 - each * (names.length - 1) : each]));
}

interface Problem {
  message: string;
  correction: Correction;
}

type Placements = Readonly<Record<string, Placement>>;

/**
 * Finds what an experiment asks for that the stack does not have, and variants that cannot answer each request of its
 * placement. `path` is below `experiment`.
 */
export function findWrongExperiment(
  experiment: Experiment,
  configured: Placements,
  filters: Readonly<Record<string, string>>,
): { path: string[]; message: string; remedy: string }[] {
  const { placement, variants } = experiment;
  const correct = (changed: Partial<Experiment>) =>
    `config set recommender:experiment ${quoteForShell(JSON.stringify({ ...experiment, ...changed }))}`;
  const control = ownValue(configured, placement);
  if (!control) {
    const names = Object.keys(configured);
    const message = `"${placement}" is not one of this stack's placements (${names.join(", ")})`;
    return [{ path: ["placement"], message, remedy: correct({ placement: closest(placement, names) }) }];
  }
  if (!Object.hasOwn(variants, placement)) {
    const message = `must contain ${placement}, the placement itself: its answer is what the others are compared with`;
    const all = shareEvenly([placement, ...Object.keys(variants)]);
    return [{ path: ["variants"], message, remedy: correct({ variants: all }) }];
  }
  const possible: Placements = { [popular]: { needsItem: false }, ...configured };
  const judge = (name: string) => {
    const variant = ownValue(possible, name);
    if (variant) return describeDifference(variant, { ...control, name: placement }, filters);
    if (name === "reranking") return "ranks a caller's own list, so a placement cannot show it";
    return `is not one of this stack's placements (${Object.keys(possible).join(", ")})`;
  };
  const others = Object.keys(possible).filter((name) => !Object.hasOwn(variants, name) && judge(name) === undefined);
  return Object.keys(variants).flatMap((name) => {
    const message = judge(name);
    if (message === undefined) return [];
    if (others.length === 0) return { path: ["variants", name], message, remedy: "config rm recommender:experiment" };
    const renamed = Object.entries(variants).map(([each, share]) => [
      each === name ? closest(name, others) : each,
      share,
    ]);
    const remedy = correct({ variants: Object.fromEntries(renamed) });
    return { path: ["variants", name], message, remedy };
  });
}

/** A member of a map whose names users choose: never one that every object has, such as `constructor`. */
const ownValue = <T>(map: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(map, name) ? map[name] : undefined;

/** Describes why a variant cannot answer each request that callers of the control may send, or not in its form. */
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

/** Throws in a preview when no event can reach the goal. */
export function requireGoal(eventTypes: readonly string[], { goal }: { goal?: string } = {}): void {
  if (goal === undefined || eventTypes.includes(goal)) return;
  throw new Error(
    `recommender:experiment.goal: "${toPrintable(goal)}" is not one of the stack's event types (${eventTypes.join(", ")})\n` +
      `  ${pulumiCommand()} config set --path recommender:experiment.goal ${quoteForShell(closest(goal, [...eventTypes]))}`,
  );
}
