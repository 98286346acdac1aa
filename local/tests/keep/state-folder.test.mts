import { spawnSync } from "node:child_process";
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Content } from "../../account/content/content.ts";
import { stateVersion } from "../../account/keep/state-file.ts";
import { thisProcess } from "../../account/keep/this-process.ts";
import { createFaultyDisk } from "./faulty-disk.mts";
import { clock, header, inFolder } from "./opened-folder.mts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "state-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The process of an account that was killed. */
const ended = { ...thisProcess(), pid: spawnSync(process.execPath, ["-e", ""]).pid ?? 0 };

const contents = () => readdirSync(join(folder, "contents"));
/** The names of the parts' files in the last state. */
const partFiles = (): Record<string, string> => {
  const { parts } = JSON.parse(readFileSync(join(folder, "state"), "utf8").split("\n")[1] ?? "");
  return Object.fromEntries(parts.map(({ name, file }: { name: string; file: string }) => [name, file]));
};
const edit = (path: string, change: (bytes: Buffer) => Buffer) => writeFileSync(path, change(readFileSync(path)));
const flip = (bytes: Buffer) => {
  bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
  return bytes;
};

test("an empty folder has no state; what was written is read by the next account", async () => {
  expect(await inFolder(folder, ({ read }) => read())).toBeUndefined();
  await inFolder(folder, ({ save }) => save(new Map([["a", { arn: "arn:a" }]])));
  expect(await inFolder(folder, (opened) => opened.folder.read())).toEqual({
    header: { ...header, resources: 1 },
    clock,
    parts: new Map([["value", new Map([["a", { arn: "arn:a" }]])]]),
  });
});

test("the folder and all files in it are for their owner only", async () => {
  const created = join(folder, "a", "new-one");
  await inFolder(created, async ({ save }) => {
    await save(Content.of(Buffer.alloc(50_000)));
    await save([]);
    const paths = readdirSync(created, { recursive: true, encoding: "utf8" });
    expect(paths).toEqual(expect.arrayContaining(["state", "state.previous", "lock", "contents"]));
    for (const path of ["", ...paths]) expect([path, lstatSync(join(created, path)).mode & 0o077]).toEqual([path, 0]);
  });
});

test.each([
  [stateVersion + 1, "Update this checkout"],
  // As the first version was written: without a hash, and with other bytes after the first line.
  [1, "Use the checkout that wrote it"],
])("the state of version %i is refused in one line that says what to do", async (version, remedy) => {
  const file = join(folder, "state");
  const kind = "state of a local AWS account";
  writeFileSync(file, `${JSON.stringify({ kind, version, ...header, resources: 1, node: "24" })}\n\xff\x0f`, "latin1");
  if (version > 1) {
    await inFolder(folder, ({ save }) => save([]));
    const { createHash } = await import("node:crypto");
    const text = `${JSON.stringify({ kind, version, ...header, resources: 1 })}\n{}\n`;
    writeFileSync(file, `${text}${createHash("sha256").update(text).digest("hex")}\n`);
  }
  await expect(inFolder(folder, ({ read }) => read())).rejects.toThrow(
    `${file} has state of version ${version}; this account reads version ${stateVersion}. ` +
      `${remedy}, or choose another folder with --keep to begin empty.`,
  );
});

test.each([
  ["has something else", () => Buffer.from("something else\n")],
  ["was cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length - 20)],
  ["has a flipped bit", flip],
])("a state that %s is refused if it is the only one, else the one before it is used", async (_what, damage) => {
  const file = join(folder, "state");
  await inFolder(folder, ({ save }) => save("first"));
  edit(file, damage);
  await expect(inFolder(folder, ({ read }) => read())).rejects.toThrow(
    /state is damaged: .*\. Choose another folder with --keep to begin empty\.$/,
  );
  unlinkSync(file);
  await inFolder(folder, async ({ save }) => {
    await save("first");
    await save("second");
  });
  edit(file, damage);
  await inFolder(folder, async (opened) => {
    const found = await opened.folder.read();
    expect(found?.parts.get("value")).toBe("first");
    expect(found?.damage).toMatch(/^.*state is damaged: .*\.$/);
    await opened.save("third");
  });
  // The damaged state did not replace the good one before it.
  unlinkSync(file);
  expect(await inFolder(folder, ({ read }) => read())).toBe("first");
});

test.each(["the part of a state", "a large content"])("a flipped bit in %s is found", async (what) => {
  const large = Content.of(Buffer.alloc(50_000, "content"));
  await inFolder(folder, async ({ save }) => {
    await save(["first"]);
    await save([large]);
  });
  const { value = "" } = partFiles();
  const damaged =
    what === "a large content"
      ? contents().find((name) => statSync(join(folder, "contents", name)).size === 50_000)
      : value;
  edit(join(folder, "contents", damaged ?? ""), flip);
  await inFolder(folder, async (opened) => {
    const found = await opened.folder.read();
    expect(found?.damage).toContain(`contents/${damaged} was changed`);
    expect(found?.parts.get("value")).toEqual(["first"]);
  });
});

test("an error of the disk is no damage: the state before it is not used", async () => {
  await inFolder(folder, async ({ save }) => {
    await save("first");
    await save("second");
  });
  for (let at = 1; ; at++) {
    const faulty = createFaultyDisk("EIO", at);
    const found = await inFolder(folder, ({ read }) => read(), { disk: faulty.disk, me: ended }).catch(
      (error) => error,
    );
    if (faulty.calls < at) break;
    if (found !== "second") expect(String(found)).toContain("EIO");
  }
  expect(await inFolder(folder, ({ read }) => read())).toBe("second");
});

test("a value that cannot be kept leaves the last good state", async () => {
  await inFolder(folder, async ({ save }) => {
    await save(["good"]);
    expect(() => save([() => "bad"])).toThrow("cannot be kept");
  });
  expect(await inFolder(folder, ({ read }) => read())).toEqual(["good"]);
});

test("only the parts that have changed are written", async () => {
  const state = { large: ["x".repeat(100_000)], other: [1] };
  await inFolder(folder, async ({ saveParts }) => {
    await saveParts(state);
    const { large = "" } = partFiles();
    const before = statSync(join(folder, "contents", large));
    state.other.push(2);
    await saveParts(state);
    expect(partFiles().large).toBe(large);
    expect(statSync(join(folder, "contents", large))).toEqual(before);
  });
  expect(await inFolder(folder, async (opened) => (await opened.folder.read())?.parts)).toEqual(
    new Map<string, unknown>(Object.entries(state)),
  );
});

test("an object that two parts have in common stays one when only one of them is written again", async () => {
  const shared = { name: "shared" };
  const state = { first: { before: [] as unknown[], shared }, second: { shared, count: 1 } };
  await inFolder(folder, async ({ saveParts }) => {
    await saveParts(state);
    // The object gets another number in the first part.
    state.first = { before: [{}], shared };
    await saveParts(state);
  });
  const parts = await inFolder(folder, async (opened) => (await opened.folder.read())?.parts);
  const { first, second } = Object.fromEntries(parts ?? []) as typeof state;
  expect(second.shared).toBe(first.shared);
  expect(second.shared).toEqual(shared);
});

test("a long content is one file, which is read from there and goes when nothing refers to it any more", async () => {
  const bytes = Buffer.alloc(50_000, "content");
  const large = () => contents().filter((name) => statSync(join(folder, "contents", name)).size === bytes.length);
  await inFolder(folder, ({ save }) => save([Content.of(bytes), Content.of(Buffer.from(bytes))]));
  expect(large()).toHaveLength(1);
  await inFolder(folder, async ({ read, save }) => {
    const kept = ((await read()) as Content[])[0];
    expect(kept?.bytes()).toEqual(bytes);
    await save([]);
    // It may be on its way to a client.
    expect(kept?.bytes()).toEqual(bytes);
    await save([1]);
  });
  expect(large()).toEqual([]);
});

test("a part of a kept content stays when the whole goes", async () => {
  const bytes = Buffer.alloc(50_000, "content");
  await inFolder(folder, ({ save }) => save([Content.of(bytes)]));
  await inFolder(folder, async ({ read, save }) => {
    const kept = ((await read()) as Content[])[0];
    const parts = [kept?.slice(0, 20_000), kept?.slice(20_000, 20_010)];
    for (let count = 0; count < 3; count++) await save([count, ...parts]);
    expect(parts.map((part) => part?.bytes())).toEqual([bytes.subarray(0, 20_000), bytes.subarray(20_000, 20_010)]);
  });
});
