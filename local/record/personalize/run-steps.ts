import { createSuite, runStep } from "./steps";
import type { Step } from "./steps/step";
import type { World } from "./world";

/**
 * Runs steps one after the other. A step that others need and that fails ends the run, and so does
 * the stop of the world; any other failure is reported, and the next step follows.
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
