// However an account was started, it ends when its starter has ended.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { endWithThisProcess } from "../../local/account/processes/cleaner.ts";
import { endGroup, ownGroup } from "../../local/account/processes/group.ts";
import { isStartedByNpm } from "../../local/terminal/starter.ts";
import { eventually } from "../../local/tests/support/eventually.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const started: ChildProcess[] = [];
afterEach(() => {
  for (const { pid } of started.splice(0)) endGroup(pid);
});

/** Runs a command line until its account listens; returns the process and the account's address. */
async function run(command: string, stdin: "pipe" | "ignore" = "ignore") {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));
  const path = `${root}node_modules/.bin:${process.env.PATH}`;
  const child = spawn("sh", ["-c", `exec ${command}`], {
    ...ownGroup,
    cwd: root,
    env: { ...env, PATH: path },
    stdio: [stdin, "pipe", "inherit"],
  });
  started.push(child);
  if (child.pid !== undefined) endWithThisProcess(child.pid);
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (origin !== undefined) return { child, origin };
  }
  throw new Error(`${command} ended without an address.`);
}

const isUp = (origin: string) =>
  fetch(`${origin}/_local/health`).then(
    ({ ok }) => ok,
    () => false,
  );
const toEnd = (origin: string) =>
  eventually(async () => ((await isUp(origin)) ? undefined : true), `The account on ${origin} still runs.`);

test.each([
  "npx local-aws-account --port 0",
  "npx recommender account --port 0",
  "npm run account -- --port 0",
  "npm start -- --port 0",
])("SIGTERM to `%s` ends the account", async (command) => {
  const { child, origin } = await run(command);
  child.kill("SIGTERM");
  await toEnd(origin);
});

const direct = "node local/local-aws-account.cjs --port 0";

test("the end of the starter, which has the other end of its standard input, ends the account", async () => {
  const { child, origin } = await run(direct, "pipe");
  child.stdin?.end();
  await toEnd(origin);
});

test.each([
  ["in the background of a shell that has ended", `sh -c '${direct} &'`],
  ["of nohup", `sh -c 'nohup ${direct} &'`],
  ["without an input", `${direct} </dev/null`],
  ["with an input that was closed at once", `sh -c 'true | ${direct}'`],
])("an account %s goes on", async (_how, command) => {
  const { child, origin } = await run(command);
  if (command.includes("&")) await eventually(() => child.exitCode ?? undefined, "The shell has not ended.");
  expect(await isUp(origin)).toBe(true);
});

describe("the parent is npm's shell for this command alone", () => {
  test.each([
    ["local-aws-account --port 4566", true],
    ["'local-aws-account'", true],
    ['"local-aws-account" --json', true],
    ["local-aws-account --port 4566 & wait-on tcp:4566", false],
    ["local-aws-account --port 4566 &", false],
    ["local-aws-account>log& vitest", false],
    ["vitest run", false],
    [undefined, false],
  ])("with the script %s: %s", (npm_lifecycle_script, expected) => {
    const environment = npm_lifecycle_script === undefined ? {} : { npm_lifecycle_script };
    expect(isStartedByNpm(environment, "/modules/.bin/local-aws-account")).toBe(expected);
    expect(isStartedByNpm(environment, "/modules/local-aws-account/local-aws-account.cjs")).toBe(expected);
  });
});
