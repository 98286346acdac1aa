import type { Journey, Step } from "./journey";
import { bad, heading, muted, wrap } from "./paint";
import { archive, quarantine, streaming } from "./steps-events";
import { deployed, imported, metrics, recommendations, reranking } from "./steps-models";
import { retraining } from "./steps-retraining";

/** The outputs that are shown; the others are ARNs of the same resources, and names that only operators use. */
const shownOutputs = ["recommendFunctionName", "rerankFunctionName", "eventStreamName", "parameterPrefix"];

const outputs: Step = {
  title: "The outputs that other teams use",
  async run({ outputs: values, print }) {
    for (const name of shownOutputs) print(`${name.padEnd(22)} ${values[name]}`);
    const others = Object.keys(values).filter((name) => !shownOutputs.includes(name));
    print(muted(`and ${others.length} others, all in docs/contract.md and the console`));
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
  const indented = { ...journey, print: (line: string) => journey.print(`    ${line}`) };
  for (const [i, step] of steps.entries()) {
    journey.print(`\n${heading(i + 1, step.title)}`);
    try {
      await step.run(indented);
    } catch (error) {
      failed.push(`${i + 1}. ${step.title}`);
      for (const line of wrap(`This step failed: ${(error as Error).message}`)) journey.print(bad(line));
    }
  }
  return failed;
}
