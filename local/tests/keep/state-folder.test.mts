import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Content } from "../../account/endpoint/content.ts";
import { openStateFolder, stateVersion } from "../../account/keep/state-folder.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "state-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const header = { id: "an-id", saved: "2026-03-01T00:00:00.000Z", resources: 3 };
const since = "2026-03-01T00:00:00.000Z";
const inFolder = <T,>(use: (state: ReturnType<typeof openStateFolder>) => T): T => {
  const state = openStateFolder(folder, since);
  try {
    return use(state);
  } finally {
    state.release();
  }
};

test("an empty folder has no state; what was written is read by the next account", () => {
  expect(inFolder((state) => state.read())).toBeUndefined();
  inFolder((state) => state.write(new Map([["a", 1]]), () => header));
  expect(inFolder((state) => state.read())).toMatchObject({ header, content: new Map([["a", 1]]) });
});

test("the state of a newer version is refused in one line that says what to do", () => {
  inFolder((state) => state.write([], () => header));
  const file = join(folder, "state");
  const newer = stateVersion + 1;
  const text = readFileSync(file, "latin1").replace(`"version":${stateVersion}`, `"version":${newer}`);
  writeFileSync(file, text, "latin1");
  expect(() => inFolder((state) => state.read())).toThrow(
    `${file} has state of version ${newer}; this account reads version ${stateVersion}. ` +
      "Update this checkout, or choose another folder with --keep to begin empty.",
  );
});

test.each([
  ["no state of an account", "something else\n"],
  ["a state that was cut off", undefined],
])("%s is refused", (_what, text) => {
  inFolder((state) => state.write(["x".repeat(1000)], () => header));
  const file = join(folder, "state");
  const content = readFileSync(file);
  writeFileSync(file, text ?? content.subarray(0, content.length - 500));
  expect(() => inFolder((state) => state.read())).toThrow(/Choose another folder with --keep/);
});

test("a value that cannot be kept leaves the last good state", () => {
  inFolder((state) => {
    state.write(["good"], () => header);
    expect(() => state.write([() => "bad"], () => header)).toThrow("cannot be kept");
  });
  expect(inFolder((state) => state.read()?.content)).toEqual(["good"]);
});

test("a process that ended while it wrote leaves the last good state", () => {
  inFolder((state) => state.write(["good"], () => header));
  writeFileSync(join(folder, "state.new"), "half of a st");
  expect(inFolder((state) => state.read()?.content)).toEqual(["good"]);
});

test("a second account is refused, and the message names the process that has the folder", () => {
  const first = openStateFolder(folder, since);
  expect(() => openStateFolder(folder, since)).toThrow(
    `Process ${process.pid} on ${hostname()} has used ${folder} since ${since}, and a folder belongs to one account at a ` +
      "time. Stop that account, or choose another folder with --keep.",
  );
  first.release();
  inFolder((state) => expect(state.read()).toBeUndefined());
});

test("the lock of a process that was killed does not stay", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  writeFileSync(join(folder, "lock"), JSON.stringify({ pid: child.pid, host: hostname(), since }));
  inFolder((state) => expect(state.read()).toBeUndefined());
});

test("a long content is one file, which is read from there and goes when nothing refers to it any more", () => {
  const contents = () => readdirSync(join(folder, "contents"));
  const bytes = Buffer.alloc(50_000, "content");
  inFolder((state) => state.write([Content.of(bytes), Content.of(Buffer.from(bytes))], () => header));
  expect(contents()).toHaveLength(1);
  inFolder((state) => {
    const kept = (state.read()?.content as Content[] | undefined)?.[0];
    expect(kept?.bytes()).toEqual(bytes);
    state.write([], () => header);
    // It may be on its way to a client.
    expect(kept?.bytes()).toEqual(bytes);
    state.write([], () => header);
  });
  expect(contents()).toEqual([]);
});

test("a part of a kept content stays when the whole goes", () => {
  const bytes = Buffer.alloc(50_000, "content");
  inFolder((state) => state.write([Content.of(bytes)], () => header));
  inFolder((state) => {
    const kept = (state.read()?.content as Content[] | undefined)?.[0];
    const parts = [kept?.slice(0, 20_000), kept?.slice(20_000, 20_010)];
    for (let save = 0; save < 3; save++) state.write(parts, () => header);
    expect(parts.map((part) => part?.bytes())).toEqual([bytes.subarray(0, 20_000), bytes.subarray(20_000, 20_010)]);
  });
});
