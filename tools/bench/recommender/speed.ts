/**
 * The time and memory of trainings, and how good large models are: `npm run bench -- training`.
 * Each runs in a separate process, so that only its memory is measured. Times are processor
 * seconds, so that other work on the machine does not count.
 */
import { execFileSync } from "node:child_process";
import { testFolds } from "../../../local/account/services/personalize/recommender/data/split";
import { train } from "../../../local/account/services/personalize/recommender/train";
import { Targets } from "../targets";
import { generatedSet, petItems } from "./data";
import { largeTables, sessionTables } from "./large-set";

/** The trainings, by what they train on; each prepares its data when it is called. */
const trainings = {
  "45,557 × 925": {
    prepare: () => ({ interactions: generatedSet("seed 1", { seed: 1 }).interactions, items: petItems() }),
    seconds: 4,
    megabytes: 350,
    ndcg: 0.25,
  },
  "100,000 × 1,000": { prepare: () => largeTables(100_000, 1_000), seconds: 4, megabytes: 350, ndcg: 0.22 },
  "1,000,000 × 10,000": { prepare: () => largeTables(1_000_000, 10_000), seconds: 6, megabytes: 450, ndcg: 0.22 },
  "1,000,000 × 10,000, sessions": {
    prepare: () => sessionTables(50_000, 1_000),
    seconds: 6,
    megabytes: 800,
    ndcg: 0.43,
  },
  "1,000,000 × 100,000": { prepare: () => largeTables(1_000_000, 100_000), seconds: 60, megabytes: 600, ndcg: 0 },
} as const;

interface Measured {
  /** Processor time: the duration on one free core. */
  readonly seconds: number;
  /** The process's largest resident set, including the training data. */
  readonly megabytes: number;
  /** NDCG@10 of the model and of popularity, over the version's own test users: one in ten. */
  readonly ndcg: number;
  readonly popularity: number;
}

/** Prints the results and returns the missed targets. */
export function measureTrainings(): string[] {
  const targets = new Targets();
  for (const [what, { seconds, megabytes, ndcg }] of Object.entries(trainings)) {
    const output = execFileSync(process.execPath, ["--import", "tsx", __filename, what], { encoding: "utf8" });
    const measured = JSON.parse(output) as Measured;
    const text = `${what}: ${measured.seconds.toFixed(1)} s, ${measured.megabytes.toFixed(0)} MB`;
    targets.check(
      measured.seconds <= seconds && measured.megabytes <= megabytes,
      `${text}, at most ${seconds} s and ${megabytes} MB`,
    );
    const of = `NDCG@10 is ${measured.ndcg.toFixed(3)} (popularity ${measured.popularity.toFixed(3)})`;
    targets.check(measured.ndcg >= ndcg, `${what}: ${of}, at least ${ndcg}`);
  }
  return targets.missed;
}

/** A whole version, with its metrics. */
function measureInThisProcess(what: keyof typeof trainings): Measured {
  const data = trainings[what].prepare();
  const idle = process.cpuUsage();
  const { metrics, diagnostics } = train({
    ...data,
    recipe: "aws-user-personalization",
    hyperparameters: {},
    trainingMode: "FULL",
    now: 0,
    seed: 7,
    testFold: testFolds.recommendations,
  });
  const { user, system } = process.cpuUsage(idle);
  return {
    seconds: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1024,
    ndcg: metrics.normalized_discounted_cumulative_gain_at_10 ?? 0,
    popularity: diagnostics.popularityNdcg10 ?? 0,
  };
}

if (require.main === module) {
  console.log(JSON.stringify(measureInThisProcess(process.argv[2] as keyof typeof trainings)));
}
