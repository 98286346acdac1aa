import { codeTexts } from "../../local/account/services/personalize/recommender/data/coded-texts";
import { type DataSet, dataSetOf } from "../../local/account/services/personalize/recommender/data/data-set";
import type { CodedTexts } from "../../local/account/services/personalize/recommender/data/types";
import { computeRewardedNdcg, type Judged } from "../../local/account/services/personalize/recommender/measure/metrics";
import { judgeFolds, mean, model } from "../../local/account/services/personalize/recommender/measure/peers";
import { Refusal } from "../../names/refusal";
import { defaultEventType } from "../../seed/import-files/event-types";
import { findStrangeTypes } from "../../stacks/config/event-weights";
import { eventWeights } from "../../stacks/config/fields";
import type { EventWeights } from "../../stacks/config/models";

/** Reads `Application=1,Favorite=0.1`, by the rules of the stack's key. */
export function parseWeights(text: string, types: readonly string[]): EventWeights {
  const pairs = text.split(",").map((pair) => {
    const [type = "", weight = ""] = pair.trim().split(/=(?=[^=]*$)/);
    return [type, weight === "" ? undefined : Number(weight)];
  });
  const { data: weights = {}, error } = eventWeights().safeParse(Object.fromEntries(pairs));
  const strange = findStrangeTypes(types, { eventWeights: weights });
  const problems = [
    ...(error?.issues ?? []).map(({ path, message }) => [...path, message].join(" ")),
    ...strange.map(({ inside, message }) => `${inside} ${message}`),
  ];
  if (problems.length === 0) return weights;
  throw new Refusal(`--event-weights: ${problems.join("\n  ")}\nWrite them as in: --event-weights Like=1,View=0.1`);
}

/**
 * Weighs the events of a data set as the service does: types without a weight are left out, and
 * rewards average 1 over the others (guide, "Optimizing a solution with events configuration").
 */
export function weigh({ name, interactions, items }: DataSet, weights: EventWeights): DataSet {
  const { eventTypes, timestamps } = interactions;
  const weightOf = new Map(Object.entries(weights));
  const typeOf = (row: number) => eventTypes.values[eventTypes.codes[row] ?? 0] || defaultEventType;
  const kept = [...timestamps.keys()].filter((row) => weightOf.has(typeOf(row)));
  const pick = ({ values, codes }: CodedTexts) => codeTexts(kept.map((row) => values[codes[row] ?? 0] ?? ""));
  const types = codeTexts(kept.map(typeOf));
  const average = mean([...weightOf.values()]);
  return dataSetOf(
    name,
    {
      userIds: pick(interactions.userIds),
      itemIds: pick(interactions.itemIds),
      timestamps: Float64Array.from(kept, (row) => timestamps[row] ?? 0),
      eventTypes: types,
      typeRewards: Float64Array.from(types.values, (type) => (weightOf.get(type) ?? 0) / average),
    },
    items,
  );
}

/**
 * Compares the model with weights and without, by the same later events: the metric that knows the
 * weights, the share of the later items of the most valuable types that are in the first ten, and
 * the share that they are of all hits there. A share of nothing is undefined.
 */
export function compareWeights(set: DataSet) {
  const withoutRewards = ({ corpus: { rewards: _, ...corpus }, ...others }: DataSet) => ({ ...others, corpus });
  const judged = judgeFolds(set, {
    "equal weights": (given, users) => model(withoutRewards(given), users),
    "these weights": model,
  });
  const most = Math.max(...(set.interactions.typeRewards ?? []));
  return Object.entries(judged).map(([name, folds]) => ({ name, ...measure(folds.flat(), most) }));
}

function measure(queries: readonly Judged[], most: number) {
  let later = 0;
  let found = 0;
  let hits = 0;
  for (const { list, truth, rewards } of queries) {
    const isWanted = (item: number) => rewards?.get(item) === most;
    const hit = list.slice(0, 10).filter((item) => truth.has(item));
    later += [...truth].filter(isWanted).length;
    found += hit.filter(isWanted).length;
    hits += hit.length;
  }
  const ndcg = mean(queries.map((one) => computeRewardedNdcg(one, 10)));
  const share = (count: number, of: number) => (of === 0 ? undefined : count / of);
  return { ndcg, later, found: share(found, later), ofHits: share(found, hits) };
}
