import type { Step } from "../../cli/journey/journey";
import { showRetraining, waitForOthers } from "../../cli/journey/steps-retraining";
import { sendChangedTaste } from "./changed-taste";
import type { TourJourney } from "./tour-journey";

export const retraining: Step<TourJourney> = {
  title: "The models are retrained on new events, evaluated and promoted",
  async run(journey) {
    await waitForOthers(journey);
    const { visitors, events } = await sendChangedTaste(journey);
    journey.print(`${events} events of ${visitors} visitors with changed preferences arrived.`);
    journey.print("The tour invented them: each looks at what another visitor looked at, so");
    journey.print("the retraining shows how it works, not what your visitors like.");
    await showRetraining(journey);
  },
};
