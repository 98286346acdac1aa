import type { Step } from "../../cli/journey/journey";
import { runSteps } from "../../cli/journey/run-steps";
import { streaming } from "../../cli/journey/steps-events";
import { recommendations, reranking } from "../../cli/journey/steps-models";
import { listPlacementSteps } from "../../cli/journey/steps-placements";
import { ownValue } from "../../cli/record";
import { muted } from "../../cli/terminal/paint";
import { deployed, imported, metrics } from "./steps-deployment";
import { archive, quarantine } from "./steps-events";
import { retraining } from "./steps-retraining";
import type { TourJourney } from "./tour-journey";

/** The outputs that are shown; the others are ARNs of the same resources, and names that only operators use. */
const shownOutputs = ["recommendFunctionName", "rerankFunctionName", "eventStreamName", "parameterPrefix"];

const outputs: Step<TourJourney> = {
  title: "The outputs that other teams use",
  async run({ deployment: { outputs: values }, print }) {
    for (const name of shownOutputs) print(`${name.padEnd(22)} ${ownValue(values, name)}`);
    const others = Object.keys(values).filter((name) => !shownOutputs.includes(name));
    print(muted(`and ${others.length} others, all in docs/contract.md and the console`));
  },
};

const listSteps = (journey: TourJourney): readonly Step<TourJourney>[] => [
  deployed,
  imported,
  metrics,
  recommendations,
  reranking,
  ...listPlacementSteps(journey.outputs),
  streaming,
  quarantine,
  archive,
  retraining,
  outputs,
];

/** Runs every step of the tour, also after a failed one, and returns the titles of the failed steps. */
export async function runTour(journey: TourJourney): Promise<string[]> {
  const results = await runSteps(journey, listSteps(journey));
  return results.flatMap(({ title, failure }, i) => (failure === undefined ? [] : `${i + 1}. ${title}`));
}
