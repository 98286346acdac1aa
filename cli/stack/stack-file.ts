import { join } from "node:path";
import { project } from "../../names/layout";
import { ConfigFile } from "../../stacks/config/stack-file";
import { userFolder } from "../terminal/values";

const root = join(__dirname, "../..");

/**
 * Reads `Pulumi.<stack>.yaml` in a folder as the engine passes it to the program; it is empty when
 * there is no file.
 */
export function readStackFile(
  stack: string,
  folder = userFolder(),
): { readonly values: Readonly<Record<string, string>>; readonly encrypted: readonly string[] } {
  /** Full keys, with objects as JSON text. */
  const values: Record<string, string> = {};
  /** Keys whose values are left out, because only the Pulumi CLI can decrypt them. */
  const encrypted: string[] = [];
  for (const [key, value] of Object.entries(new ConfigFile(join(folder, `Pulumi.${stack}.yaml`)).values())) {
    if (typeof value === "object" && value !== null && "secure" in value) encrypted.push(key);
    else values[key] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return { values, encrypted };
}

/**
 * The configuration of a stack of this repository, without secrets, for a deployment without the
 * Pulumi CLI. `overrides` are values for the program's keys, e.g. `{ interactionsFile: "…" }`.
 */
export function stackConfig(stack: string, overrides: Readonly<Record<string, string>> = {}): Record<string, string> {
  const added = Object.entries(overrides).map(([key, value]) => [`${project}:${key}`, value]);
  return { ...readStackFile(stack, root).values, ...Object.fromEntries(added) };
}
