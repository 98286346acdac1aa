import { closeSync, openSync } from "node:fs";
import { type FileNames, type FileReader, keptAs, keptLater, restoreKept } from "./kept";
import { readBytes, Spool } from "./spool";

/** A longer content is written to a file. Only uploads are longer. */
const memoryLimit = 1024 * 1024;
/** A longer content has a separate file in the kept state, which is written once. */
const longestInline = 16 * 1024;
/** The most bytes that are read at once. */
const pieceSize = 64 * 1024;

/** A file of the kept state. It is opened for each read: thousands of objects may be stored. */
class KeptFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  read(start: number, length: number): Buffer {
    const fd = openSync(this.#path, "r");
    try {
      const bytes = Buffer.allocUnsafe(length);
      readBytes(fd, start, bytes);
      return bytes;
    } finally {
      closeSync(fd);
    }
  }
}

type KeptContent = { readonly bytes: Uint8Array } | { readonly size: number; readonly file: string };

interface Extent {
  readonly source: Uint8Array | Spool | KeptFile;
  readonly start: number;
  readonly length: number;
}

/**
 * The bytes of a request, an object or a response: few are in memory, many in a temporary file. Immutable; slices and
 * concatenations share the bytes of their sources.
 */
export class Content {
  static readonly empty = new Content([]);

  /** In bytes. */
  readonly size: number;
  #extents: readonly Extent[];

  private constructor(extents: readonly Extent[]) {
    this.#extents = extents;
    this.size = extents.reduce((sum, { length }) => sum + length, 0);
  }

  /** `bytes` must not change after the call. */
  static of(bytes: Uint8Array | string): Content {
    const source = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    return new Content(source.length === 0 ? [] : [{ source, start: 0, length: source.length }]);
  }

  /** One after the other. */
  static join(contents: readonly Content[]): Content {
    return new Content(contents.flatMap((content) => content.#extents));
  }

  /** All bytes of a stream, which must not change after they were read. */
  static async from(stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Content> {
    const writer = new ContentWriter();
    for await (const bytes of stream) writer.write(bytes);
    return writer.end();
  }

  /** For the writer. */
  static fromSpool(source: Spool, length: number): Content {
    return new Content([{ source, start: 0, length }]);
  }

  /** A long content is a file of the kept state, a short one a part of it. */
  [keptLater]() {
    return this.size > longestInline ? this.pieces() : undefined;
  }
  [keptAs](files: FileNames) {
    const { size } = this;
    const data: KeptContent = size <= longestInline ? { bytes: this.bytes() } : { size, file: files.nameOf(this) };
    // A part of a kept file must not depend on it: the file is deleted with the content that it was written for.
    if (this.#extents.some(({ source }) => source instanceof KeptFile)) {
      const source = "bytes" in data ? data.bytes : new KeptFile(files.pathOf(data.file));
      this.#extents = [{ source, start: 0, length: size }];
    }
    return ["content", data] as const;
  }

  static restore(data: KeptContent, files: FileReader): Content {
    if ("bytes" in data) return Content.of(Buffer.from(data.bytes));
    const { size, file } = data;
    const content = new Content([{ source: new KeptFile(files.pathOf(file)), start: 0, length: size }]);
    files.note(content, file);
    return content;
  }

  /** From `start` up to, not including, `end`. */
  slice(start: number, end: number): Content {
    const extents: Extent[] = [];
    let at = 0;
    for (const extent of this.#extents) {
      const from = Math.max(start - at, 0);
      const to = Math.min(end - at, extent.length);
      if (from < to) extents.push({ ...extent, start: extent.start + from, length: to - from });
      at += extent.length;
    }
    return new Content(extents);
  }

  /** The bytes in order, at most 64 KiB at a time. */
  *pieces(): Generator<Buffer, void> {
    for (const { source, start, length } of this.#extents) {
      for (let done = 0; done < length; done += pieceSize) {
        yield read(source, start + done, Math.min(pieceSize, length - done));
      }
    }
  }

  /** All bytes in memory: for contents that cannot be large, or are needed as a whole. */
  bytes(): Buffer {
    const parts = this.#extents.map(({ source, start, length }) => read(source, start, length));
    const [only] = parts;
    return parts.length === 1 && only ? only : Buffer.concat(parts);
  }

  /** As UTF-8. */
  toString(): string {
    return this.bytes().toString("utf8");
  }
}

restoreKept("content", { make: Content.restore });

function read(source: Extent["source"], start: number, length: number): Buffer {
  return source instanceof Uint8Array
    ? Buffer.from(source.buffer, source.byteOffset + start, length)
    : source.read(start, length);
}

/** Collects bytes: in memory up to a limit, then in a file. */
export class ContentWriter {
  #pieces: Uint8Array[] = [];
  #spool: Spool | undefined;
  #size = 0;

  /** The bytes written so far. */
  get size(): number {
    return this.#size;
  }

  /** `bytes` must not change after the call. */
  write(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#spool) this.#spool.append(bytes);
    else this.#pieces.push(bytes);
    if (this.#size > memoryLimit && !this.#spool) this.#toFile();
  }

  end(): Content {
    return this.#spool
      ? Content.fromSpool(this.#spool, this.#size)
      : // A copy: a socket delivers views of a much larger buffer.
        Content.of(Buffer.concat(this.#pieces));
  }

  #toFile(): void {
    this.#spool = new Spool();
    for (const bytes of this.#pieces) this.#spool.append(bytes);
    this.#pieces = [];
  }
}
