// The configuration of a stack in its file, as a preview finds it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { programName } from "../../names/layout.ts";
import { openStackFiles } from "../../stacks/config/stack-file.ts";
import { createFolder } from "./temporary-folder.mts";

/**
 * The settings with a small file of interactions: to check all those of the seed takes ten times as
 * long as the rest.
 */
export function withFewRows(settings: Readonly<Record<string, string>>): Record<string, string> {
  return { interactionsFile: writeFewRows(), ...settings };
}

let written: string | undefined;
function writeFewRows(): string {
  if (written !== undefined) return written;
  const [header, ...rows] = readFileSync(join(import.meta.dirname, "../../seed/interactions.csv"), "utf8")
    .trimEnd()
    .split("\n");
  // The first ones have each event type, in the seed's order.
  const few = rows.filter((_, index) => index < 100 || index % 30 === 0);
  written = join(createFolder(), "interactions.csv");
  writeFileSync(written, [header, ...few, ""].join("\n"));
  return written;
}

/**
 * Creates a project; `write` makes the file of a stack of it, and returns what the program gets of
 * both.
 */
export function createProject(projectFile = `name: ${programName}\nruntime: nodejs\n`) {
  const folder = createFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "Pulumi.yaml"), projectFile);
  /** Takes the file's text, or values by keys of the program. */
  const write = (given: string | Readonly<Record<string, unknown>>, stack = "prod") => {
    const keys = (values: object) =>
      Object.entries(values).map(([key, value]) => [`${programName}:${key}`, value] as const);
    const text = typeof given === "string" ? given : stringify({ config: Object.fromEntries(keys(given)) });
    writeFileSync(join(folder, `Pulumi.${stack}.yaml`), text);
    return { project: programName, stack, settings: readSettings(text), files: openStackFiles(folder, stack) };
  };
  return { folder, write };
}

/** The values as the engine passes them: texts, with lists and objects as JSON. */
function readSettings(text: string): Record<string, string> {
  const { config } = parse(text) as { config: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(`${programName}:`))
      .map(([key, value]) => [
        key.slice(key.indexOf(":") + 1),
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
  );
}
