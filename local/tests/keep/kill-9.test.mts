import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, test } from "vitest";
import { buildScript } from "./build-script.mts";

// killed.test.mts ends a save at each of its calls; here the system does it, and so does the lock of a real process.
const kills = 12;

const root = mkdtempSync(join(tmpdir(), "kill-9-"));
const script = buildScript("kill-process");
afterAll(() => {
  for (const folder of [root, dirname(script)]) rmSync(folder, { recursive: true, force: true });
});

test(`${kills} times kill -9 around saves lose nothing that was saved, and leave no lock`, async () => {
  const folder = join(root, "folder");
  let saved = 0;
  for (let round = 0; round < kills; round++) {
    const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
    const lines: string[] = [];
    // Somewhere between two saves, or within one: after another number of lines and of turns each time.
    let rest = 1 + (round % 4);
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (--rest > 0) continue;
      for (let turn = 0; turn < (round * 37) % 101; turn++) await new Promise(setImmediate);
      child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    const [found = "", ...others] = lines;
    expect(found).toMatch(/^found \d+$/);
    expect(Number(found.slice(6))).toBeGreaterThanOrEqual(saved);
    saved = Number((others.at(-1) ?? found).slice(6));
  }
  expect(saved).toBeGreaterThan(kills / 2);
});
