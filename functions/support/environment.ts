/**
 * The environment of a function: the variables that it needs, and those that not every stack has.
 * The component that deploys the function sets these names and no others.
 */
export type EnvironmentOf<Needed extends readonly string[], Optional extends readonly string[] = []> = Record<
  Needed[number],
  string
> &
  Partial<Record<Optional[number], string>>;

/**
 * Reads the function's environment variables. Called in the factory, so that a deployment without
 * one of the needed ones fails when the function starts, not at the first request.
 */
export function readEnvironment<Needed extends string, Optional extends string = never>(
  functionName: string,
  needed: readonly Needed[],
  optional: readonly Optional[] = [],
): EnvironmentOf<Needed[], Optional[]> {
  const missing = needed.filter((name) => !process.env[name]);
  if (missing.length > 0) {
    throw new Error(`${functionName}: ${missing.join(", ")} not set in the function's environment.`);
  }
  const read = [...needed, ...optional].map((name) => [name, process.env[name]]);
  return Object.fromEntries(read) as EnvironmentOf<Needed[], Optional[]>;
}
