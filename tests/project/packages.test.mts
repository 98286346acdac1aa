import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { expect, test } from "vitest";
import { listFiles } from "../support/listed-files.mts";

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  /** The operating systems on which npm installs it. */
  readonly os?: unknown;
  readonly optional?: boolean;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin?: Record<string, string>;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  /**
   * Packages that the workspace gets from the root: the local account's deployment runs a program
   * with its own Pulumi.
   */
  readonly peerDependencies?: Record<string, string>;
}

const root = new URL("../../", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), "utf8");
const manifest = (folder: string) => JSON.parse(read(`${folder}package.json`)) as Manifest;
const { workspaces = [] } = manifest("");
const folders = ["", ...workspaces.map((folder) => `${folder}/`)];

const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> };
const ours = ["", ...workspaces, ...workspaces.map((folder) => `node_modules/${manifest(`${folder}/`).name}`)];
const installed = Object.entries(packages).filter(([path]) => !ours.includes(path));

/** Lists the packages that a manifest declares, with their versions. */
const declared = ({ dependencies, devDependencies, optionalDependencies, peerDependencies }: Manifest) => ({
  ...peerDependencies,
  ...dependencies,
  ...devDependencies,
  ...optionalDependencies,
});

const files = listFiles("*.ts", "*.tsx", "*.mts", "*.cjs", "contract/*.js");
const filesOf = (folder: string) => files.filter((file) => folderOf(file) === folder);
/** The packages that the code of one workspace imports, requires or resolves. */
const imported = (folder: string) => packagesIn(filesOf(folder).map(read));

function packagesIn(sources: readonly string[]): string[] {
  const use =
    /(?:\bfrom |^import |\bimport\(|(?<![.\w])require(?:\.resolve)?\()"(@[\w-]+\/[\w.-]+|\w[\w.-]*)(?:\/[^"]*)?"/gm;
  const found = sources.flatMap((source) => [...source.matchAll(use)].map(([, name = ""]) => name));
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
    ["darwin-x64", "linux-arm64", "linux-x64", "bin-darwin-arm64"].sort(),
  );
  expect(platforms.every(([, { optional, os }]) => optional === true && os !== undefined)).toBe(true);
});

test("`npm ci` changes no file: what it makes executable is so in git", () => {
  const commands = workspaces.flatMap((folder) =>
    Object.values(manifest(`${folder}/`).bin ?? {}).map((file) => `${folder}/${file}`),
  );
  const listed = execFileSync("git", ["ls-files", "-s", "--", ...commands], { cwd: root, encoding: "utf8" });
  expect(
    listed
      .trim()
      .split("\n")
      .map((line) => line.slice(0, 6)),
  ).toEqual(commands.map(() => "100755"));
});

test("all packages have one version, which is the changelog's newest", () => {
  const [, newest] = /^## (\S+)/m.exec(read("CHANGELOG.md")) ?? [];
  expect(folders.map((folder) => manifest(folder).version)).toEqual(folders.map(() => newest));
});

/**
 * Parts of AWS's clients that the local account uses directly; the clients depend on them with
 * ranges.
 */
const { dependencies: ofAccount = {} } = manifest("local/");
const parts = Object.keys(ofAccount).filter((name) => /^@smithy\/|^@aws-sdk\/(?!client-)/.test(name));

test("the local account has ranges for the parts of AWS's clients, so that npm installs one copy for all", () => {
  expect(parts.length).toBeGreaterThan(1);
  // An exact version fits only until the ranges of the clients begin above it: then each has its
  // own copy.
  for (const name of parts) expect([name, ofAccount[name]]).toEqual([name, expect.stringMatching(/^\^\d/)]);
});

test("other versions are pinned exactly, and each package has one version in all workspaces", () => {
  const versions = new Map<string, string>();
  for (const [name, version] of folders.flatMap((folder) => Object.entries(declared(manifest(folder))))) {
    if (parts.includes(name)) continue;
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect([name, versions.get(name) ?? version]).toEqual([name, version]);
    versions.set(name, version);
  }
});

test("there are imports of packages to look at", () => {
  // The contract has none.
  expect(folders.filter((folder) => imported(folder).length > 2)).toEqual(["", "local/", "cli/", "demo/"]);
});

test.each(folders)('the workspace "%s" declares each package that it imports', (folder) => {
  // A package may import what it exports by its own name, as other programs do.
  const known = [manifest(folder).name, ...Object.keys(declared(manifest(folder)))];
  expect(imported(folder).filter((name) => !known.includes(name))).toEqual([]);
});

/** Run by maintainers and callers, not by users of the system. */
const maintenance = /(^|\/)(tests|tools|examples|docs)\/|\.generate\.ts$|vitest\.config\.mts$/;
const typesOnly = /^(import|export) type [^;]*;$/gm;

test.each(folders)('what runs of the workspace "%s" needs no devDependency', (folder) => {
  const { dependencies = {}, devDependencies = {} } = manifest(folder);
  const running = filesOf(folder).filter((file) => !maintenance.test(file));
  const needed = packagesIn(running.map((file) => read(file).replace(typesOnly, "")));
  expect(needed.filter((name) => name in devDependencies && !(name in dependencies))).toEqual([]);
});
