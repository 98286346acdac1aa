import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  /** Where npm installs it. */
  readonly os?: unknown;
  readonly optional?: boolean;
}

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> };
const installed = Object.entries(packages).filter(([path]) => path !== "");

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

test("versions are pinned exactly", () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read("package.json"));
  for (const version of Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  }
});
