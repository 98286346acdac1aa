/**
 * The quality of the recommender on data of others, beside the best of some simple methods, and
 * what each part of it contributes. `real-sets.py` writes the data.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readOwnData } from "../../../cli/evaluate/own-data";
import { historyOf, listUsers } from "../../../local/account/services/personalize/recommender/data/corpus";
import { type DataSet, dataSetOf } from "../../../local/account/services/personalize/recommender/data/data-set";
import { countTruth, foldsOf } from "../../../local/account/services/personalize/recommender/data/split";
import { selectBest } from "../../../local/account/services/personalize/recommender/data/top";
import { computeNdcg, type Judged } from "../../../local/account/services/personalize/recommender/measure/metrics";
import { mean, model, standardError } from "../../../local/account/services/personalize/recommender/measure/peers";
import { partNames } from "../../../local/account/services/personalize/recommender/model/mixture";
import { Targets } from "../targets";
import { judgeColdItems } from "./cold";
import { generatedSet } from "./data";
import { sessionTables } from "./large-set";
import { createModelWithout, peers } from "./peers";
import { fitSimpleMethods } from "./simple-methods";

/** A question to a data set. */
interface Question {
  readonly set: string;
  /** True if items of the history may follow again; else the list is without them. */
  readonly again?: true;
  /** True if the newest tenth of the events is asked, as in a training; else the last event is. */
  readonly tenth?: true;
  readonly k?: number;
}

const questions: readonly Question[] = [
  { set: "films-small", tenth: true },
  { set: "films-100k" },
  { set: "lecturers" },
  { set: "supermarket" },
  { set: "groceries", again: true, tenth: true },
  { set: "groceries", again: true },
  { set: "orders", again: true },
  { set: "planes", again: true },
  { set: "players", again: true },
  { set: "libraries" },
];

/** Prints a table and returns the missed targets. `REAL_SETS` names the folder of the sets. */
export function measureRealData(): string[] {
  const targets = new Targets();
  const folder = process.env.REAL_SETS;
  if (folder === undefined || !existsSync(folder)) {
    console.log("  skipped: REAL_SETS names no folder with the sets that tools/bench/recommender/real-sets.py writes");
    return targets.missed;
  }
  console.log(
    `| set | users × items | popularity | best simple method | the model | without ${partNames.join(" | ")} |`,
  );
  for (const question of questions) {
    const file = join(folder, `${question.set}.csv`);
    if (!existsSync(file)) console.log(`  ${question.set}: ${folder} has no such set`);
    else compareOnSet(readOwnData({ interactions: file }).set, question, targets);
  }
  const { interactions, items } = sessionTables(10_000, 1_000);
  compareOnSet(dataSetOf("sessions", interactions, items), { set: "sessions", again: true, k: 10 }, targets);
  compareOnSet(generatedSet("visitors", { seed: 1 }), { set: "visitors", again: true, tenth: true, k: 10 }, targets);
  console.log("\n| set | chance | new items |");
  for (const set of new Set(questions.map((question) => question.set))) compareNewItems(folder, set, targets);
  return targets.missed;
}

/** Prints how well new items of a set with columns are ranked among themselves. */
function compareNewItems(folder: string, name: string, targets: Targets): void {
  const items = join(folder, `${name}.items.csv`);
  if (!existsSync(items)) return;
  const { set } = readOwnData({ interactions: join(folder, `${name}.csv`), items });
  const judged = judgeColdItems(set, { chance: peers.random, model });
  const ndcg = (lists: readonly Judged[][]) => lists.flat().map((list) => computeNdcg(list, 25));
  const chance = ndcg(judged.chance);
  const reached = ndcg(judged.model);
  const write = (values: readonly number[]) => mean(values).toFixed(3).replace(/^0/, "");
  console.log(`| ${name} | ${write(chance)} | ${write(reached)} ± ${write([standardError(reached)])} |`);
  targets.check(mean(reached) > mean(chance), `${name}: new items are ranked better than by chance`);
}

/** Prints the row of a set. */
export function compareOnSet(set: DataSet, question: Question, targets: Targets): void {
  const figures = measure(set, question);
  const { model: reached = [], ...others } = figures;
  const simple = Object.entries(others).filter(([name]) => !name.startsWith("without "));
  const [best = "", values = []] = simple.reduce((a, b) => (mean(b[1]) > mean(a[1]) ? b : a));
  const ratio = mean(reached) / mean(values);
  const write = (value: number) => value.toFixed(3).replace(/^0/, "");
  const name = [
    question.set,
    question.again && "again",
    question.tenth ? "tenth" : "last",
    question.k && `@${question.k}`,
  ];
  const cells = [
    name.filter(Boolean).join(", "),
    `${set.corpus.userIds.length} × ${set.corpus.itemIds.length}`,
    write(mean(figures.popularity ?? [])),
    `${best}: ${write(mean(values))}`,
    `${write(mean(reached))} ± ${write(standardError(reached))} (${ratio.toFixed(2)})`,
    ...partNames.map((part) => write(mean(others[`without ${part}`] ?? []))),
  ];
  console.log(`| ${cells.join(" | ")} |`);
  targets.check(ratio >= 0.85, `${cells[0]}: ${ratio.toFixed(2)} of the best simple method, at least .85`);
  if (question.set !== "films-small") return;
  const times = mean(reached) / mean(figures.popularity ?? []);
  targets.check(times >= 1.85, `${cells[0]}: NDCG@25 is ${times.toFixed(2)} × popularity, at least 1.85`);
}

/** Enough for a standard error of about .01. */
const enoughQueries = 1000;

/** NDCG of each query by each method, which was fitted on the users of the nine other folds. */
function measure(set: DataSet, { again, tenth, k = 25 }: Question): Record<string, number[]> {
  const { corpus } = set;
  const figures: Record<string, number[]> = {};
  const folds = foldsOf(corpus.userIds, 7);
  const users = listUsers(corpus);
  let asked = 0;
  for (let fold = 0; fold < 10 && asked < enoughQueries; fold++) {
    const training = users.filter((user) => folds[user] !== fold);
    const methods = {
      ...fitSimpleMethods(set, training),
      model: model(set, training),
      ...Object.fromEntries(partNames.map((part) => [`without ${part}`, createModelWithout(part)(set, training)])),
    };
    for (const user of users) {
      const events = historyOf(corpus, user);
      if (folds[user] !== fold || events.length < 2) continue;
      const history = events.subarray(0, events.length - (tenth ? countTruth(events.length) : 1));
      const own = new Set(again ? [] : history);
      const truth = new Set(events.subarray(history.length).filter((item) => !own.has(item)));
      if (truth.size === 0) continue;
      asked++;
      for (const [name, score] of Object.entries(methods)) {
        const list = selectBest(score(history), 25, (item) => !own.has(item));
        figures[name] = [...(figures[name] ?? []), computeNdcg({ list, truth }, k)];
      }
    }
  }
  return figures;
}
