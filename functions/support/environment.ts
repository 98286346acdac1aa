/**
 * Reads the function's environment variables. Called in the factory, so that a deployment without one of them fails when the
 * function starts, not at the first request.
 */
export function readEnvironment<K extends string>(functionName: string, names: readonly K[]): Record<K, string> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0)
    throw new Error(`${functionName}: ${missing.join(", ")} not set in the function's environment.`);
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<K, string>;
}
