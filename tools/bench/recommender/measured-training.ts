/**
 * One training in a separate process, so that only its memory is measured. Started by `speed.ts` with the name of a task;
 * prints a `Measured` as JSON.
 */
import { listUsers } from "../../../local/account/services/personalize/recommender/data/corpus";
import { testFolds } from "../../../local/account/services/personalize/recommender/data/split";
import type { InteractionTable, ItemTable } from "../../../local/account/services/personalize/recommender/data/types";
import { fitItemModel } from "../../../local/account/services/personalize/recommender/stage1/item-model";
import { train } from "../../../local/account/services/personalize/recommender/train";
import { generatedSet, petItems } from "./data";
import { largeSet, largeTables } from "./large-set";

export interface Measured {
  /** Processor time: the duration on one free core. */
  readonly seconds: number;
  readonly elapsedSeconds: number;
  /** The process's largest resident set, including the training data. */
  readonly megabytes: number;
}

/** The tasks. Each prepares its data and returns the function to measure. */
const tasks = {
  "item model, large": () => {
    const { corpus, columns } = largeSet(1_000_000, 10_000);
    const users = listUsers(corpus);
    return () => fitItemModel(corpus, users, columns, 100);
  },
  "version, large": () => trainVersion(largeTables(1_000_000, 10_000)),
  "version, many items": () => trainVersion(largeTables(1_000_000, 100_000)),
  "version, seed": () =>
    trainVersion({ interactions: generatedSet("seed 1", { seed: 1 }).interactions, items: petItems() }),
} as const;

export type Task = keyof typeof tasks;

const trainVersion = (data: { interactions: InteractionTable; items: ItemTable }) => () =>
  train({
    ...data,
    recipe: "aws-user-personalization",
    hyperparameters: {},
    trainingMode: "FULL",
    performHPO: false,
    now: 0,
    seed: 7,
    testFold: testFolds.recommendations,
  });

if (require.main === module) {
  const run = tasks[process.argv[2] as Task]();
  const started = performance.now();
  const idle = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(idle);
  const measured: Measured = {
    seconds: (user + system) / 1e6,
    elapsedSeconds: (performance.now() - started) / 1000,
    megabytes: process.resourceUsage().maxRSS / 1024,
  };
  console.log(JSON.stringify(measured));
}
