/**
 * Runs checks that throw what is wrong with the settings, and throws all of it as one error: a user
 * corrects everything before the next preview.
 */
export function runTogether<const T extends readonly unknown[]>(...works: { [K in keyof T]: () => T[K] }): T {
  const problems: string[] = [];
  const results = works.map((work) => attempt(work, problems));
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return results as unknown as T;
}

/** Runs a check, and adds what it throws to the problems. Errors of other classes are bugs. */
export function attempt<T>(work: () => T, problems: string[]): T | undefined {
  try {
    return work();
  } catch (error) {
    if ((error as Error).constructor !== Error) throw error;
    problems.push((error as Error).message);
    return undefined;
  }
}
