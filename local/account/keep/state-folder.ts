import { join } from "node:path";
import type { FileNames, FileReader } from "../content/kept";
import type { Captured } from "./capture";
import { ContentFiles } from "./content-files";
import { Decoder } from "./decode";
import {
  codeOf,
  createFile,
  createTemporaryName,
  type Disk,
  look,
  readPieces,
  realDisk,
  remove,
  syncFolder,
} from "./disk";
import { encode } from "./encode";
import { type FolderLock, lockFolder } from "./folder-lock";
import { takeFolder } from "./own-folder";
import { type Body, type Header, OtherVersion, readState, writeState } from "./state-file";
import type { Tape } from "./tape";
import { type ProcessIdentity, thisProcess } from "./this-process";

/** A saved state. */
export interface SavedState {
  readonly header: Header;
  readonly clock: Body["clock"];
  readonly parts: ReadonlyMap<string, unknown>;
  /** The reason why this is not the newest state, if that one is damaged. */
  readonly damage?: string;
}

/** A part as it was written, with the names of its files. */
interface WrittenPart {
  readonly file: string;
  readonly used: ReadonlySet<string>;
  readonly tape: Tape;
}

/** The newest state, and the one before it. */
const [newest, previous] = ["state", "state.previous"] as const;

/** More than the list of a state's parts can have. */
const longestState = 2 ** 20;

/** Lets other work continue. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * The folder in which an account keeps its state: a file with the list of the parts, and files by the hash of their bytes,
 * for the parts and for large contents. Whatever ends the process, the folder has the last state or the one before it,
 * with all files of both.
 */
export class StateFolder {
  readonly files: ContentFiles;
  readonly #disk: Disk;
  readonly #lock: FolderLock;
  /** The file with the last good state. */
  #last: typeof newest | typeof previous | undefined;
  /** The files of the last good state. */
  #used: ReadonlySet<string> = new Set();
  #parts: ReadonlyMap<string, WrittenPart> = new Map();

  private constructor(
    readonly path: string,
    disk: Disk,
    lock: FolderLock,
  ) {
    this.#disk = disk;
    this.#lock = lock;
    this.files = new ContentFiles(disk, this.#contents);
  }

  get #contents(): string {
    return join(this.path, "contents");
  }

  /** Throws if the folder is not one for an account's state, or if another account uses it. */
  static async open(
    path: string,
    since: string,
    { disk = realDisk, me = thisProcess() }: { readonly disk?: Disk; readonly me?: ProcessIdentity } = {},
  ): Promise<StateFolder> {
    await takeFolder(disk, path);
    return new StateFolder(path, disk, await lockFolder(disk, path, { ...me, since }));
  }

  release(): Promise<void> {
    return this.#lock.release();
  }

  /** Reads the newest saved state; undefined in an empty folder. Throws for the state of another version. */
  async read(): Promise<SavedState | undefined> {
    const damages: string[] = [];
    for (const name of [newest, previous]) {
      const path = join(this.path, name);
      if (!(await look(this.#disk, path))) continue;
      try {
        const found = await this.#read(path);
        this.#last = name;
        return { ...found, ...(damages[0] !== undefined && { damage: damages[0] }) };
      } catch (error) {
        damages.push(explainDamage(path, error as Error));
      }
    }
    if (damages.length === 0) return undefined;
    throw new Error(`${damages.join(" ")} Choose another folder with --keep to begin empty.`);
  }

  async #read(path: string): Promise<SavedState> {
    const { header, body } = readState(await this.#readText(path));
    const decoder = new Decoder();
    const parts = new Map<string, unknown>();
    /** Sizes of large contents, by their names. */
    const sizes = new Map<string, number>();
    const files: FileReader = {
      pathOf: (name) => this.files.pathOf(name),
      note: (value, name) => {
        if ((sizes.get(name) ?? value.size) !== value.size) throw new Error(`the content ${name} has two sizes`);
        sizes.set(name, value.size);
        this.files.note(value, name);
      },
    };
    for (const { name, file } of body.parts) parts.set(name, decoder.read(name, await this.files.read(file), files));
    decoder.finish();
    for (const [name, size] of sizes) await this.files.check(name, size);
    this.#used = new Set([...body.parts.map(({ file }) => file), ...sizes.keys()]);
    return { header, clock: body.clock, parts };
  }

  async #readText(path: string): Promise<string> {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of readPieces(this.#disk, path)) {
      pieces.push(piece);
      size += piece.length;
      if (size > longestState) throw new Error("it is too long");
    }
    return Buffer.concat(pieces).toString();
  }

  /** Replaces what was saved, and returns the bytes of its parts. Only parts that have changed are written. */
  async write(captured: Captured, header: Omit<Header, "resources">, clock: Body["clock"]): Promise<number> {
    const save = () => this.#write(captured, { ...header, resources: captured.resources }, clock);
    try {
      try {
        return await save();
      } catch (error) {
        if (!isFull(error) || !(await this.#makeRoom())) throw error;
        return await save();
      }
    } catch (error) {
      throw explainFailure(this.path, error as Error);
    }
  }

  async #write({ parts }: Captured, header: Header, clock: Body["clock"]): Promise<number> {
    const written = new Map<string, WrittenPart>();
    for (const [name, tape] of parts) written.set(name, await this.#writePart(name, tape));
    const list = Array.from(written, ([name, { file }]) => ({ name, file }));
    await this.#replace(writeState({ header, body: { clock, parts: list } }));

    const before = this.#used;
    const used = [...written.values()].flatMap((part) => [part.file, ...part.used]);
    this.#used = new Set(used);
    this.#parts = written;
    this.files.settle();
    await syncFolder(this.#disk, this.path);
    // The state before it keeps its files. A content that was removed a moment ago may also be on its way to a client.
    await this.files.removeExcept(new Set([...used, ...before]));
    return list.reduce((sum, { file }) => sum + this.files.sizeOf(file), 0);
  }

  async #writePart(name: string, tape: Tape): Promise<WrittenPart> {
    const last = this.#parts.get(name);
    if (last && (await areEqual(last.tape, tape))) return last;
    const used = new Set<string>();
    const names: FileNames = {
      pathOf: (content) => this.files.pathOf(content),
      nameOf: (value) => {
        const content = this.files.nameOf(value);
        used.add(content);
        return content;
      },
    };
    return { file: await this.files.write(this.#encode(name, tape, names)), used, tape };
  }

  async *#encode(name: string, tape: Tape, names: FileNames): AsyncGenerator<Uint8Array> {
    for (const piece of encode(tape, names, name)) {
      if (piece instanceof Uint8Array) yield piece;
      else await this.files.store(piece);
    }
  }

  /** The last state becomes the one before, unless it is damaged. */
  async #replace(text: string): Promise<void> {
    const temporary = join(this.#contents, createTemporaryName());
    await createFile(this.#disk, temporary, [Buffer.from(text)]);
    try {
      // Their names must be on the disk before one file refers to them.
      await syncFolder(this.#disk, this.#contents);
      if (this.#last === newest) {
        await this.#disk.rename(join(this.path, newest), join(this.path, previous));
        this.#last = previous;
      }
      await this.#disk.rename(temporary, join(this.path, newest));
      this.#last = newest;
    } catch (error) {
      await remove(this.#disk, temporary).catch(() => undefined);
      throw error;
    }
  }

  /** Deletes everything but the last good state. True if there was anything to delete. */
  async #makeRoom(): Promise<boolean> {
    if (this.#last === newest) await remove(this.#disk, join(this.path, previous));
    return this.files.removeExcept(this.#used);
  }
}

async function areEqual(one: Tape, other: Tape): Promise<boolean> {
  const steps = one.equals(other);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await turn();
  }
}

/** An error of the file system is not damage: the state may be intact, and an earlier one must not replace it. */
function explainDamage(path: string, error: Error): string {
  if (error instanceof OtherVersion) throw new Error(`${path} ${error.message}`);
  if (codeOf(error) !== undefined && "syscall" in error) {
    throw new Error(
      `${path} could not be read: ${error.message}. Try again. If that does not help, choose another folder with ` +
        `--keep, or delete ${path} to continue from the state before it.`,
      { cause: error },
    );
  }
  return `${path} is damaged: ${error.message}.`;
}

/** The disk is full, or the user's part of it. */
const isFull = (error: unknown) => ["ENOSPC", "EDQUOT"].includes(codeOf(error) ?? "");

function explainFailure(folder: string, error: Error): Error {
  if (isFull(error)) {
    return new Error(
      `There is no space left for the account's state in ${folder}. Free some space there ` +
        `(du -sh '${folder.replaceAll("'", "'\\''")}'). What was saved before is still there.`,
      { cause: error },
    );
  }
  return new Error(`The account's state was not written to ${folder}: ${error.message}`, { cause: error });
}
