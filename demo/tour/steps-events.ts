import type { Step } from "../../cli/journey/journey";
import { findArchived, sendMalformed } from "../../cli/journey/steps-events";
import type { TourJourney } from "./tour-journey";

export const quarantine: Step = {
  title: "A malformed record goes to the quarantine, the records after it arrive",
  async run(journey) {
    await sendMalformed(journey);
  },
};

export const archive: Step<TourJourney> = {
  title: "The archive keeps every record",
  async run(journey) {
    const { account, stack, print } = journey;
    const Bucket = stack.archiveBucket;
    const lines = await journey.waitFor(
      "archive",
      () => findArchived(journey, (found) => found.length > 0),
      `${Bucket} has no records in an object with a date in its name; the clock is at ${new Date(account.clock.now()).toISOString()}`,
    );
    print(`s3://${Bucket}: its first object has ${lines.length} records.`);
  },
};
