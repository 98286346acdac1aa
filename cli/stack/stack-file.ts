import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { programName } from "../../names/layout";
import { suggest } from "../../names/near-names";
import { quoteForShell } from "../../names/shell";
import { ConfigFile, openStackFiles, type StoredValues } from "../../stacks/config/stack-file";
import { projectFolder } from "../terminal/project-folder";

const root = join(__dirname, "../..");

/** Reads the values in the files of a stack and of its project; without files there are none. */
export const readStackFile = (stack: string): StoredValues => openStackFiles(projectFolder(), stack).read();

/** Throws when a stack has no file: its configuration is not known, or its name is misspelt. */
export function requireStackFile(stack: string): void {
  const { own } = openStackFiles(projectFolder(), stack);
  if (existsSync(own.name)) return;
  const folder = dirname(own.name);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const others = files.flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
  const known = others.length > 0 ? `stacks with a file: ${others.join(", ")}` : "no stack has a file there";
  throw new Error(
    `${own.name} does not exist (${known}${suggest(stack, others)}). ` +
      `Create the stack with pulumi stack init ${quoteForShell(stack)}, and set its configuration.`,
  );
}

/** Reads the name of the project in a folder; without a project it is the program's own. */
export function readProjectName(folder = projectFolder()): string {
  const name = new ConfigFile(join(folder, "Pulumi.yaml")).document.get("name");
  return typeof name === "string" ? name : programName;
}

/**
 * The configuration of a stack of this repository, without secrets, for a deployment without the
 * Pulumi CLI. `overrides` are values for the program's keys, e.g. `{ interactionsFile: "…" }`.
 */
export function stackConfig(stack: string, overrides: Readonly<Record<string, string>> = {}): Record<string, string> {
  const added = Object.entries(overrides).map(([key, value]) => [`${programName}:${key}`, value]);
  return { ...openStackFiles(root, stack).read().values, ...Object.fromEntries(added) };
}
