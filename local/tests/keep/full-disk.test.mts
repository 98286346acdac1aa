import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Content } from "../../account/content/content.ts";
import { createSmallDisk, sizeOf } from "./faulty-disk.mts";
import { inFolder } from "./opened-folder.mts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "full-disk-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const unlimited = Number.POSITIVE_INFINITY;
const content = (text: string) => Content.of(Buffer.alloc(100_000, text));
const noSpace =
  `There is no space left for the account's state in %. Free some space there (du -sh '%'). ` +
  "What was saved before is still there.";

test("without space, a save says where, leaves the last state and no temporary file, and the next one succeeds", async () => {
  const room = { bytes: unlimited };
  const disk = createSmallDisk(folder, room);
  await inFolder(
    folder,
    async ({ save, read }) => {
      await save([content("first")]);
      const [first] = (await read()) as Content[];
      room.bytes = sizeOf(folder) + 50_000;
      // A part of a kept content gets a file before the space ends.
      const part = first?.slice(0, 30_000);
      await expect(save([part, content("second")])).rejects.toThrow(noSpace.replaceAll("%", folder));
      expect(readdirSync(join(folder, "contents")).filter((name) => name.startsWith("new-"))).toEqual([]);
      expect(String(((await read()) as Content[])[0])).toContain("firstfirst");
      expect(part?.toString().length).toBe(30_000);
      room.bytes = unlimited;
      await save([part, content("second")]);
      await save([part, content("third")]);
      expect(part?.toString().length).toBe(30_000);
    },
    { disk },
  );
  const [part, third] = (await inFolder(folder, ({ read }) => read())) as Content[];
  expect([part?.size, third?.toString().slice(0, 5)]).toEqual([30_000, "third"]);
});

test("without space, what only the state before the last one needs is deleted first", async () => {
  const room = { bytes: unlimited };
  const disk = createSmallDisk(folder, room);
  await inFolder(
    folder,
    async ({ save }) => {
      await save([content("first")]);
      await save(["second"]);
      room.bytes = sizeOf(folder) + 50_000;
      await save([content("third")]);
      expect(existsSync(join(folder, "state.previous"))).toBe(true);
    },
    { disk },
  );
  expect(await inFolder(folder, async ({ read }) => ((await read()) as Content[])[0]?.toString().slice(0, 5))).toBe(
    "third",
  );
  rmSync(join(folder, "state"));
  expect(await inFolder(folder, ({ read }) => read())).toEqual(["second"]);
});
