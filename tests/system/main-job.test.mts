import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { runCommandLine } from "../support/command-line.ts";
import { expectReadable } from "./readable.mts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "main-job-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (...args: string[]) => runCommandLine(["start", ...args]);

const upstream = (name: string) => join(root, "tests/fixtures/upstream-seed", name);
const seed = (name: string) => join(root, "seed", name);

test("the main job deploys the program, walks all ten steps of the tour and ends with 0", async () => {
  const { code, printed } = await start("--exit", "--port", "0");
  expect(printed).not.toContain("This step failed");
  expect(code).toBe(0);
  for (let step = 1; step <= 10; step++) expect(printed).toMatch(new RegExp(`^${step}\\. `, "m"));
  expect(printed).toMatch(/^ {4}\d+ resources of \d+ types were deployed/m);
  expect(printed).toContain("45557 interactions imported; 45557 are left without duplicates,");
  expect(printed).toMatch(/most popular items on the same visitors: NDCG at 10 0\.\d{4}/);
  expect(printed).toContain("Reason: record: is not JSON");
  expect(printed).toMatch(/\d+ events of 400 invented visitors arrived\./);
  const [, serving, next] = /recommendation, NDCG at 5: serving version (\S+), new version (\S+)/.exec(printed) ?? [];
  expect(Number(next)).toBeGreaterThan(0.01);
  expect(next).not.toBe(serving);
  expect(printed).toMatch(/^ {6}Promoted: it is (better|worse) by 0\.\d+/m);
  expectReadable(printed);
});

test("the original sample's own data, without event types, can be brought along; then it serves until Ctrl-C", async () => {
  const data = ["--interactions", upstream("interactions.csv"), "--items", upstream("items.csv")];
  const { code, printed } = await startUntilServing("--port", "0", ...data);
  expect(printed).toContain("4602 interactions imported; 3717 are left without duplicates,");
  expect(printed).not.toContain("This step failed");
  expect(code).toBe(0);
});

/** Starts it without `--exit`, and sends Ctrl-C when it serves. */
async function startUntilServing(...args: string[]): Promise<{ code: number; printed: string }> {
  const command = [join(root, "cli/recommender.cjs"), "start", ...args];
  const child = spawn(process.execPath, command, { env: { ...process.env, NODE_OPTIONS: "" } });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      printed += text;
      if (printed.includes("Stop it with Ctrl-C.") && !child.killed) child.kill("SIGINT");
    });
  }
  const [code] = await once(child, "close");
  return { code, printed };
}

/** The seed with one invalid row; line 1 is the header. */
function spoiled(line: number, row: string): string {
  const path = join(folder, `line-${line}.csv`);
  const rows = readFileSync(seed("interactions.csv"), "utf8").split("\n");
  rows[line - 1] = row;
  writeFileSync(path, rows.join("\n"));
  return path;
}

test("a wrong value in one row is refused before the account starts, with the file, the line and the option", async () => {
  const path = spoiled(731, "10042,2-Beagle-2-3,yesterday,DetailView");
  const { code, printed } = await start("--exit", "--port", "0", "--interactions", path);
  expect(code).toBe(1);
  expect(printed).toContain(`--interactions: ${path}, line 731: TIMESTAMP "yesterday" must be`);
});

test("too few interactions end the deployment with the number found", async () => {
  const path = join(folder, "few.csv");
  writeFileSync(path, readFileSync(seed("interactions.csv"), "utf8").split("\n").slice(0, 500).join("\n"));
  const { code, printed } = await start("--exit", "--port", "0", "--interactions", path);
  expect(code).toBe(1);
  expect(printed).toMatch(/1[,.]?000/);
  expect(printed).toContain("499");
});

test("a port in use is one line that says so and how to choose another", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as { port: number };
  const { code, printed } = await start("--exit", "--port", String(port));
  other.close();
  expect(code).toBe(1);
  expect(printed).toBe(`Port ${port} is in use. Choose another: npm start -- --port ${port + 1}\n`);
});
