import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeBlock } from "../../stacks/config/problems";
import { findStackFolder, openStackFiles } from "../../stacks/config/stack-file";

const header =
  "# The configuration of this stack on the local account: `npx recommender pulumi config set` changes it.\n";

/**
 * Gives each stack of a project a separate file for the local account, with the values that it has
 * at the first command, those of the project's file among them. The Pulumi CLI replaces the key of
 * secrets in its file by a salt, and `stack rm` deletes the file. Secrets are left out: they are
 * encrypted with another key.
 */
export function createOwnStackFiles(project: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(findStackFolder(project))) {
    const [, stack] = /^Pulumi\.(.+)\.yaml$/.exec(file) ?? [];
    const own = join(folder, file);
    if (stack === undefined || existsSync(own)) continue;
    const { values } = openStackFiles(project, stack).parse();
    writeFileSync(own, `${header}${writeBlock("config", Object.fromEntries(values))}\n`);
  }
}

/**
 * Names the keys whose values differ in a stack's files of two projects; the second one is that of
 * the local account.
 */
export function noteDifference(source: string, project: string, stack: string): void {
  const given = openStackFiles(source, stack);
  const copy = openStackFiles(project, stack);
  const there = given.own;
  const here = copy.own;
  if (!existsSync(join(findStackFolder(source), `Pulumi.${stack}.yaml`))) {
    console.error(`The stack ${stack} is on the local account only: its configuration is ${here.name}.`);
    return;
  }
  const old = given.read().values;
  const now = copy.read().values;
  const keys = Object.keys({ ...old, ...now }).filter((key) => old[key] !== now[key]);
  // Standard output may be JSON.
  if (keys.length > 0) {
    console.error(`${here.name} differs from ${there.name}: ${keys.join(", ")}. Copy what is to stay.`);
  }
}
