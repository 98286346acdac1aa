import type { OptionName } from "../../../account/services/personalize/undocumented";
import type { Suite } from "../operation";

/**
 * Findings of a step; of one that settles an open question, its answer under the question's name.
 */
export type Facts = Readonly<Record<string, unknown>>;

/** A part of the suite that is recorded and replayed as a whole. */
export interface Step {
  readonly name: string;
  /** The first stage that has it: the stage without models, or the one with everything. */
  readonly stage: 0 | 1;
  readonly settles?: readonly OptionName[];
  /** Later steps cannot do without it. */
  readonly isNeeded?: true;
  run(suite: Suite): Promise<Facts | undefined>;
}
