import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./listed-files.mts";

interface Packed {
  /** Of the file, in bytes. */
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/**
 * Packs the contract as npm would publish it, and installs the file in an empty folder, as another
 * team does. Packages that the team also has are links to this repository's: the tests need no
 * registry.
 */
export function installPackedContract(folder: string, others: readonly string[] = []): Packed {
  const npm = (cwd: string, ...args: string[]) =>
    execFileSync("npm", [...args, "--json", "--offline"], { cwd, encoding: "utf8" });
  const [packed] = JSON.parse(npm(root, "pack", "-w", "contract", "--pack-destination", folder)) as [
    Packed & { filename: string },
  ];
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "pet-site", private: true }));
  npm(folder, "install", `./${packed.filename}`);
  for (const name of others) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link);
  }
  return packed;
}
