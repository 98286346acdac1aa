/**
 * Writes the seed's interactions and items, and prints how well simple models, the local model and
 * the oracle predict them: `npm run generate -- --seed 7 --users 1000`. The same seed gives the
 * same bytes; at least 100 users can be trained on.
 */
import { parseArgs } from "node:util";
import { writeSeedFiles } from "../demo/generator/write-files";
import { judgeFolds } from "../local/account/services/personalize/recommender/measure/peers";
import { generatedSet } from "./bench/recommender/data";
import { peers } from "./bench/recommender/peers";
import { judgeOracle, printTable } from "./bench/recommender/quality";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, users: { type: "string", default: "4000" } },
});
const options = { seed: Number(values.seed), users: Number(values.users) };
console.log(writeSeedFiles(options));
const set = generatedSet("visitors", options);
const judged = { ...judgeFolds(set, peers), oracle: judgeOracle(set) };
printTable("These visitors, ten folds", judged, set.corpus.itemIds.length);
