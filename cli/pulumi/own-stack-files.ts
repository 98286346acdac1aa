import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { readConfig } from "../stack/stack-file";

const header =
  "# The configuration of this stack on the local account: `npx recommender pulumi config set` changes it.\n";

/**
 * Gives each stack of the root a separate file for the local account, with the values that it has at the first command. The
 * Pulumi CLI adds the salt of the local passphrase to its file, and `stack rm` deletes it. Secrets are left out: they are
 * encrypted with another key.
 */
export function createOwnStackFiles(root: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(root).filter((name) => /^Pulumi\..+\.yaml$/.test(name))) {
    const own = join(folder, file);
    if (existsSync(own)) continue;
    const plain = Object.entries(readConfig(join(root, file))).filter(([, value]) => !isSecret(value));
    // Keeps long filters on one line.
    writeFileSync(own, header + stringify({ config: Object.fromEntries(plain) }, { lineWidth: 0 }));
  }
}

const isSecret = (value: unknown): boolean =>
  typeof value === "object" && value !== null && ("secure" in value || Object.values(value).some(isSecret));
