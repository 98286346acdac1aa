import { ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** In bytes: a spool has whole blocks. */
const blockSize = 256 * 1024;

/** The bytes of one content in the file that all contents of this process share. */
export class Spool {
  readonly #blocks: number[] = [];
  #size = 0;

  constructor() {
    abandoned.register(this, this.#blocks);
  }

  append(bytes: Uint8Array): void {
    const fd = openFile();
    for (let done = 0; done < bytes.length; ) {
      const offset = this.#size % blockSize;
      if (offset === 0 && this.#size === this.#blocks.length * blockSize) this.#blocks.push(takeBlock());
      const room = Math.min(blockSize - offset, bytes.length - done);
      const written = writeSync(fd, bytes, done, room, this.#placeOf(this.#size));
      done += written;
      this.#size += written;
    }
  }

  read(start: number, length: number): Buffer {
    const fd = openFile();
    const bytes = Buffer.allocUnsafe(length);
    for (let done = 0; done < length; ) {
      const at = start + done;
      const part = Math.min(blockSize - (at % blockSize), length - done);
      readBytes(fd, this.#placeOf(at), bytes.subarray(done, done + part));
      done += part;
    }
    return bytes;
  }

  #placeOf(at: number): number {
    return (this.#blocks[Math.floor(at / blockSize)] ?? 0) * blockSize + (at % blockSize);
  }
}

let file: number | undefined;
let blocks = 0;
/** Blocks before the file's end that no content has. */
const free = new Set<number>();

/**
 * Opens the file at the first use. It was deleted while open, so that nothing is left behind however the process ends, and
 * it is one file for all contents, because a process may open a few hundred files at a time only.
 */
function openFile(): number {
  if (file !== undefined) return file;
  const directory = mkdtempSync(join(tmpdir(), "local-account-"));
  file = openSync(join(directory, "contents"), "w+", 0o600);
  rmSync(directory, { recursive: true });
  return file;
}

function takeBlock(): number {
  const [block] = free;
  if (block === undefined) return blocks++;
  free.delete(block);
  return block;
}

/**
 * As soon as no content refers to a spool any more, others get its blocks, and the file ends with the last one in use.
 */
const abandoned = new FinalizationRegistry<readonly number[]>((unused) => {
  for (const block of unused) free.add(block);
  const before = blocks;
  while (free.delete(blocks - 1)) blocks--;
  if (file !== undefined && blocks < before) ftruncateSync(file, blocks * blockSize);
});

/** Reads exactly as many bytes as there is room for. */
export function readBytes(fd: number, start: number, room: Uint8Array): void {
  for (let done = 0; done < room.length; ) {
    const read = readSync(fd, room, done, room.length - done, start + done);
    if (read === 0) throw new Error(`A stored content is ${room.length - done} bytes too short.`);
    done += read;
  }
}
