/**
 * One training in a process of its own, so that its memory can be told from that of others. Started by `speed.ts` with the
 * name of a task; prints a `Measured` as JSON.
 */
import { allUsers } from "../../local/account/services/personalize/recommender/corpus";
import { fitItemModel } from "../../local/account/services/personalize/recommender/item-model";
import { train } from "../../local/account/services/personalize/recommender/train";
import type { InteractionTable, ItemTable } from "../../local/account/services/personalize/recommender/types";
import { generatedSet, petItems } from "./data";
import { largeSet, largeTables } from "./large-set";

export interface Measured {
  /** Of processor time: what it takes on one free core. */
  readonly seconds: number;
  readonly elapsedSeconds: number;
  /** The process's largest resident set, with the data that it trains on. */
  readonly megabytes: number;
}

/** What can be measured; each prepares its data and answers what is to be timed. */
const tasks = {
  "item model, large": () => {
    const { corpus, columns } = largeSet(1_000_000, 10_000);
    const users = allUsers(corpus);
    return () => fitItemModel(corpus, users, columns, 100);
  },
  "version, large": () => wholeVersion(largeTables(1_000_000, 10_000)),
  "version, many items": () => wholeVersion(largeTables(1_000_000, 100_000)),
  "version, seed": () =>
    wholeVersion({ interactions: generatedSet("seed 1", { seed: 1 }).interactions, items: petItems() }),
} as const;

export type Task = keyof typeof tasks;

const wholeVersion = (data: { interactions: InteractionTable; items: ItemTable }) => () =>
  train({
    ...data,
    recipe: "aws-user-personalization",
    hyperparameters: {},
    trainingMode: "FULL",
    performHPO: false,
    seed: 7,
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
