import type { Step } from "../../cli/journey/journey";
import { runSteps } from "../../cli/journey/run-steps";
import { streaming } from "../../cli/journey/steps-events";
import { recommendations, reranking } from "../../cli/journey/steps-models";
import { listPlacementSteps } from "../../cli/journey/steps-placements";
import { createAws } from "../../cli/stack/aws";
import { muted } from "../../cli/terminal/paint";
import { print } from "../../cli/terminal/print";
import type { Account } from "../../local/account";
import { machineTime } from "../../local/account/time/clock";
import type { Deployment } from "../../local/pulumi/deploy";
import { reportTrainings } from "../../local/terminal/training-progress";
import { deployed, imported, metrics } from "./steps-deployment";
import { archive, quarantine } from "./steps-events";
import { retraining } from "./steps-retraining";
import { createTourJourney, type TourJourney } from "./tour-journey";

/**
 * The outputs that are shown; the others are ARNs of the same resources, and names that only
 * operators use.
 */
const shownOutputs = ["recommendFunctionName", "rerankFunctionName", "eventStreamName", "parameterPrefix"];

const outputs: Step<TourJourney> = {
  title: "The outputs that other teams use",
  async run({ deployment: { outputs: values }, print }) {
    for (const name of shownOutputs) print(`${name.padEnd(22)} ${values[name]}`);
    const others = Object.keys(values).filter((name) => !shownOutputs.includes(name));
    print(muted(`and ${others.length} others, all in contract/index.d.ts and the console`));
  },
};

const listSteps = (journey: TourJourney): readonly Step<TourJourney>[] => [
  deployed,
  imported,
  metrics,
  recommendations,
  reranking,
  ...listPlacementSteps(journey.stack),
  streaming,
  quarantine,
  archive,
  retraining,
  outputs,
];

/**
 * Runs every step of the tour, also after a failed one, prints them, and returns the titles of the
 * failed steps.
 */
export async function showTour(account: Account, region: string, deployment: Deployment): Promise<string[]> {
  const endProgress = reportTrainings(account.host, print);
  const journey = await createTourJourney({ account, aws: createAws(region), deployment, latest: machineTime, print });
  const results = await runSteps(journey, listSteps(journey));
  endProgress();
  const failed = results.flatMap(({ title, failure }, i) => (failure === undefined ? [] : `${i + 1}. ${title}`));
  if (failed.length > 0) print(`\nThese steps failed:\n  ${failed.join("\n  ")}`);
  return failed;
}
