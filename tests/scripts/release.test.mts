// The commands of the release workflow on a copy of the repository, with npm's `--dry-run`: npm
// packs and checks what it would publish, and sends nothing.
import { execFile } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { listFiles, root } from "../support/listed-files.mts";
import { createFolder } from "../support/temporary-folder.mts";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly publishConfig: object;
  readonly repository: object;
}

const { jobs } = parse(readFileSync(join(root, ".github/workflows/release.yml"), "utf8")) as {
  jobs: { publish: { strategy: { matrix: { package: string[] } }; steps: { run?: string }[] } };
};
const commands = jobs.publish.steps.flatMap(({ run = [] }) => run);
const packages = jobs.publish.strategy.matrix.package;

const folder = createFolder();
const manifestOf = (name: string): Manifest => JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8"));

/** A registry without any package, which notes what it is asked. */
const asked: string[] = [];
const registry = createServer(({ method = "", url = "" }, response) => {
  asked.push(`${method} ${url}`);
  response.writeHead(404, { "content-type": "application/json" }).end("{}");
});

beforeAll(async () => {
  for (const file of listFiles(".npmrc", "package.json", "*/package.json", ...packages)) {
    cpSync(join(root, file), join(folder, file));
  }
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
});
afterAll(() => registry.close());

/** Runs the job's commands for a package and a tag. Returns what the last one printed. */
async function release(name: string, tag: string): Promise<string> {
  let printed = "";
  for (const command of commands) {
    const { stdout } = await promisify(execFile)("bash", ["-e", "-c", command], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        GITHUB_REPOSITORY: "octo-org/octo-repo",
        GITHUB_REF_NAME: tag,
        PACKAGE: name,
        npm_config_dry_run: "true",
        npm_config_registry: `http://127.0.0.1:${(registry.address() as AddressInfo).port}`,
      },
    });
    printed = stdout;
  }
  return printed;
}

test.each(packages)("a tag with the version publishes %s, for everybody and with its repository", async (name) => {
  const { version, name: published } = manifestOf(name);
  const printed = await release(name, `v${version}`);
  expect(printed).toBe(`+ ${published}@${version}\n`);
  expect(asked).toContain(`GET /${published}`);
  expect(asked.filter((request) => !request.startsWith("GET "))).toEqual([]);
  expect(manifestOf(name)).toMatchObject({
    license: "MIT-0",
    publishConfig: { access: "public", provenance: true },
    repository: { url: "git+https://github.com/octo-org/octo-repo.git" },
  });
});

test("a tag that is not the version publishes nothing, and says what to do", async () => {
  await expect(release("contract", "v9.9.9")).rejects.toMatchObject({
    stdout: expect.stringMatching(
      /^The tag is v9\.9\.9, and the version of contract is \d+\.\d+\.\d+\. Tag the commit/,
    ),
  });
});
