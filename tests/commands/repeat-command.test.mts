// A command that the user is told to run again has the options that the user gave.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommandLine } from "../support/command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "repeat-"));
const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
let other: Server;
let port = 0;
beforeAll(async () => {
  other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  ({ port } = other.address() as { port: number });
});
afterAll(() => {
  other.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ["start", "npm start", "--watch"],
  ["account", "npm run account", "--speed 60"],
])("`%s` on a port in use suggests the same command on another one", async (name, script, given) => {
  const { code, err } = await runCommandLine([name, ...given.split(" "), "--port", String(port)]);
  expect(code).toBe(1);
  expect(err).toContain(`Port ${port} is in use. Choose another: ${script} -- --port ${port + 1} ${given}\n`);
});

test("`start` with a file that cannot be read suggests another one, with the other files", async () => {
  const items = file("items.csv", "ITEM_ID\npan\n");
  const { code, err } = await runCommandLine(["start", "--items", items, "--interactions", join(folder, "none.csv")]);
  expect(code).toBe(1);
  expect(err).toContain(`npm start -- --interactions <file> --items ${items}\n`);
});
