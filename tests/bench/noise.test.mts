import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { compareModels } from "../../cli/evaluate/evaluate.ts";
import { codeTexts } from "../../local/account/services/personalize/recommender/data/coded-texts.ts";
import { dataSetOf } from "../../local/account/services/personalize/recommender/data/data-set.ts";
import { computeNdcg } from "../../local/account/services/personalize/recommender/measure/metrics.ts";
import { judgeFolds, mean } from "../../local/account/services/personalize/recommender/measure/peers.ts";
import { createPetSet, generatedSet } from "../../tools/bench/recommender/data.ts";
import { sessionTables } from "../../tools/bench/recommender/large-set.ts";
import { peers, relatedPeers } from "../../tools/bench/recommender/peers.ts";

// The sample's interactions: the events of a user have the same time, and no user's past predicts
// what they choose next.
const file = join(import.meta.dirname, "../fixtures/upstream-seed/interactions.csv");
const rows = parse<Record<string, string>>(readFileSync(file, "utf8"), { columns: true });
const sample = createPetSet("upstream sample", {
  userIds: codeTexts(rows.map((row) => row.USER_ID ?? "")),
  itemIds: codeTexts(rows.map((row) => row.ITEM_ID ?? "")),
  timestamps: Float64Array.from(rows, (row) => Number(row.TIMESTAMP)),
  eventTypes: codeTexts([]),
});
const ndcg = (folds: ReturnType<typeof judgeFolds>[string], k: number) =>
  mean(folds.flat().map((one) => computeNdcg(one, k)));

test("where nothing can be learned no recipe reaches an NDCG@5 of .015, and the evaluation says so", () => {
  for (const [name, folds] of Object.entries(judgeFolds(sample, { ...peers, ...relatedPeers }))) {
    expect(ndcg(folds, 5), name).toBeLessThan(0.015);
  }
  expect(compareModels(sample).verdict).toMatch(/^No skill found/);
});

test("where choices depend on popularity only the model is as good as popularity", () => {
  const set = generatedSet("null", { seed: 3, users: 1000, beta: 0, focus: 0, repeat: 0 });
  const { model, popularity } = judgeFolds(set, { model: peers.model, popularity: peers.popularity }, 300);
  expect(Math.abs(ndcg(model, 10) - ndcg(popularity, 10))).toBeLessThan(0.02);
});

test("of visitors with tastes the model is at least twice as good as popularity", () => {
  const { model, popularity } = judgeFolds(generatedSet("visitors", { seed: 3, users: 1000 }), peers, 300);
  expect(ndcg(model, 10)).toBeGreaterThan(2 * ndcg(popularity, 10));
});

test("of sessions among ten items each, without attributes, the model finds what follows the newest items", () => {
  const { interactions, items } = sessionTables(2000, 100);
  const set = dataSetOf("sessions", interactions, items);
  expect(ndcg(judgeFolds(set, { model: peers.model }, 300).model, 10)).toBeGreaterThan(0.43);
});
