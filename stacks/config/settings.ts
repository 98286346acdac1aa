import { isAbsolute } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { programName } from "../../names/layout";
import { findNear } from "../../names/near-names";
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
    checks: [() => refuseMisplaced(project, files), () => void files.read()],
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
      const place = files?.placeOf(`${project}:${key}`, []);
      const where = place ? ` (${place.file}, line ${place.line})` : "";
      return `  ${project}:${key}${where}: the program's keys begin with ${programName}:, whatever the project is called. Rename it to ${programName}:${key}`;
    });
  if (problems.length > 0) throw new Error(problems.join("\n"));
}
