import { createHash } from "node:crypto";
import { join } from "node:path";
import { type FileNames, type Kept, keptLater } from "../content/kept";
import { createFile, createTemporaryName, type Disk, isTemporary, look, readPieces, remove } from "./disk";

/** The name of a content's file: the SHA-256 of its bytes. */
export const contentName = /^[0-9a-f]{64}$/;

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Files by the hash of their bytes, each written once. */
export class ContentFiles implements FileNames {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #names = new WeakMap<object, string>();
  /** The sizes of files whose bytes have the hash that is their name. */
  readonly #sound = new Map<string, number>();
  /** Files that were written since the last `settle`: no state on the disk names them yet. */
  readonly #fresh = new Set<string>();

  constructor(disk: Disk, folder: string) {
    this.#disk = disk;
    this.#folder = folder;
  }

  pathOf(name: string): string {
    if (!contentName.test(name)) throw new Error(`the name of a content is not a hash: ${JSON.stringify(name)}`);
    return join(this.#folder, name);
  }

  nameOf(value: object): string {
    const name = this.#names.get(value);
    if (name === undefined) throw new Error("A content has no file yet.");
    return name;
  }

  /** Says that a value has the bytes of a file. */
  note(value: object, name: string): void {
    this.#names.set(value, name);
  }

  /** Writes the file of a value that has one. */
  async store(value: Kept): Promise<void> {
    const known = this.#names.get(value);
    if (known !== undefined && this.#sound.has(known)) return;
    const pieces = value[keptLater]?.();
    if (pieces) this.#names.set(value, await this.write(pieces));
  }

  /** Returns the file's name. */
  async write(pieces: Pieces): Promise<string> {
    const temporary = join(this.#folder, createTemporaryName());
    const hash = createHash("sha256");
    let size = 0;
    const counted = async function* () {
      for await (const piece of pieces) {
        hash.update(piece);
        size += piece.length;
        yield piece;
      }
    };
    await createFile(this.#disk, temporary, counted());
    const name = hash.digest("hex");
    if (this.#sound.has(name)) await remove(this.#disk, temporary);
    else await this.#disk.rename(temporary, this.pathOf(name));
    this.#sound.set(name, size);
    this.#fresh.add(name);
    return name;
  }

  /** In bytes. */
  sizeOf(name: string): number {
    return this.#sound.get(name) ?? 0;
  }

  /** Says that a state on the disk names the files that were written. */
  settle(): void {
    this.#fresh.clear();
  }

  /** The bytes of a file. Throws if it is not there, or has other bytes than its name says. */
  async read(name: string): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.#check(name)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** Throws unless a file is there with this many bytes, and they are those that its name says. */
  async check(name: string, size: number): Promise<void> {
    if (!this.#sound.has(name)) for await (const _ of this.#check(name));
    if (this.sizeOf(name) !== size) throw new Error(`${this.pathOf(name)} does not have ${size} bytes`);
  }

  async *#check(name: string): AsyncGenerator<Buffer> {
    const path = this.pathOf(name);
    const found = await look(this.#disk, path);
    if (!found) throw new Error(`${path} is missing`);
    if (!found.isFile()) throw new Error(`${path} is not a file`);
    const hash = createHash("sha256");
    for await (const piece of readPieces(this.#disk, path)) {
      hash.update(piece);
      yield piece;
    }
    if (hash.digest("hex") !== name) throw new Error(`${path} was changed`);
    this.#sound.set(name, found.size);
  }

  /** Deletes all files but those with these names, and those that were just written. True if there were any. */
  async removeExcept(names: ReadonlySet<string>): Promise<boolean> {
    let removed = false;
    for (const name of await this.#disk.readdir(this.#folder)) {
      const isMine = contentName.test(name) || isTemporary(name);
      if (!isMine || names.has(name) || this.#fresh.has(name)) continue;
      const path = join(this.#folder, name);
      if (!(await look(this.#disk, path))?.isFile()) continue;
      await remove(this.#disk, path);
      this.#sound.delete(name);
      removed = true;
    }
    return removed;
  }
}
