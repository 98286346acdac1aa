import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import * as node from "node:fs/promises";

/** The calls to the file system that a kept state needs; a test can make each of them fail. */
export type Disk = Pick<typeof node, "chmod" | "link" | "lstat" | "mkdir" | "open" | "readdir" | "rename" | "unlink">;

export const realDisk: Disk = node;

/** Windows has no such links for users without special rights, and not this flag. */
const noLinks = constants.O_NOFOLLOW ?? 0;

const temporaryName = /^new-[0-9a-f]{32}$/;

/** A name that nobody can foresee, for a file that gets its name when it is complete. */
export const createTemporaryName = (): string => `new-${randomBytes(16).toString("hex")}`;
export const isTemporary = (name: string): boolean => temporaryName.test(name);

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;

/** Returns undefined for the errors with these codes, and throws all others. */
export const unless =
  (...codes: string[]) =>
  (error: unknown): undefined => {
    if (!codes.includes(codeOf(error) ?? "")) throw error;
  };

/** Describes the file at this path, and not the one that a link leads to; undefined if there is none. */
export const look = (disk: Disk, path: string): Promise<Stats | undefined> => disk.lstat(path).catch(unless("ENOENT"));

/** Deletes a file if it is there. */
export const remove = (disk: Disk, path: string): Promise<void> => disk.unlink(path).catch(unless("ENOENT"));

/** Writes a new file, which only its owner can read. One that could not be written is removed. */
export async function createFile(
  disk: Disk,
  path: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const file = await disk.open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noLinks, 0o600);
  try {
    try {
      for await (const piece of pieces) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await remove(disk, path).catch(() => undefined);
    throw error;
  }
}

/**
 * Reads a file of at most this many bytes in pieces; undefined if there is none. Throws for a link and for anything that
 * is not a file.
 */
export async function* readPieces(disk: Disk, path: string, pieceSize = 2 ** 20): AsyncGenerator<Buffer> {
  const file = await disk.open(path, constants.O_RDONLY | noLinks);
  try {
    // Most files are small, and a large buffer for each of them would keep the garbage collector busy.
    const { size } = await file.stat();
    const length = Math.min(pieceSize, Math.max(4_096, size + 1));
    for (;;) {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.allocUnsafe(length) });
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Writes the names of a folder's files to the disk. */
export async function syncFolder(disk: Disk, path: string): Promise<void> {
  // Windows cannot open folders.
  if (process.platform === "win32") return;
  const folder = await disk.open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
