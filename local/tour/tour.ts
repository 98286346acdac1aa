import type { Journey, Step } from "./journey";
import { archive, quarantine, streaming } from "./steps-events";
import { deployed, imported, metrics, recommendations, reranking } from "./steps-models";
import { retraining } from "./steps-retraining";

const outputs: Step = {
  title: "The outputs that other teams use",
  async run({ outputs: values, print }) {
    for (const [name, value] of Object.entries(values))
      print(`${name.padEnd(28)} ${typeof value === "string" ? value : JSON.stringify(value)}`);
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

/** Runs every step of the tour, also after a failed one, and returns the titles of the failed steps. */
export async function runTour(journey: Journey): Promise<string[]> {
  const failed: string[] = [];
  for (const [i, step] of steps.entries()) {
    journey.print(`\n${i + 1}. ${step.title}`);
    try {
      await step.run(journey);
    } catch (error) {
      failed.push(`${i + 1}. ${step.title}`);
      journey.print(`This step failed: ${(error as Error).message}`);
    }
  }
  return failed;
}
