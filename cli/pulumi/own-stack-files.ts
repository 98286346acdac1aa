import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMap } from "yaml";
import { ConfigFile, openStackFiles } from "../../stacks/config/stack-file";

const header =
  "# The configuration of this stack on the local account: `npx recommender pulumi config set` changes it.\n";

/**
 * Gives each stack of a folder a separate file for the local account, with the values that it has
 * at the first command, as they are written: without its quotes, "007" would be a number. The
 * Pulumi CLI replaces the key of secrets in its file by a salt, and `stack rm` deletes the file.
 * Secrets are left out: they are encrypted with another key.
 */
export function createOwnStackFiles(source: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(source).filter((name) => /^Pulumi\..+\.yaml$/.test(name))) {
    const own = join(folder, file);
    if (existsSync(own)) continue;
    const given = new ConfigFile(join(source, file));
    const { document } = given;
    const { encrypted } = given.read();
    const config = document.get("config");
    if (isMap(config)) config.items = config.items.filter(({ key }) => !encrypted.includes(String(key)));
    document.contents = document.createNode({ config: isMap(config) ? config : {} });
    document.commentBefore = null;
    // Keeps long filters on one line.
    writeFileSync(own, header + document.toString({ lineWidth: 0 }));
  }
}

/** Names the keys whose values differ in a stack's files of two projects. */
export function noteDifference(source: string, project: string, stack: string): void {
  const there = openStackFiles(source, stack).own;
  const here = openStackFiles(project, stack).own;
  const old = there.read().values;
  const now = here.read().values;
  const keys = Object.keys({ ...old, ...now }).filter((key) => old[key] !== now[key]);
  // Standard output may be JSON.
  if (keys.length > 0)
    console.error(`${here.name} differs from ${there.name}: ${keys.join(", ")}. Copy what is to stay.`);
}
