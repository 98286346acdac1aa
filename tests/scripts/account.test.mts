import type { ChildProcess } from "node:child_process";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { afterEach, expect, test } from "vitest";
import { sdk } from "../../local/tests/support/aws.ts";
import { readLine } from "../../local/tests/support/read-line.ts";
import { startCommandLine } from "../support/command-line.ts";

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** Runs `recommender account`, sends a request, then Ctrl-C, and waits for the end. */
async function runAccount(pattern: RegExp, args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const { child, ended } = startCommandLine(["account", "--port", "0", ...args], variables);
  started.push(child);
  const [, origin = ""] = pattern.exec(await readLine(child, pattern)) ?? [];
  const owner = { accessKeyId: "000000000000", secretAccessKey: "local" };
  await new Kinesis(sdk({ origin }, owner)).listStreams({});
  child.kill("SIGINT");
  const { code, out } = await ended;
  return { origin, code, lines: out.trimEnd().split("\n") };
}
const address = /export AWS_ENDPOINT_URL=(\S+)/;
const inJson = /"origin":"([^"]+)"/;

test("the account prints lines to paste, each request that is asked for with its time, and what Ctrl-C does", async () => {
  const { origin, code, lines } = await runAccount(address, ["--reads"]);
  expect(code).toBe(0);
  expect(lines).toContain(`  export AWS_ENDPOINT_URL=${origin}`);
  expect(
    lines.filter((line) => /^\d\d:\d\d:\d\d UTC {2}kinesis ListStreams 200 \d+ ms, owner$/.test(line)),
  ).toHaveLength(1);
  expect(lines.at(-1)).toBe("Stopping the account. Its state is not kept; the next one starts empty.");
});

test("--quiet prints no request", async () => {
  const { lines } = await runAccount(address, ["--reads", "--quiet"]);
  expect(lines.filter((line) => line.includes("kinesis"))).toEqual([]);
});

test("--json prints the address and the environment on one line, and nothing else", async () => {
  const { origin, lines } = await runAccount(inJson, ["--json"]);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      origin,
      speed: 300,
      environment: {
        AWS_ENDPOINT_URL: origin,
        AWS_REGION: "eu-west-1",
        AWS_DEFAULT_REGION: "eu-west-1",
        AWS_ACCESS_KEY_ID: "000000000000",
        AWS_SECRET_ACCESS_KEY: "local",
      },
    },
  ]);
});

test("no document can add to what all objects of the process inherit", async () => {
  const atExit = "process.on('exit',()=>console.log('extensible',Object.isExtensible(Object.prototype)))";
  const { lines } = await runAccount(inJson, ["--json"], {
    NODE_OPTIONS: `--import "data:text/javascript,${atExit}"`,
  });
  expect(lines.at(-1)).toBe("extensible false");
});
