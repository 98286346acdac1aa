import type { Pause } from "../../poll";
import type { Progress } from "../../progress";
import type { DeployedStack } from "../../stack/find-stack";
import type { Visitor } from "./visitor";

export interface Erasure {
  readonly stack: DeployedStack;
  readonly visitor: Visitor;
  /** The bucket from which data deletion jobs read the ids. */
  readonly listBucket: string;
  readonly progress: Progress;
  readonly pause: Pause;
}
