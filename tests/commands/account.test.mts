import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { KinesisClient, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { afterEach, expect, test } from "vitest";
import { readLine } from "../../local/tests/support/read-line.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

const account = (pattern: RegExp, ...args: string[]) => runAccount(pattern, args);

/**
 * Runs `recommender account` until it prints a line that `pattern` matches; `lines` grow until it
 * ends.
 */
async function runAccount(pattern: RegExp, args: readonly string[], nodeOptions = "") {
  const command = [join(root, "cli/recommender.cjs"), "account", "--port", "0", ...args];
  const child = spawn(process.execPath, command, { env: { ...process.env, NODE_OPTIONS: nodeOptions } });
  started.push(child);
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  const [, origin = ""] = pattern.exec(await readLine(child, pattern)) ?? [];
  /** Sends a request, then Ctrl-C, and waits for the end. */
  const useAndStop = async () => {
    const credentials = { accessKeyId: "000000000000", secretAccessKey: "local" };
    const client = new KinesisClient({ endpoint: origin, region: "eu-west-1", credentials });
    await client.send(new ListStreamsCommand({}));
    child.kill("SIGINT");
    const [code] = await once(child, "close");
    return { code, lines };
  };
  return { origin, lines, useAndStop };
}

test("the account prints lines to paste, each request that is asked for with its time, and what Ctrl-C does", async () => {
  const { origin, useAndStop } = await account(/export AWS_ENDPOINT_URL=(\S+)/, "--reads");
  const { code, lines } = await useAndStop();
  expect(code).toBe(0);
  expect(lines).toContain(`  export AWS_ENDPOINT_URL=${origin}`);
  expect(
    lines.filter((line) => /^\d\d:\d\d:\d\d UTC {2}kinesis ListStreams 200 \d+ ms, owner$/.test(line)),
  ).toHaveLength(1);
  expect(lines.at(-1)).toBe("Stopping the account. Its state is not kept; the next one starts empty.");
});

test("--quiet prints no request", async () => {
  const { useAndStop } = await account(/export AWS_ENDPOINT_URL=(\S+)/, "--quiet");
  const { lines } = await useAndStop();
  expect(lines.filter((line) => line.startsWith("kinesis"))).toEqual([]);
});

test("--json prints the address and the environment on one line, and nothing else", async () => {
  const { origin, useAndStop } = await account(/"origin":"([^"]+)"/, "--json");
  const { lines } = await useAndStop();
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
  const { useAndStop } = await runAccount(
    /"origin":"([^"]+)"/,
    ["--json"],
    `--import "data:text/javascript,${atExit}"`,
  );
  const { lines } = await useAndStop();
  expect(lines.at(-1)).toBe("extensible false");
});
