/**
 * The function's settings. Called in the factory, so that a deployment that forgot one fails when the function
 * starts and not at the first visitor.
 */
export function environment<K extends string>(functionName: string, names: readonly K[]): Record<K, string> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0)
    throw new Error(`${functionName}: ${missing.join(", ")} not set in the function's environment.`);
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<K, string>;
}
