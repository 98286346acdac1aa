import type { Journey, Step } from "./journey";
import { archive, quarantine, streaming } from "./steps-events";
import { deployed, imported, metrics, recommendations, reranking } from "./steps-models";
import { retraining } from "./steps-retraining";

const outputs: Step = {
  title: "What other teams use",
  async run({ outputs: values, say }) {
    for (const [name, value] of Object.entries(values))
      say(`${name.padEnd(28)} ${typeof value === "string" ? value : JSON.stringify(value)}`);
  },
};

const steps: readonly Step[] = [
  deployed,
  imported,
  metrics,
  recommendations,
  reranking,
  streaming,
  quarantine,
  archive,
  retraining,
  outputs,
];

/** Walks the tour. Every step runs, so that one failure does not hide another; returns the titles of those that did not hold. */
export async function walk(journey: Journey): Promise<string[]> {
  const failed: string[] = [];
  for (const [i, step] of steps.entries()) {
    journey.say(`\n${i + 1}. ${step.title}`);
    try {
      await step.run(journey);
    } catch (error) {
      failed.push(`${i + 1}. ${step.title}`);
      journey.say(`This step did not hold: ${(error as Error).message}`);
    }
  }
  return failed;
}
