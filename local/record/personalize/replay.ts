import { join } from "node:path";
import type { RecordedSuite } from "../command";
import { compareRecordings, type Difference } from "../compare";
import { deadlines, describeStage } from "../estimate";
import { type Recording, readRecording } from "../recording";
import { findAll, removeAll } from "./removal";
import { createSuite, runStep, stepsOf } from "./steps";
import type { Step } from "./steps/step";
import { openWorld, prefix, type World } from "./world";

/** The recording of AWS, which the person who made it commits. */
export const recordingsFolder = join(__dirname, "../../tests/conformance/personalize/recordings");

export const readRecordings = (): Recording => readRecording(recordingsFolder);

/**
 * Runs steps one after the other. A step that others need and that fails ends the run, and so does the stop of the world;
 * any other failure is told, and the next step goes on.
 */
export async function runSteps(world: World, steps: readonly Step[], tell: (line: string) => void): Promise<void> {
  const suite = createSuite(world);
  for (const [i, step] of steps.entries()) {
    world.stop?.throwIfAborted();
    tell(`${i + 1}/${steps.length} ${step.name}`);
    try {
      await runStep(suite, step);
    } catch (error) {
      if (step.isNeeded || world.stop?.aborted) throw error;
      tell(`  ended early: ${error instanceof Error ? error.message : error}`);
    }
  }
}

/** Compares a recording with what the local account does in the same steps: the three services of Personalize. */
export const compareWithLocal = (recorded: Recording, local: Recording): Difference[] =>
  compareRecordings(recorded, local, (service) => service.startsWith("personalize"));

/** The suite for the command that records it. */
export const recordedSuite: RecordedSuite<World> = {
  prefix,
  folder: recordingsFolder,
  deadlines,
  describeStage,
  open: openWorld,
  runStage: (world, stage, tell) => runSteps(world, stepsOf(stage), tell),
  findAll,
  removeAll,
};
