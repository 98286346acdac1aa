import { Refusal } from "./refusal";

/**
 * Runs a check, and adds what it refuses to the problems: a user corrects everything before the
 * next preview.
 */
export function attempt<T>(work: () => T, problems: string[]): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    problems.push(error.message);
    return undefined;
  }
}
