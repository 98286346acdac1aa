import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/**
 * A stack's configuration as the engine passes it to the program: full keys, and objects as JSON text.
 * `overrides` are values for the program's keys, e.g. `{ interactionsFile: "…" }`.
 */
export function stackConfig(stack: string, overrides: Readonly<Record<string, string>> = {}): Record<string, string> {
  const text = readFileSync(join(__dirname, "../..", `Pulumi.${stack}.yaml`), "utf8");
  const { config = {} } = parse(text) as { config?: Record<string, unknown> };
  const written = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const added = Object.entries(overrides).map(([key, value]) => [`recommender:${key}`, value]);
  return Object.fromEntries([...written, ...added]);
}
