// `--keep FOLDER` neither deletes nor overwrites what is not its own, and follows no link.
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Content } from "../../account/content/content.ts";
import { inFolder } from "./opened-folder.mts";

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "own-folder-"));
  folder = join(root, "folder");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const save = (path = folder) =>
  inFolder(path, async ({ save }) => {
    for (let count = 0; count < 3; count++) await save([count, Content.of(Buffer.alloc(20_000, `${count}`))]);
  });

/** All files and their bytes. */
const filesIn = (path: string) =>
  readdirSync(path, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => [name, statSync(join(path, name)).isFile() ? readFileSync(join(path, name), "latin1") : "folder"]);

test.each(["notes.txt", "state", "contents/holiday.jpg", "contents/0a1b", "lock", ".hidden"])(
  "a folder with %s is refused, and nothing in it is touched",
  async (name) => {
    mkdirSync(join(folder, "contents"), { recursive: true });
    writeFileSync(join(folder, name), "mine");
    const before = filesIn(folder);
    await expect(save()).rejects.toThrow(
      `${folder} has files that no account wrote. An account deletes what it no longer needs in its folder, so it only ` +
        "uses one that is empty or does not exist yet: choose another folder with --keep.",
    );
    expect(filesIn(folder)).toEqual(before);
  },
);

test("files that others add later stay", async () => {
  await save();
  const added = ["notes.txt", "contents/notes.txt", "contents/new-notes", `contents/${"A".repeat(64)}`, "state.new"];
  for (const name of added) writeFileSync(join(folder, name), "mine");
  mkdirSync(join(folder, "contents", "a".repeat(64)));
  await save();
  for (const name of added) expect([name, readFileSync(join(folder, name), "utf8")]).toEqual([name, "mine"]);
  expect(existsSync(join(folder, "contents", "a".repeat(64)))).toBe(true);
});

test.each(["", "contents", "state", "state.previous", "lock", "local-aws-account.txt"])(
  "a link in the place of %j is refused and not followed",
  async (name) => {
    await save();
    const moved = join(root, "moved");
    if (name === "lock") writeFileSync(moved, "mine");
    else renameSync(join(folder, name), moved);
    symlinkSync(moved, join(folder, name));
    const before = filesIn(root);
    await expect(save()).rejects.toThrow(/is a link|has files that no account wrote/);
    expect(filesIn(root)).toEqual(before);
  },
);

test("a link to nowhere is no new folder", async () => {
  symlinkSync(join(root, "nowhere"), folder);
  await expect(save()).rejects.toThrow(`${folder} is a link.`);
  expect(existsSync(join(root, "nowhere"))).toBe(false);
});

test("a link in the place of a content is not followed, neither to read nor to write nor to delete", async () => {
  await save();
  const mine = join(root, "mine");
  writeFileSync(mine, "mine");
  const contents = join(folder, "contents");
  for (const name of readdirSync(contents)) {
    renameSync(join(contents, name), join(root, name));
    symlinkSync(mine, join(contents, name));
  }
  await expect(inFolder(folder, ({ read }) => read())).rejects.toThrow("is not a file");
  await save();
  expect(readFileSync(mine, "utf8")).toBe("mine");
});

test("a file that has another name elsewhere is replaced and not written to", async () => {
  await save();
  const mine = join(root, "mine");
  for (const name of ["state", "state.previous"]) {
    rmSync(mine, { force: true });
    linkSync(join(folder, name), mine);
    const before = readFileSync(mine, "utf8");
    await save();
    expect(readFileSync(mine, "utf8")).toBe(before);
  }
});

test("a file in the place of the folder is refused", async () => {
  writeFileSync(folder, "mine");
  await expect(save()).rejects.toThrow(`${folder} is not a folder.`);
  expect(readFileSync(folder, "utf8")).toBe("mine");
});

test("an empty folder is closed to other users before anything is written; so is a copy that they can look into", async () => {
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  await save();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  chmodSync(folder, 0o755);
  await save();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test.each([0o770, 0o702, 0o777])("a state that others could have changed (mode %o) is refused", async (mode) => {
  await save();
  chmodSync(folder, mode);
  await expect(save()).rejects.toThrow(
    `Other users can change ${folder} (mode ${mode.toString(8)}), and an account's state is as trusted as a program. ` +
      `If you trust what is there: chmod 700 ${folder}. Or choose another folder with --keep.`,
  );
});

test("a folder of another user is refused", async () => {
  await save();
  const { realDisk } = await import("../../account/keep/disk.ts");
  const disk = {
    ...realDisk,
    lstat: async (path: string) => Object.assign(await realDisk.lstat(path), { uid: 4_711 }),
  } as unknown as typeof realDisk;
  await expect(inFolder(folder, ({ read }) => read(), { disk })).rejects.toThrow(
    `${folder} belongs to the user 4711, and this account to ${process.getuid?.()}.`,
  );
});
