import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/**
 * Reads the `aws:` keys of a stack's configuration file, by their full names; nothing when there is no file. An encrypted
 * value is left out, with its key in `encrypted`: only the Pulumi CLI can decrypt it.
 */
export function readStackFile(folder: string, stack: string): { values: Record<string, string>; encrypted: string[] } {
  const values: Record<string, string> = {};
  const encrypted: string[] = [];
  for (const [key, value] of Object.entries(readConfig(join(folder, `Pulumi.${stack}.yaml`)))) {
    if (!key.startsWith("aws:")) continue;
    if (typeof value === "object" && value !== null && "secure" in value) encrypted.push(key);
    else values[key] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return { values, encrypted };
}

function readConfig(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  const { config } = (parse(text) ?? {}) as { config?: Record<string, unknown> };
  return config ?? {};
}
