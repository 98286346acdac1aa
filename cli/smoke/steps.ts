import { parts, scheduleParts } from "../../names/layout";
import { physicalName } from "../../names/physical-names";
import { failUnless, type Journey, type Step } from "../journey/journey";
import { findArchived, sendMalformed, streaming } from "../journey/steps-events";
import { recommendations, reranking } from "../journey/steps-models";
import { listPlacementSteps } from "../journey/steps-placements";
import { showRetraining } from "../journey/steps-retraining";
import { readAlarms } from "../stack/alarms";
import type { DeployedStack } from "../stack/stack";

/** A journey with the members that only the steps of `smoke` use. */
export interface SmokeJourney extends Journey {
  readonly stack: DeployedStack;
}

const quarantine: Step<SmokeJourney> = {
  title: "A malformed record goes to the quarantine, the records after it arrive",
  async run(journey) {
    const { Key, VersionId } = await sendMalformed(journey);
    // With its version: the bucket keeps deleted objects otherwise.
    await journey.aws.call("s3", "DeleteObject", { Bucket: journey.outputs.quarantineBucketName, Key, VersionId });
    journey.print("Deleted it from the quarantine.");
  },
};

const archive: Step<SmokeJourney> = {
  title: "The archive has the events",
  needs: streaming,
  async run(journey) {
    const Bucket = journey.outputs.archiveBucketName;
    const lines = await journey.waitFor(
      "archive",
      () => findArchived(journey, (found) => found.some((line) => line.includes(journey.session))),
      `s3://${Bucket} has no object with the events of ${journey.session}. Look at the log of the delivery stream`,
    );
    const own = lines.filter((line) => line.includes(journey.session)).length;
    journey.print(`s3://${Bucket}: an object has ${own} events of ${journey.session}.`);
  },
};

const schedulesAndAlarms: Step<SmokeJourney> = {
  title: "Schedules and alarms exist",
  async run({ aws, stack, print }) {
    const named = (part: string) => physicalName(stack, part);
    const { Schedules = [] } = await aws.call("scheduler", "ListSchedules", { GroupName: named(parts.scheduleGroup) });
    for (const part of Object.values(scheduleParts)) {
      const found = Schedules.find(({ Name }) => Name === named(part));
      failUnless(found !== undefined, `the schedule ${named(part)} does not exist; \`pulumi up --refresh\` creates it`);
      failUnless(found.State === "ENABLED", `the schedule ${named(part)} is ${found.State}; enable it`);
    }
    print(`${Schedules.length} schedules are enabled.`);
    const alarms = await readAlarms(stack);
    failUnless(alarms.length > 0, "the stack has no alarms; `pulumi up --refresh` creates them");
    const firing = alarms.filter(({ state }) => state === "ALARM");
    print(`${alarms.length} alarms, ${firing.length} of them in ALARM.`);
    for (const { name, reason } of firing) print(`  ${name}: ${reason}`);
  },
};

/** The steps in their order; those on events send them before the archive is read. */
export const listSteps = ({ outputs }: SmokeJourney, retrain: boolean): Step<SmokeJourney>[] => [
  recommendations,
  reranking,
  ...listPlacementSteps(outputs),
  streaming,
  quarantine,
  archive,
  schedulesAndAlarms,
  ...(retrain ? [{ title: "The models are retrained and evaluated", run: showRetraining }] : []),
];
