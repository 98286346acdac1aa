import { execFile } from "node:child_process";
import { delimiter } from "node:path";
import { promisify } from "node:util";
import { checkNodeVersion } from "../../../stacks/node-version";
import { type Check, reportPassed, reportWarning } from "../check";

const run = promisify(execFile);

/** Reads a version without npm's own folders on PATH, because `pulumi up` runs outside of npm. */
async function readVersion(command: string, ...args: string[]): Promise<string | undefined> {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => !/node_modules[\\/]\.bin$/.test(folder));
  try {
    const { stdout } = await run(command, args, {
      env: { ...process.env, PATH: folders.join(delimiter), NODE_OPTIONS: "", PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    return stdout.trim().replace(/^v/, "");
  } catch {
    return undefined;
  }
}

export const nodeVersion: Check = {
  name: "Node.js",
  async run() {
    const remedy = 'Run Pulumi with `PATH="$PWD/node_modules/.bin:$PATH"`.';
    const version = await readVersion("node", "--version");
    if (version === undefined) return reportWarning("npm's Node.js is the only one on PATH", remedy);
    if (checkNodeVersion(version) === undefined) return reportPassed(version);
    return reportWarning(`${version}; Pulumi needs 22 or later`, remedy);
  },
};

export const pulumiVersion: Check = {
  name: "Pulumi CLI",
  async run() {
    // The program's version, which is exact.
    const program = require("../../../package.json") as { devDependencies: Readonly<Record<string, string>> };
    return judgePulumi(await readVersion("pulumi", "version"), program.devDependencies["@pulumi/pulumi"] ?? "");
  },
};

/** A CLI that is older than the SDK may not know what the SDK asks of it. */
export function judgePulumi(version: string | undefined, sdk: string) {
  const remedy = "Install the newest Pulumi CLI: https://www.pulumi.com/docs/install/";
  if (version === undefined) return reportWarning("`pulumi` is not on PATH", remedy);
  if (new Intl.Collator("en", { numeric: true }).compare(version, sdk) < 0)
    return reportWarning(`${version} is older than the program's SDK, ${sdk}`, remedy);
  return reportPassed(version);
}
