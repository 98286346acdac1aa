// The script that installs the Pulumi CLI and the providers in workflows, with `curl` replaced by a folder of archives.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
let project: string;
let archives: string;

/** The archives of the versions in package.json, as the script names them. */
const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
};
const names = [
  "pulumi-v3.274.1-linux-x64.tar.gz",
  `pulumi-resource-aws-v${dependencies["@pulumi/aws"]}-linux-amd64.tar.gz`,
  `pulumi-resource-awsx-v${dependencies["@pulumi/awsx"]}-linux-amd64.tar.gz`,
];

function writeExecutable(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "tools-"));
  archives = join(project, "published");
  for (const folder of [".github", "bin", "published", "content/pulumi"]) {
    mkdirSync(join(project, folder), { recursive: true });
  }
  for (const file of [".github/tools.sh", "package.json"]) copyFileSync(join(root, file), join(project, file));
  writeExecutable(join(project, "content/pulumi/pulumi"), `#!/bin/sh\necho "$@" >> "${project}/calls"\n`);
  execFileSync("tar", ["-czf", join(archives, names[0] ?? ""), "-C", join(project, "content"), "pulumi"]);
  for (const name of names.slice(1)) writeFileSync(join(archives, name), name);
  // Its last two arguments are the file and the address.
  writeExecutable(
    join(project, "bin/curl"),
    `#!/bin/bash\nname="\${@: -1}"; cp "${archives}/$(basename "$name")" "\${@: -2:1}"\n`,
  );
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function run(...args: string[]) {
  const { status, stderr } = spawnSync("bash", [join(project, ".github/tools.sh"), ...args], {
    encoding: "utf8",
    env: { PATH: `${join(project, "bin")}:${process.env.PATH}` },
  });
  return { status, stderr };
}
const download = () => run("download", join(project, "deployment"));
const install = () => run("install", join(project, "deployment"));
const hashOf = (name: string) =>
  createHash("sha256")
    .update(readFileSync(join(archives, name)))
    .digest("hex");

test("records the hash of each archive of the versions in package.json", () => {
  expect(run("record").status).toBe(0);
  const lines = readFileSync(join(project, ".github/tools.sha256"), "utf8").trim().split("\n");
  expect(lines).toEqual(names.map((name) => `${hashOf(name)}  ${name}`));
});

test("downloads nothing while no hash is recorded, and says what to do", () => {
  const { status, stderr } = download();
  expect(status).toBe(1);
  expect(stderr).toContain(`has no hash of ${names[0]}. Write it once after an upgrade: bash .github/tools.sh record`);
  expect(existsSync(join(project, "deployment", names[0] ?? ""))).toBe(false);
});

test("installs what has the recorded hashes", () => {
  run("record");
  expect(download().status).toBe(0);
  expect(install().status).toBe(0);
  const calls = readFileSync(join(project, "calls"), "utf8");
  expect(calls).toContain(`plugin install resource aws v${dependencies["@pulumi/aws"]} --file`);
  expect(calls).toContain(`plugin install resource awsx v${dependencies["@pulumi/awsx"]} --file`);
});

test("refuses an archive that was changed after its hash was recorded", () => {
  run("record");
  writeFileSync(join(archives, names[1] ?? ""), "changed");
  const { status, stderr } = download();
  expect(status).toBe(1);
  expect(stderr).toContain(`${names[1]} does not have the hash`);
});

test("refuses an archive that was changed on its way to the job with the token", () => {
  run("record");
  download();
  writeFileSync(join(project, "deployment", names[2] ?? ""), "changed");
  expect(install().status).toBe(1);
  expect(existsSync(join(project, "calls"))).toBe(false);
});
