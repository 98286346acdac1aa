import { parts, scheduleParts } from "../../names/layout";
import { physicalName } from "../../names/physical-names";
import { failUnless, type Step } from "../journey/journey";
import { findArchived, sendMalformed, streaming } from "../journey/steps-events";
import { recommendations, reranking } from "../journey/steps-models";
import { listPlacementSteps } from "../journey/steps-placements";
import { showRetraining } from "../journey/steps-retraining";
import { readAlarms } from "../stack/alarms";
import type { StackReader } from "../stack/stack";

const quarantine: Step = {
  title: "A malformed record goes to the quarantine, the records after it arrive",
  async run(journey) {
    const { Key, VersionId } = await sendMalformed(journey);
    // With its version: the bucket keeps deleted objects otherwise.
    const { stack, print } = journey;
    await stack.call("s3", "DeleteObject", { Bucket: stack.quarantineBucket, Key, VersionId });
    print("Deleted it from the quarantine.");
  },
};

const archive: Step = {
  title: "The archive has the events",
  needs: streaming,
  async run(journey) {
    const Bucket = journey.stack.archiveBucket;
    const lines = await journey.waitFor(
      "archive",
      () => findArchived(journey, (found) => found.some((line) => line.includes(journey.session))),
      `s3://${Bucket} has no object with the events of ${journey.session}. Look at the log of the delivery stream`,
    );
    const own = lines.filter((line) => line.includes(journey.session)).length;
    journey.print(`s3://${Bucket}: an object has ${own} events of ${journey.session}.`);
  },
};

const schedulesAndAlarms: Step = {
  title: "Schedules and alarms exist",
  async run({ stack, print }) {
    const named = (part: string) => physicalName(stack, part);
    const { Schedules = [] } = await stack.call("scheduler", "ListSchedules", {
      GroupName: named(parts.scheduleGroup),
    });
    for (const part of Object.values(scheduleParts)) {
      const found = Schedules.find(({ Name }) => Name === named(part));
      failUnless(found !== undefined, `the schedule ${named(part)} does not exist; \`pulumi up --refresh\` creates it`);
      const expected = part === scheduleParts.retraining && stack.asleepSince ? "DISABLED" : "ENABLED";
      const remedy =
        expected === "ENABLED" ? "enable it" : "`pulumi up --refresh` disables it, because the stack is asleep";
      failUnless(found.State === expected, `the schedule ${named(part)} is ${found.State}; ${remedy}`);
    }
    const enabled = Schedules.filter(({ State }) => State === "ENABLED").length;
    print(`${enabled} of ${Schedules.length} schedules are enabled.`);
    const alarms = await readAlarms(stack);
    failUnless(alarms.length > 0, "the stack has no alarms; `pulumi up --refresh` creates them");
    const firing = alarms.filter(({ state }) => state === "ALARM");
    print(`${alarms.length} alarms, ${firing.length} of them in ALARM.`);
    for (const { name, reason } of firing) print(`  ${name}: ${reason}`);
  },
};

/**
 * The steps in their order; those on events send them before the archive is read. Asleep, events
 * change no recommendations, and nothing is trained.
 */
export const listSteps = (stack: StackReader, retrain: boolean): Step[] => [
  recommendations,
  reranking,
  ...listPlacementSteps(stack),
  ...(stack.asleepSince ? [] : [streaming]),
  quarantine,
  archive,
  schedulesAndAlarms,
  ...(retrain && !stack.asleepSince ? [{ title: "The models are retrained and evaluated", run: showRetraining }] : []),
];
