import { join } from "node:path";
import type { RecordedSuite } from "../command";
import { compareRecordings, type Difference } from "../compare";
import { deadlineOf, describeStage } from "../estimate";
import type { Part } from "../options";
import { type Recording, readRecording } from "../recording";
import { findAll, findNamed, removeAll } from "./removal";
import { runSteps } from "./run-steps";
import { listFirstHour, stepsOf } from "./steps";
import { openWorld, prefixIn, type World } from "./world";

/** The recording of AWS, which the person who made it commits. */
export const recordingsFolder = join(__dirname, "../../tests/conformance/personalize/recordings");

export const readRecordings = (): Recording => readRecording(recordingsFolder);

/**
 * Compares a recording with what the local account does in the same steps: the three services of
 * Personalize.
 */
export const compareWithLocal = (recorded: Recording, local: Recording): Difference[] =>
  compareRecordings(recorded, local, (service) => service.startsWith("personalize"));

/** A Region has so many dataset groups, unless its quota was raised (guide, "Quotas"). */
const groupsOfRegion = 5;
/** The groups that a part has at a time, those of its cases included. */
const groupsOf = { "first-hour": 3, 0: 3, 1: 5 } as const;

async function refuseLittleRoom(world: World, part: Part): Promise<string | undefined> {
  const used = (await findNamed(world, "DatasetGroup", "")).length;
  if (used + groupsOf[part] <= groupsOfRegion) return undefined;
  return (
    `Region ${world.region} has ${used} dataset groups already, and the run makes up to ${groupsOf[part]} more; ` +
    `${groupsOfRegion} are a Region's usual quota. Choose a Region without a stack: export AWS_REGION=…`
  );
}

/** The suite for the command that records it. */
export const recordedSuite: RecordedSuite<World> = {
  prefixIn,
  folder: recordingsFolder,
  deadlineOf,
  describeStage,
  refuseLittleRoom,
  open: openWorld,
  runStage: (world, part, tell) => runSteps(world, part === "first-hour" ? listFirstHour() : stepsOf(part), tell),
  findAll,
  removeAll,
  // Loaded only here, because it runs a local account.
  findRights: (stage) => (require("./rights") as typeof import("./rights")).findRights(stage),
};
