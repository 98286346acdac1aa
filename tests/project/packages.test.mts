import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { expect, test } from "vitest";

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  /** Where npm installs it. */
  readonly os?: unknown;
  readonly optional?: boolean;
}

interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const root = new URL("../../", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), "utf8");
const manifest = (folder: string) => JSON.parse(read(`${folder}package.json`)) as Manifest;
const { workspaces = [] } = manifest("");
const folders = ["", ...workspaces.map((folder) => `${folder}/`)];

const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> };
const ours = ["", ...workspaces, ...workspaces.map((folder) => `node_modules/${manifest(`${folder}/`).name}`)];
const installed = Object.entries(packages).filter(([path]) => !ours.includes(path));

/** What a manifest declares, with its version. */
const declared = ({ dependencies, devDependencies, optionalDependencies }: Manifest) => ({
  ...dependencies,
  ...devDependencies,
  ...optionalDependencies,
});

/** The packages that the code of one workspace imports or requires. */
function imported(folder: string): string[] {
  const files = execFileSync("git", ["ls-files", "*.ts", "*.mts", "*.cjs"], { cwd: root, encoding: "utf8" }).split(
    "\n",
  );
  const own = files.filter((file) => file !== "" && folderOf(file) === folder);
  const found = own.flatMap((file) =>
    [
      ...read(file).matchAll(
        /(?:\bfrom |^import |\bimport\(|(?<![.\w])require\()"(@[\w-]+\/[\w.-]+|\w[\w.-]*)(?:\/[^"]*)?"/gm,
      ),
    ].map(([, name = ""]) => name),
  );
  return [...new Set(found)].filter((name) => name !== "node" && !builtinModules.includes(name));
}

const folderOf = (file: string) => folders.find((folder) => folder !== "" && file.startsWith(folder)) ?? "";

test("everything that npm installs has an integrity hash in the lock file", () => {
  expect(installed.length).toBeGreaterThan(300);
  expect(installed.filter(([, { integrity = "" }]) => !integrity.startsWith("sha512-"))).toEqual([]);
});

test("no package runs a script when it is installed", () => {
  expect(read(".npmrc")).toMatch(/^ignore-scripts=true$/m);
});

test("Node.js itself comes from the lock file, for each platform", () => {
  const platforms = installed.filter(([path]) =>
    /node_modules\/node-(bin-)?(linux|darwin|win)-(x64|arm64)$/.test(path),
  );
  expect(platforms.map(([path]) => path.split("node-").at(-1)).sort()).toEqual(
    ["darwin-x64", "linux-arm64", "linux-x64", "win-x64", "bin-darwin-arm64"].sort(),
  );
  expect(platforms.every(([, { optional, os }]) => optional === true && os !== undefined)).toBe(true);
});

test("versions are pinned exactly, and each package has one version in all workspaces", () => {
  const versions = new Map<string, string>();
  for (const [name, version] of folders.flatMap((folder) => Object.entries(declared(manifest(folder))))) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect([name, versions.get(name) ?? version]).toEqual([name, version]);
    versions.set(name, version);
  }
});

test.each(folders)('the workspace "%s" declares each package that it imports', (folder) => {
  // A package may import what it exports by its own name, as other programs do.
  const known = [manifest(folder).name, ...Object.keys(declared(manifest(folder)))];
  expect(imported(folder).length).toBeGreaterThan(3);
  expect(imported(folder).filter((name) => !known.includes(name))).toEqual([]);
});
