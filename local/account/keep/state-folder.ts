import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { decode, encode } from "./codec";
import { lockFolder } from "./folder-lock";
import type { FileReader, FileWriter } from "./kept";

/** Of what the stores contain. Another number for each change that an account before the change could not read. */
export const stateVersion = 1;

/** The first line of the file, which every version of the account can read. */
const header = z.object({
  kind: z.literal("state of a local AWS account"),
  version: z.number(),
  /** The account's id, which stays the same. */
  id: z.string(),
  /** In real time, ISO 8601. */
  saved: z.string(),
  resources: z.number(),
  node: z.string(),
});
export type Header = Omit<z.infer<typeof header>, "kind" | "version" | "node">;

/** Called for each object that is kept. */
export type See = (object: Readonly<Record<string, unknown>>) => void;

/** The folder in which an account keeps its state: one file, and the large contents by the hash of their bytes. */
export interface StateFolder {
  readonly path: string;
  /** What was saved last; undefined in an empty folder. Throws for the state of another version. */
  read(): { readonly header: Header; readonly content: unknown } | undefined;
  /** Replaces what was saved: whatever ends the process meanwhile, the folder has the old state or the new one. */
  write(content: unknown, header: () => Header, see?: See): void;
  release(): void;
}

const newline = 10;

export function openStateFolder(path: string, since: string): StateFolder {
  const contents = join(path, "contents");
  // It contains keys and credentials.
  mkdirSync(contents, { recursive: true, mode: 0o700 });
  const lock = lockFolder(path, since);
  const file = join(path, "state");
  const files = createContentFiles(contents);

  return {
    path,
    release: lock.release,
    read() {
      if (!existsSync(file)) return undefined;
      const bytes = readFileSync(file);
      const end = bytes.indexOf(newline);
      const { node, ...found } = readHeader(file, bytes.subarray(0, Math.max(end, 0)).toString());
      try {
        return { header: found, content: decode(bytes.subarray(end + 1), files) };
      } catch (cause) {
        throw new Error(
          `${file} cannot be read (it was written with Node.js ${node}): ${(cause as Error).message} ` +
            "Choose another folder with --keep to begin empty.",
          { cause },
        );
      }
    },
    write(content, head, see) {
      files.begin();
      const bytes = encode(content, files, see);
      const line = JSON.stringify({
        kind: "state of a local AWS account",
        version: stateVersion,
        ...head(),
        node: process.versions.node,
      } satisfies z.infer<typeof header>);
      replaceFile(file, [Buffer.from(`${line}\n`), bytes]);
      files.removeUnused();
    },
  };
}

function readHeader(file: string, line: string): z.infer<typeof header> {
  let found: ReturnType<typeof header.safeParse>;
  try {
    found = header.safeParse(JSON.parse(line));
  } catch {
    found = header.safeParse(undefined);
  }
  if (!found.success)
    throw new Error(`${file} is not the state of a local AWS account. Choose another folder with --keep.`);
  const { version } = found.data;
  if (version === stateVersion) return found.data;
  const remedy = version > stateVersion ? "Update this checkout" : "Use the checkout that wrote it";
  throw new Error(
    `${file} has state of version ${version}; this account reads version ${stateVersion}. ` +
      `${remedy}, or choose another folder with --keep to begin empty.`,
  );
}

/** Files by the hash of their bytes, each written once. */
function createContentFiles(folder: string): FileWriter & FileReader & { begin(): void; removeUnused(): void } {
  const names = new WeakMap<object, string>();
  /** By the state that was saved or read last, and by the one before. */
  let used = new Set<string>();
  let usedBefore = new Set<string>();

  const nameOf = (pieces: Iterable<Uint8Array>): string => {
    const hash = createHash("sha256");
    for (const piece of pieces) hash.update(piece);
    return hash.digest("hex");
  };

  return {
    pathOf: (name) => join(folder, name),
    note(id, name) {
      names.set(id, name);
      used.add(name);
    },
    write(id, pieces) {
      const name = names.get(id) ?? nameOf(pieces());
      names.set(id, name);
      used.add(name);
      const path = join(folder, name);
      if (!existsSync(path)) replaceFile(path, pieces());
      return name;
    },
    begin() {
      usedBefore = used;
      used = new Set();
    },
    // A content that was removed a moment ago may be on its way to a client: it has until the next time.
    removeUnused() {
      for (const name of readdirSync(folder)) {
        if (!used.has(name) && !usedBefore.has(name)) rmSync(join(folder, name), { force: true });
      }
    },
  };
}

/** Writes another file and gives it the name at the end. */
function replaceFile(path: string, pieces: Iterable<Uint8Array>): void {
  const temporary = `${path}.new`;
  const fd = openSync(temporary, "w", 0o600);
  try {
    for (const piece of pieces) {
      for (let done = 0; done < piece.length; ) done += writeSync(fd, piece, done);
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, path);
}
