import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommandLine } from "../support/command-line.ts";
import { root } from "../support/listed-files.mts";
import { createFiles } from "../support/temporary-folder.mts";
import { expectReadable } from "./readable.mts";

const { file } = createFiles();
const start = (...args: string[]) => runCommandLine(["start", ...args]);

const seed = readFileSync(join(root, "seed/interactions.csv"), "utf8").split("\n");

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

test("a wrong value in one row is refused before the account starts, with the file, the line and the option", async () => {
  // Line 1 is the header.
  const path = file("spoiled.csv", ...seed.with(730, "10042,2-Beagle-2-3,yesterday,DetailView"));
  const { code, printed } = await start("--exit", "--port", "0", "--interactions", path);
  expect(code).toBe(1);
  expect(printed).toContain(`--interactions: ${path}, line 731: TIMESTAMP "yesterday" must be`);
});

test("too few interactions are refused before the account starts, with the number found and the option", async () => {
  const path = file("few.csv", ...seed.slice(0, 500));
  const { code, printed } = await start("--exit", "--port", "0", "--interactions", path);
  expect(code).toBe(1);
  expect(printed).toMatch(/^--interactions: .*few\.csv .*499.*1,000/);
  expect(printed).not.toContain("Deploying");
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
