import { isAbsolute } from "node:path";
import * as awsKeys from "@pulumi/aws/config/vars";
import * as pulumi from "@pulumi/pulumi";
import { programName } from "../../names/layout";
import { findNear } from "../../names/near-names";
import { toPrintable } from "../../names/printable";
import { Refusal } from "../../names/refusal";
import { configKeys } from "./keys";
import type { GivenStack } from "./read-stack";
import { openStackFiles, type StackFiles } from "./stack-file";

/**
 * Reads the texts of the program's keys, without their prefix, and the files of the stack's
 * configuration.
 */
export function readSettings() {
  const settings = readKeys(programName);
  const project = pulumi.getProject();
  const stack = pulumi.getStack();
  // Without an engine the program runs in the project's folder.
  const root = pulumi.getRootDirectory();
  const files = openStackFiles(isAbsolute(root) ? root : process.cwd(), stack);
  return {
    project,
    stack,
    settings,
    files,
    checks: [() => refuseMisplaced(project, files), () => refuseUnknownAws(files), () => void files.read()],
  } satisfies GivenStack;
}

function readKeys(namespace: string): Record<string, string> {
  const prefix = `${namespace}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

/**
 * Throws where a key of this program is below another project's name: the CLI puts keys without a
 * prefix there, and nothing would read them.
 */
function refuseMisplaced(project: string, files: StackFiles | undefined): void {
  if (project === programName) return;
  const problems = Object.keys(readKeys(project))
    .filter((key) => findNear(key, configKeys) !== undefined)
    .map((key) => {
      const full = `${project}:${key}`;
      return `  ${full}${describePlace(full, files)}: the program's keys begin with ${programName}:, whatever the project is called. Rename it to ${programName}:${key}`;
    });
  if (problems.length > 0) throw new Refusal(problems.join("\n"));
}

/**
 * Throws for each `aws:` key that the provider does not have: its package lists those that it has.
 * The provider refuses such a key too, but after the program's own mistakes are corrected.
 */
function refuseUnknownAws(files: StackFiles): void {
  const known = Object.keys(awsKeys);
  const problems = Object.keys(readKeys("aws"))
    .filter((key) => !known.includes(key))
    .map((key) => {
      const full = `aws:${key}`;
      const near = findNear(key, known);
      const remedy = near === undefined ? ". Remove it" : `; did you mean aws:${near}?`;
      return `  ${toPrintable(full)}${describePlace(full, files)}: is not a key of the aws provider${remedy}`;
    });
  if (problems.length > 0) throw new Refusal(["Keys of the aws provider:", ...problems].join("\n"));
}

function describePlace(key: string, files: StackFiles | undefined): string {
  const place = files?.placeOf(key, []);
  return place ? ` (${place.file}, line ${place.line})` : "";
}
