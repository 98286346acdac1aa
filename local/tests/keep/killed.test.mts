// A fault at each call that a start or a save makes to the file system, one after the other, and what the next start finds.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Content } from "../../account/content/content.ts";
import type { Disk } from "../../account/keep/disk.ts";
import { thisProcess } from "../../account/keep/this-process.ts";
import { createFaultyDisk, type DiskFault } from "./faulty-disk.mts";
import { inFolder, type OpenedFolder } from "./opened-folder.mts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "killed-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** The process of an account that was killed. */
const { pid: ended = 0 } = spawnSync(process.execPath, ["-e", ""]);
const victim = { ...thisProcess(), pid: ended };

const large = (text: string) => Content.of(Buffer.alloc(20_000, text));
/** Some parts change, some do not; large contents come, go and stay. */
const states = [1, 2, 3].map((count) => ({
  same: { content: large("same"), text: "same" },
  changing: { count, contents: [large(`of ${count}`), large(`of ${count + 1}`)] },
}));
const [first, second, third] = states;

/** The number of a state, after all of its contents were read. */
async function findState({ folder }: OpenedFolder): Promise<number | undefined> {
  const found = await folder.read();
  if (!found) return undefined;
  const { same, changing } = Object.fromEntries(found.parts) as NonNullable<typeof first>;
  const { count } = changing;
  const contents = [same.content, ...changing.contents].map((content) => content.toString().slice(0, 5));
  expect([contents, same.text]).toEqual([["sames", `of ${count}o`, `of ${count + 1}o`], "same"]);
  return count;
}

/** Runs something with a fault at each call in turn, each in a folder of its own. Returns the number of calls. */
async function withEachFault(
  fault: DiskFault,
  prepare: (folder: string) => Promise<void>,
  run: (folder: string, disk: Disk) => Promise<void>,
  check: (folder: string) => Promise<void>,
): Promise<number> {
  const prepared = join(root, "prepared");
  await prepare(prepared);
  const attempt = async (at: number) => {
    const folder = join(root, String(at));
    if (existsSync(prepared)) cpSync(prepared, folder, { recursive: true });
    const faulty = createFaultyDisk(fault, at);
    await run(folder, faulty.disk);
    await check(folder);
    rmSync(folder, { recursive: true });
    return faulty.calls;
  };
  const calls = await attempt(Number.POSITIVE_INFINITY);
  // Some at once, because most of the time is waiting for the disk.
  for (let at = 1; at <= calls; at += 10) {
    await Promise.all(Array.from({ length: Math.min(10, calls - at + 1) }, (_, i) => attempt(at + i)));
  }
  return calls;
}

const faults: DiskFault[] = ["EIO", "ENOSPC", "killed", "killed half-way"];

/** Files that an interrupted account must not leave for ever. */
const leftovers = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /(^|\/)(new|lock)-/.test(name));

const save = (folder: string, ...saved: readonly (typeof first)[]) =>
  inFolder(folder, async ({ saveParts }) => {
    for (const state of saved) await saveParts(state ?? {});
  });

test.each(faults)("%s during a save: the next start has the last state or the new one, complete", async (fault) => {
  const calls = await withEachFault(
    fault,
    (folder) => save(folder, first, second),
    async (folder, disk) => {
      const saveThird = async ({ folder: opened, saveParts }: OpenedFolder) => {
        await opened.read();
        await saveParts(third ?? {});
      };
      await inFolder(folder, saveThird, { disk, me: victim }).catch(() => undefined);
    },
    async (folder) => {
      await inFolder(folder, async (opened) => {
        expect([2, 3]).toContain(await findState(opened));
        // It goes on as if nothing had happened.
        await opened.saveParts(first ?? {});
      });
      expect(leftovers(folder)).toEqual([]);
      expect(await inFolder(folder, findState)).toBe(1);
    },
  );
  expect(calls).toBeGreaterThan(50);
});

// A full disk is an error like EIO here: nothing is there yet that could be removed.
test.each(faults.filter((fault) => fault !== "ENOSPC"))(
  "%s during the first start in a folder: the next one begins there",
  async (fault) => {
    await withEachFault(
      fault,
      async () => {},
      async (folder, disk) => {
        const saveFirst = ({ saveParts }: OpenedFolder) => saveParts(first ?? {}).then(() => undefined);
        await inFolder(folder, saveFirst, { disk, me: victim }).catch(() => undefined);
      },
      async (folder) => {
        await inFolder(folder, async (opened) => {
          expect([undefined, 1]).toContain(await findState(opened));
          await opened.saveParts(second ?? {});
        });
        expect(leftovers(folder)).toEqual([]);
        expect(await inFolder(folder, findState)).toBe(2);
      },
    );
  },
);

test.each(["EIO", "ENOSPC"] as const)(
  "after %s in a save, the account goes on, and the next save succeeds",
  async (fault) => {
    let failed = 0;
    await withEachFault(
      fault,
      (folder) => save(folder, first),
      (folder, disk) =>
        inFolder(
          folder,
          async ({ folder: opened, saveParts }) => {
            await opened.read();
            const saved = await saveParts(second ?? {}).catch(() => {
              failed++;
            });
            // Everything that the account has in memory is still there, also what it read from files.
            await saveParts(third ?? {});
            expect(saved).not.toBe(0);
          },
          { disk, me: victim },
        ).catch((error) => {
          // The fault was not in the first save.
          expect(error).toMatchObject({ message: expect.stringContaining(fault) });
        }),
      async (folder) => {
        await inFolder(folder, async (opened) => expect([1, 2, 3]).toContain(await findState(opened)));
      },
    );
    expect(failed).toBeGreaterThan(10);
  },
);
