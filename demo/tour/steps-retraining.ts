import type { Step } from "../../cli/journey/journey";
import { showRetraining, waitForOthers } from "../../cli/journey/steps-retraining";
import { sendInventedDay } from "./invented-day";
import type { TourJourney } from "./tour-journey";

export const retraining: Step<TourJourney> = {
  title: "The models are retrained on new events, evaluated and promoted",
  async run(journey) {
    await waitForOthers(journey);
    const { visitors, events } = await sendInventedDay(journey);
    journey.print(`${events} events of ${visitors} invented visitors arrived.`);
    journey.print("Each looks at what one visitor of the data looked at last: this shows how");
    journey.print("the retraining works, not what your visitors like.");
    await showRetraining(journey);
  },
};
