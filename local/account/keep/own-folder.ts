import type { Stats } from "node:fs";
import { dirname, join } from "node:path";
import { quoteForShell } from "../processes/shell-word";
import { type Disk, look, readPieces, unless } from "./disk";
import { readHeader } from "./state-file";

/** The file that names a folder's owner. */
const marker = "local-aws-account.txt";
const markerText =
  "A local AWS account keeps its state in this folder, with its keys and credentials (--keep).\n" +
  "It deletes what it no longer needs here. Do not store other files in the folder.\n";

const files = [marker, "lock", "state", "state.previous"];

/** The permissions of others than the owner (POSIX): any at all, and those to change something. */
const forOthers = 0o077;
const changeByOthers = 0o022;

/**
 * Makes sure that a folder is one for the state of an account, and nobody else's: one that is new or empty, or in which an
 * account has left its marker. Refuses links, files of other users, and a folder in which others could have changed the
 * state; one that they could only look into is closed. Windows has other permissions, which are not looked at: there, a
 * folder has those of the folder that it is in.
 */
export async function takeFolder(disk: Disk, path: string): Promise<void> {
  const found = (await look(disk, path)) ?? (await create(disk, path));
  refuseForeign(path, found, "folder");
  const isMarked = await hasMarker(disk, path);
  if (isMarked) refuseChanged(path, found);
  else await refuseFull(disk, path);
  await closeToOthers(disk, path, found);
  if (!isMarked) {
    // From here on, nobody else can add anything.
    await refuseFull(disk, path);
    await mark(disk, path);
  }
  for (const name of files) {
    const file = await look(disk, join(path, name));
    if (file) refuseForeign(join(path, name), file, "file");
  }
  const contents = join(path, "contents");
  await disk.mkdir(contents, { mode: 0o700 }).catch(unless("EEXIST"));
  refuseForeign(contents, await disk.lstat(contents), "folder");
}

async function create(disk: Disk, path: string): Promise<Stats> {
  await disk.mkdir(dirname(path), { recursive: true });
  await disk.mkdir(path, { mode: 0o700 }).catch(unless("EEXIST"));
  return disk.lstat(path);
}

const another = "choose another folder with --keep";

function refuseForeign(path: string, found: Stats, what: "file" | "folder"): void {
  const isOne = what === "file" ? found.isFile() : found.isDirectory();
  if (found.isSymbolicLink()) {
    throw new Error(
      `${path} is a link. An account's state must not lead elsewhere: name the folder itself, or ${another}.`,
    );
  }
  if (!isOne) throw new Error(`${path} is not a ${what}. Move it away, or ${another}.`);
  const me = process.getuid?.();
  if (me === undefined || found.uid === me) return;
  throw new Error(
    `${path} belongs to the user ${found.uid}, and this account to ${me}. Change its owner, or ${another}.`,
  );
}

function refuseChanged(path: string, { mode }: Stats): void {
  if (process.platform === "win32" || (mode & changeByOthers) === 0) return;
  throw new Error(
    `Other users can change ${path} (mode ${(mode & 0o777).toString(8)}), and an account's state is as trusted as a ` +
      `program. If you trust what is there: chmod 700 ${quoteForShell(path)}. Or ${another}.`,
  );
}

/** The folder has keys and credentials. */
async function closeToOthers(disk: Disk, path: string, found: Stats): Promise<void> {
  if (process.platform === "win32" || (found.mode & forOthers) === 0) return;
  await disk.chmod(path, 0o700);
  const { mode } = await disk.lstat(path);
  if ((mode & forOthers) === 0) return;
  throw new Error(`${path} is on a file system that cannot keep other users away from it. Please ${another}.`);
}

/** A marker may be incomplete, when the process that wrote it was killed. The state of an older version has none. */
async function hasMarker(disk: Disk, path: string): Promise<boolean> {
  const start = await readStart(disk, join(path, marker));
  if (start !== undefined) return markerText.startsWith(start);
  const state = await readStart(disk, join(path, "state"));
  return state !== undefined && readHeader(state.split("\n", 1)[0] ?? "") !== undefined;
}

async function readStart(disk: Disk, path: string): Promise<string | undefined> {
  const found = await look(disk, path);
  if (!found?.isFile()) return undefined;
  for await (const piece of readPieces(disk, path, 4_096)) return piece.toString();
  return "";
}

async function mark(disk: Disk, path: string): Promise<void> {
  const file = await disk.open(join(path, marker), "wx", 0o600).catch(unless("EEXIST"));
  try {
    await file?.writeFile(markerText);
  } finally {
    await file?.close();
  }
}

/** Another account that begins in the folder at the same time writes its marker first. */
async function refuseFull(disk: Disk, path: string): Promise<void> {
  if ((await disk.readdir(path)).length === 0 || (await hasMarker(disk, path))) return;
  throw new Error(
    `${path} has files that no account wrote. An account deletes what it no longer needs in its folder, so it only ` +
      `uses one that is empty or does not exist yet: ${another}.`,
  );
}
