import { placesOf } from "./data/coded-texts";
import { type Column, codeColumns } from "./data/columns";
import { countContexts } from "./data/context";
import { type Corpus, listUsers } from "./data/corpus";
import { TrainingRefused } from "./data/refused";
import type { TrainedModel, TrainingRequest } from "./data/types";
import { readRecipe } from "./recipes/recipe";
import { computeTrends, countRecent, type Intervals } from "./recipes/trending";
import { type BlendInside, type OpenModel, open } from "./serving/trained";
import { countsOf, type ItemModel, type Transitions } from "./stage1/item-model";
import type { Ridge } from "./stage1/ridge";

/**
 * Training mode UPDATE: adds new items, their attributes and the counts of interactions; everything that was learned
 * from histories stays the same. Trends are evaluated anew. No metrics.
 * @throws TrainingRefused without a version to start from
 */
export function updateWithoutTraining(request: TrainingRequest, corpus: Corpus): TrainedModel {
  const before = request.previous && open(request.previous);
  const recipe = readRecipe(request.recipe, request.hyperparameters);
  if (before && recipe.family === "trending") {
    return evaluateTrends(before, corpus, { now: request.now, seconds: recipe.windowSeconds });
  }
  if (before?.inside.family !== "blend") {
    throw new TrainingRefused("Training mode UPDATE needs an earlier FULL version of a User-Personalization solution.");
  }
  const itemIds = [...new Set([...before.itemIds, ...corpus.itemIds])].sort();
  const counts = new Float64Array(itemIds.length);
  const positions = placesOf(corpus.itemIds, itemIds);
  countsOf(corpus, listUsers(corpus)).forEach((count, item) => {
    counts[positions[item] ?? 0] = count;
  });
  const moved = placesOf(before.itemIds, itemIds);
  const inside: BlendInside = {
    ...before.inside,
    items: moveItems(before.inside.items, moved, itemIds, counts, request),
  };
  return {
    recipe: request.recipe,
    itemIds,
    metrics: {},
    diagnostics: {
      ...before.diagnostics,
      rows: corpus.rows,
      interactions: corpus.items.length,
      users: corpus.userIds.length,
      items: itemIds.length,
      newItems: itemIds.length - before.itemIds.length,
    },
    userCounts: counts,
    inside,
    ...(request.interactions.contexts && { contexts: countContexts(request.interactions, itemIds) }),
  } satisfies TrainedModel;
}

function evaluateTrends(before: OpenModel, corpus: Corpus, intervals: Intervals): TrainedModel {
  const users = listUsers(corpus);
  return {
    recipe: before.recipe,
    itemIds: corpus.itemIds,
    metrics: {},
    diagnostics: { ...before.diagnostics, recentInteractions: countRecent(corpus, intervals) },
    userCounts: countsOf(corpus, users),
    inside: { family: "common-list", values: computeTrends(corpus, users, intervals) },
  } satisfies OpenModel;
}

function moveItems(
  before: ItemModel,
  moved: Int32Array,
  itemIds: readonly string[],
  counts: Float64Array,
  request: TrainingRequest,
): ItemModel {
  const recoded = codeColumns(itemIds, request.items);
  const columns = before.columns.map((old) => keepOldCodes(old, recoded, itemIds.length));
  return {
    columns,
    counts,
    ridge: moveRidge(before.ridge, moved, itemIds.length),
    transitions: moveTransitions(before.transitions, moved, itemIds.length),
    kernels: columns.map((column, g) =>
      widen(before.kernels[g] ?? new Float64Array(0), before.columns[g]?.values.length ?? 0, column.values.length),
    ),
  };
}

/** The new coding of a column, old values first and under their old codes: the kernel's rows are numbered by them. */
function keepOldCodes(old: Column, recoded: readonly Column[], items: number): Column {
  const fresh = recoded.find(({ name }) => name === old.name);
  if (!fresh)
    return { ...old, start: Int32Array.from({ length: items + 1 }, (_, i) => i), codes: new Int32Array(items) };
  const values = [...new Set([...old.values, ...fresh.values])];
  const codeOf = placesOf(fresh.values, values);
  return { name: old.name, values, start: fresh.start, codes: fresh.codes.map((code) => codeOf[code] ?? 0) };
}

/** New values follow as often as the rarest known one, and are followed by all values alike. */
function widen(kernel: Float64Array, before: number, after: number): Float64Array {
  const wide = new Float64Array(after * after);
  for (let from = 0; from < after; from++) {
    const row = kernel.subarray(from * before, (from + 1) * before);
    const rarest = row.reduce((a, b) => Math.min(a, b), 1 / Math.max(1, before));
    for (let to = 0; to < after; to++) {
      wide[from * after + to] = from >= before ? 1 / after : to < before ? (row[to] ?? 0) : rarest;
    }
  }
  return wide;
}

function moveRidge(ridge: Ridge, moved: Int32Array, items: number): Ridge {
  if (ridge.kind === "local") {
    const start = moveStarts(ridge.start, moved, items);
    const order = findMovedOrder(ridge.start, start, moved);
    return {
      kind: "local",
      items,
      start,
      candidates: order.map((entry) => moved[ridge.candidates[entry] ?? 0] ?? 0),
      weights: Float32Array.from(order, (entry) => ridge.weights[entry] ?? 0),
    };
  }
  const weights = new Float32Array(items * items);
  moved.forEach((i, oldI) => {
    moved.forEach((j, oldJ) => {
      weights[i * items + j] = ridge.weights[oldI * ridge.items + oldJ] ?? 0;
    });
  });
  return { kind: "dense", items, weights };
}

function moveTransitions(before: Transitions, moved: Int32Array, items: number): Transitions {
  const start = moveStarts(before.start, moved, items);
  const order = findMovedOrder(before.start, start, moved);
  return {
    start,
    next: order.map((entry) => moved[before.next[entry] ?? 0] ?? 0),
    shares: Float32Array.from(order, (entry) => before.shares[entry] ?? 0),
  };
}

function moveStarts(before: Int32Array, moved: Int32Array, items: number): Int32Array {
  const start = new Int32Array(items + 1);
  moved.forEach((item, old) => {
    start[item + 1] = (before[old + 1] ?? 0) - (before[old] ?? 0);
  });
  for (let item = 0; item < items; item++) start[item + 1] = (start[item + 1] ?? 0) + (start[item] ?? 0);
  return start;
}

/** For every entry of the moved sparse rows, its previous position. */
function findMovedOrder(before: Int32Array, start: Int32Array, moved: Int32Array): Int32Array {
  const order = new Int32Array(start[start.length - 1] ?? 0);
  moved.forEach((item, old) => {
    for (let k = before[old] ?? 0; k < (before[old + 1] ?? 0); k++)
      order[(start[item] ?? 0) + k - (before[old] ?? 0)] = k;
  });
  return order;
}
