import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMap } from "yaml";
import { ConfigFile } from "../../stacks/config/stack-file";

const header =
  "# The configuration of this stack on the local account: `npx recommender pulumi config set` changes it.\n";

/**
 * Gives each stack of the root a separate file for the local account, with the values that it has
 * at the first command, as they are written: without its quotes, "007" would be a number. The
 * Pulumi CLI adds the salt of the local passphrase to its file, and `stack rm` deletes it. Secrets
 * are left out: they are encrypted with another key.
 */
export function createOwnStackFiles(root: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(root).filter((name) => /^Pulumi\..+\.yaml$/.test(name))) {
    const own = join(folder, file);
    if (existsSync(own)) continue;
    const given = new ConfigFile(join(root, file));
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
