// Placements: named places of a website with their own recommendations (docs/contract.md,
// "Placements").
import { z } from "zod";
import { findRecipes, type RecipeName, recipes } from "../../dynamic-providers/checks/recipes";
import { standardPlacement } from "../../names/layout";
import { suggest } from "../../names/near-names";
import { eventWeights, named, object, oneOf, text, textMap, texts, wholeNumber } from "./fields";
import { ownGateFields } from "./gate-fields";
import type { Problem } from "./problems";

/**
 * The names of models that the program itself has: of the two fixed places, and of the gate's
 * popularity model.
 */
const reservedNames = [standardPlacement, "reranking", "baseline"];

/** The most columns of one request (API reference, GetRecommendations, `metadataColumns`). */
const mostColumns = 10;

/** Recipes that answer GetRecommendations. */
const placementRecipes = findRecipes(({ subject }) => subject !== "list");

const name = (what: string) => text(`must be the name of ${what}`);

const promotion = object(
  { filter: name("one of the stack's filters"), percent: wholeNumber(1, 100) },
  "must be an object with a filter and a percent",
);

const placement = object(
  {
    recipe: oneOf(placementRecipes).optional(),
    minProvisionedTPS: wholeNumber(1, 500).optional(),
    hyperParameters: textMap().optional(),
    eventWeights: eventWeights().optional(),
    gate: object(ownGateFields, "must be an object with bounds of the gate").optional(),
    model: name("recommendation, or of a placement with a recipe").optional(),
    list: oneOf(["popular"]).optional(),
    filter: name("one of the stack's filters").optional(),
    promotion: promotion.optional(),
    columns: texts()
      .pipe(z.array(z.string()).max(mostColumns, `must have at most ${mostColumns} columns`))
      .optional(),
  },
  "must be an object with a recipe, a model or a list",
).superRefine((given, context) => {
  const refuse = (message: string, path: string[] = []) => context.addIssue({ code: "custom", message, path });
  const { recipe, list } = given;
  const answers = (["recipe", "model", "list"] as const).filter((key) => given[key] !== undefined);
  if (answers.length !== 1) {
    const found = answers.length === 0 ? "" : `, not ${answers.join(" and ")}`;
    refuse(`must have one of recipe, model and list${found}`);
  }
  for (const key of ["minProvisionedTPS", "hyperParameters", "eventWeights", "gate"] as const) {
    if (given[key] !== undefined && recipe === undefined) refuse("is only for a placement with a recipe", [key]);
  }
  for (const key of ["filter", "promotion", "columns"] as const) {
    if (given[key] !== undefined && list !== undefined) refuse("cannot be applied to a list", [key]);
  }
});

/** A placement of the configuration. */
export type Placement = z.output<typeof placement>;

/** Those that are wrong by themselves are undefined. */
type Placements = Readonly<Record<string, Placement | undefined>>;
type Filters = Readonly<Record<string, string | undefined>>;

/**
 * Reads placements by name: each with its own model (`recipe`), with the model of another place
 * (`model`), or with a list that is kept in S3 (`list`).
 */
export const placements = () => named(placement, "placements");

/**
 * Finds what placements ask for that the stack does not have. Of those that are wrong by themselves
 * the names alone are known.
 */
export function findWrongPlacements(placements: Placements, filters: Filters): Problem[] {
  const given = Object.entries(placements);
  // One that is wrong may have a recipe, and one that takes an item.
  const owners = [
    standardPlacement,
    ...given.flatMap(([name, placement]) => (placement && placement.recipe === undefined ? [] : name)),
  ];
  const subjects = new Map(
    given.map(([name, placement]) => [
      name,
      placement ? placement.recipe && recipes[placement.recipe].subject : "item",
    ]),
  );
  return given.flatMap(([name, placement]) => {
    const { recipe, gate, model, filter, promotion, eventWeights } = placement ?? {};
    const needsItem = subjects.get(model ?? name) === "item";
    const problems: [string[], string | undefined | false][] = [
      [[], reservedNames.includes(name) && "is the name of one of the program's own models"],
      [[], Object.hasOwn(filters, name) && "has the name of a filter; names of callers' requests must differ"],
      [["model"], model !== undefined && checkModel(model, owners)],
      [["eventWeights"], recipe && eventWeights && checkWeighing(recipe)],
      [["gate", "promotionMetric"], recipe && checkMetric(recipe, gate?.promotionMetric)],
      [["filter"], checkFilter(filter, filters, needsItem)],
      [["promotion", "filter"], checkFilter(promotion?.filter, filters, needsItem)],
    ];
    return problems.flatMap(([path, message]) =>
      message ? { key: "placements", inside: [name, ...path], message } : [],
    );
  });
}

const checkWeighing = (recipe: RecipeName) =>
  recipes[recipe].weighsEvents ? undefined : `cannot be set: the recipe ${recipe} has no event weights`;

/** Refuses a metric that only another recipe has. */
function checkMetric(recipe: RecipeName, metric = ""): string | undefined {
  const others = findRecipes(({ ownMetrics }) => ownMetrics.includes(metric));
  return others.length === 0 || others.includes(recipe)
    ? undefined
    : `${metric} is a metric of ${others.join(", ")} only`;
}

function checkFilter(filter: string | undefined, filters: Filters, needsItem: boolean): string | undefined {
  if (filter === undefined) return undefined;
  if (!Object.hasOwn(filters, filter)) {
    const names = Object.keys(filters);
    return `"${filter}" is not one of recommender:filters (${names.join(", ") || "there are none"})${suggest(filter, names)}`;
  }
  const expression = filters[filter] ?? "";
  if (needsItem || !/\bCurrentItem\./i.test(expression.replaceAll(/"[^"]*"/g, ""))) return undefined;
  return `"${filter}" compares with CurrentItem, and a request of this placement names no item`;
}

function checkModel(model: string, owners: readonly string[]): string | undefined {
  if (owners.includes(model)) return undefined;
  if (model === "reranking") return "reranking ranks a caller's own list, so a placement cannot show it";
  return `"${model}" is not a model; possible are ${owners.join(", ")}${suggest(model, owners)}`;
}

/** The name of the model that answers a placement's requests; undefined for a list. */
export function modelOf(name: string, { list, model }: Placement): string | undefined {
  return list === undefined ? (model ?? name) : undefined;
}
