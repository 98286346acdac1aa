import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { createFile, createTemporaryName, type Disk, isTemporary, look, readPieces, remove, unless } from "./disk";
import { processIdentity, stateOf } from "./this-process";

/** `since` is in real time, ISO 8601. */
const owner = processIdentity.extend({ since: z.string() });
type Owner = z.infer<typeof owner>;

export interface FolderLock {
  release(): Promise<void>;
}

/** A lock's text is a line; a longer file is none. */
const longest = 4_096;
const claimName = /^lock-[0-9a-f]{32}$/;

/**
 * Makes a folder this account's until `release`. Throws if another account has it; one whose process has ended, however it
 * ended, has it no longer.
 *
 * The file `lock` names the owner. A process takes over from one that has ended by a claim: a file whose name is derived
 * from that owner's text, which is different for each, and which only one process can create. A claimant that ended as well
 * is followed by a claim on the claim. Who is last in this chain, and looked after its claim was made, replaces `lock`;
 * claims are deleted only after that, so a claim on a lock that has been replaced meanwhile is seen to be late.
 */
export async function lockFolder(disk: Disk, folder: string, me: Owner): Promise<FolderLock> {
  const file = join(folder, "lock");
  const text = JSON.stringify({ ...me, token: randomUUID() });
  const mine = join(folder, createTemporaryName());
  const lock: FolderLock = {
    async release() {
      if ((await read(disk, file)) === text) await remove(disk, file);
    },
  };
  try {
    await take(disk, folder, mine, text, me);
    await removeClaims(disk, folder);
    return lock;
  } catch (error) {
    await remove(disk, mine).catch(() => undefined);
    await lock.release().catch(() => undefined);
    throw error;
  }
}

/** Returns when `lock` has the text, which is also in the file `mine`. */
async function take(disk: Disk, folder: string, mine: string, text: string, me: Owner): Promise<void> {
  const file = join(folder, "lock");
  for (;;) {
    // The process that took the folder meanwhile has removed the leftovers.
    if (!(await look(disk, mine))) await createFile(disk, mine, [Buffer.from(text)]);
    if (await link(disk, mine, file)) return;
    const last = await findLast(disk, folder);
    if (last === undefined) continue;
    refuseUnlessEnded(folder, last, me);
    if (await takeOver(disk, folder, mine, text, last)) return;
  }
}

/** Replaces the lock of a process that has ended. False if another process does, or has done so. */
async function takeOver(disk: Disk, folder: string, mine: string, text: string, last: string): Promise<boolean> {
  const claim = claimOn(folder, last);
  if (!(await link(disk, mine, claim))) return false;
  try {
    const isFirst = (await findLast(disk, folder)) === text;
    if (isFirst) await disk.rename(mine, join(folder, "lock"));
    return isFirst;
  } finally {
    await remove(disk, claim);
  }
}

const claimOn = (folder: string, text: string) =>
  join(folder, `lock-${createHash("sha256").update(text).digest("hex").slice(0, 32)}`);

/** The text of the owner, or of the last one that claimed to follow it. */
async function findLast(disk: Disk, folder: string): Promise<string | undefined> {
  let last: string | undefined;
  for (let next = await read(disk, join(folder, "lock")); next !== undefined; ) {
    last = next;
    next = await read(disk, claimOn(folder, last));
  }
  return last;
}

/** Gives a file another name, in one step with its content. False if the name is taken, or the file is not there. */
const link = (disk: Disk, from: string, to: string): Promise<boolean> =>
  disk.link(from, to).then(
    () => true,
    (error) => unless("EEXIST", "ENOENT")(error) ?? false,
  );

async function read(disk: Disk, path: string): Promise<string | undefined> {
  const found = await look(disk, path);
  if (!found) return undefined;
  if (!found.isFile() || found.size > longest) throw new Error(`${path} is not the lock of an account.`);
  const pieces: Buffer[] = [];
  try {
    for await (const piece of readPieces(disk, path)) pieces.push(piece);
  } catch (error) {
    return unless("ENOENT")(error);
  }
  return Buffer.concat(pieces).toString();
}

function refuseUnlessEnded(folder: string, text: string, me: Owner): void {
  const other = parse(text);
  // After a power failure, a file can be there without its content.
  if (!other) return;
  const { pid, host, since } = other;
  switch (stateOf(other, me)) {
    case "ended":
      return;
    case "running":
      throw new Error(
        `Process ${pid} on ${host} has used ${folder} since ${since}, and a folder belongs to one account at a time. ` +
          "Stop that account, or choose another folder with --keep.",
      );
    case "elsewhere":
      throw new Error(
        `Process ${pid} on ${host} has used ${folder} since ${since}, and a folder belongs to one account at a time. ` +
          "It is on another computer or in another container, where nobody here can see if it still runs. Stop that " +
          `account; if it has ended without its last save, delete ${join(folder, "lock")}. Or choose another folder with --keep.`,
      );
  }
}

function parse(text: string): Owner | undefined {
  try {
    return owner.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Also what is left of accounts that ended while they took the folder. */
async function removeClaims(disk: Disk, folder: string): Promise<void> {
  for (const name of await disk.readdir(folder)) {
    if (claimName.test(name) || isTemporary(name)) await remove(disk, join(folder, name));
  }
}
