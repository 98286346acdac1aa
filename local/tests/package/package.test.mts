import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startAccount as startFromSource } from "../../account.ts";
import type { Account, startAccount } from "../../index.js";
import { needs } from "../support/needs.ts";
import { readLine } from "../support/read-line.ts";
import { serve } from "../support/serve.ts";
import { succeeds } from "../support/succeeds.ts";

// The package as users have it: its packed files in a folder without this repository, beside the
// packages that it needs.

const local = join(import.meta.dirname, "../..");
const modules = [join(local, "node_modules"), join(local, "../node_modules")];
const folder = mkdtempSync(join(tmpdir(), "local-aws-account-"));
const installed = join(folder, "node_modules/local-aws-account");
const run = promisify(execFile);

const needsBoto3 = needs("python3 with boto3", succeeds("python3", ["-c", "import boto3"]));
const needsCli = needs("the AWS CLI", succeeds("aws", ["--version"]));

beforeAll(() => {
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--pack-destination", folder], { cwd: local, encoding: "utf8" }),
  );
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, filename), "-C", installed, "--strip-components=1"]);
  // Without a registry: what `npm install` would put beside it.
  const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  for (const name of [...Object.keys(dependencies), "vitest"]) {
    const found = modules.map((each) => join(each, name)).find((path) => existsSync(path));
    if (found === undefined) throw new Error(`${name} is not installed. Run \`npm ci\`, then try again.`);
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(found, link);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts an account by the package's command; `env` has the variables that lead to it. */
async function startCommand(...options: readonly string[]) {
  const command = [join(installed, "local-aws-account.cjs"), "--port", "0", "--json", ...options];
  const child = spawn(process.execPath, command, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const { environment } = JSON.parse(await readLine(child));
  return {
    env: { PATH: process.env.PATH, HOME: folder, ...environment } as NodeJS.ProcessEnv,
    async stop() {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

let account: Awaited<ReturnType<typeof startCommand>>;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  account = await startCommand();
  ({ env } = account);
});
afterAll(() => account.stop());

test("the packed files have neither tests nor tools for a deployment", () => {
  expect(readdirSync(installed).sort()).toEqual([
    "LICENSE",
    "OPERATIONS.md",
    "README.md",
    "account",
    "account-options.ts",
    "account.ts",
    "command.ts",
    "console",
    "examples",
    "index.cjs",
    "index.d.ts",
    "llms.txt",
    "local-aws-account.cjs",
    "package.json",
    "serve.ts",
    "terminal",
  ]);
});

test("its command prints the version and its options, and refuses others with exit code 2", async () => {
  const command = join(installed, "local-aws-account.cjs");
  const version = await run(process.execPath, [command, "--version"]);
  expect(version.stdout).toBe(`${JSON.parse(readFileSync(join(installed, "package.json"), "utf8")).version}\n`);
  expect((await run(process.execPath, [command, "--help"])).stdout).toMatch(
    /^ {2}--port <number> .*\(default: 4566\)$/m,
  );
  await expect(run(process.execPath, [command, "--port", "many"])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--port many: Give a whole number from 0 to 65535."),
  });
  await expect(run(process.execPath, [command, "--only", "personalize"], { env: {} })).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^--only personalize needs an S3 .* AWS_ENDPOINT_URL .* Neither is set\.$/m),
  });
  await expect(run(process.execPath, [command, "--prot", "1"])).rejects.toMatchObject({ code: 2 });
});

test("its account serves a page for people, with this repository out of reach", async () => {
  const { AWS_ENDPOINT_URL = "" } = env;
  const page = await (await fetch(AWS_ENDPOINT_URL, { headers: { accept: "text/html" } })).text();
  const [, script = ""] = /<script [^>]*src="([^"]+)"/.exec(page) ?? [];
  const answer = await fetch(new URL(script, AWS_ENDPOINT_URL));
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, expect.stringContaining("javascript")]);
});

test("the AWS CLI uses it", needsCli, async () => {
  await run("aws", ["s3", "mb", "s3://pets"], { env });
  expect((await run("aws", ["s3", "ls"], { env })).stdout).toMatch(/ pets\n$/);
});

test("AWS's tutorial for boto3 does not wait, and comes to its recommendations", needsBoto3, async () => {
  const program = join(local, "tests/package/getting_started.py");
  const instant = await startCommand("--instant");
  const options = { cwd: folder, env: instant.env };
  const { stdout } = await run("python3", [program], options).finally(instant.stop);
  const lines = stdout.trim().split("\n");
  expect(lines.filter((line) => /^(import|version):/.test(line))).toEqual(["import: ACTIVE", "version: ACTIVE"]);
  expect(new Set(JSON.parse(lines.at(-1) ?? "")).size).toBe(10);
});

describe("the examples for Python", needsBoto3, () => {
  const python = (example: string, cwd = folder) =>
    run("python3", [join(installed, "examples", example)], {
      cwd,
      env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: folder },
    });

  test("the fixture gives boto3 an account, which ends with it", async () => {
    expect((await python("account_fixture.py")).stdout).toBe("['pets']\n");
    const elsewhere = await python("account_fixture.py", tmpdir());
    expect(elsewhere.stdout).toBe("['pets']\n");
  });

  test("a model recommends to visitors what they look at", async () => {
    const { stdout } = await python("train_and_recommend.py");
    expect(stdout).toMatch(/^user-0 \['cat-\d', 'cat-\d', 'cat-\d'\]\nuser-1 \['dog-\d', 'dog-\d', 'dog-\d'\]\n$/);
  });
});

test("variables of the services send only Personalize here", async () => {
  const { AWS_ENDPOINT_URL, ...others } = env;
  const seen: string[] = [];
  const other = await serve(({ url = "" }, response) => {
    seen.push(url);
    response.end("<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>");
  });
  const program = join(folder, "two-accounts.mjs");
  writeFileSync(
    program,
    `import { ListSolutionsCommand, PersonalizeClient } from "@aws-sdk/client-personalize";
       import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
       const { solutions } = await new PersonalizeClient({}).send(new ListSolutionsCommand({}));
       const { Buckets } = await new S3Client({}).send(new ListBucketsCommand({}));
       console.log(solutions.length, Buckets.length);`,
  );
  const { stdout } = await run(process.execPath, [program], {
    env: {
      ...others,
      AWS_ENDPOINT_URL: other.origin,
      AWS_ENDPOINT_URL_PERSONALIZE: AWS_ENDPOINT_URL,
      AWS_ENDPOINT_URL_PERSONALIZE_EVENTS: AWS_ENDPOINT_URL,
      AWS_ENDPOINT_URL_PERSONALIZE_RUNTIME: AWS_ENDPOINT_URL,
    },
  });
  expect(stdout).toBe("0 0\n");
  expect(seen).toHaveLength(1);
  other.close();
});

const copyOf = (example: string) => {
  const file = join(folder, example);
  writeFileSync(file, readFileSync(join(installed, "examples", example)));
  return file;
};

test("the example for node:test passes", async () => {
  const { stdout } = await run(process.execPath, ["--test", copyOf("account.test.mjs")], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder },
  });
  expect(stdout).toMatch(/pass 1\n/);
});

test("the examples for Vitest pass", async () => {
  copyOf("account.vitest.test.mjs");
  copyOf("train-and-recommend.vitest.test.mjs");
  const { stdout } = await run(
    process.execPath,
    [join(folder, "node_modules/vitest/vitest.mjs"), "run", "--root", folder, "--dir", folder, "vitest.test"],
    { cwd: folder, env: { PATH: process.env.PATH, HOME: folder, NO_COLOR: "1" } },
  );
  expect(stdout).toMatch(/Tests +2 passed/);
});

test("its types are those of the account", () => {
  const typed: typeof startAccount = startFromSource;
  const close = (account: Account) => account.close();
  expect([typed, close]).toHaveLength(2);
});
