/** The most bytes that are read at once. */
const pieceSize = 64 * 1024;

/**
 * The bytes of a request, an object or a response. Immutable; slices and concatenations share the
 * bytes of their sources.
 */
export class Content {
  static readonly empty = new Content([]);

  /** In bytes. */
  readonly size: number;
  readonly #parts: readonly Uint8Array[];

  private constructor(parts: readonly Uint8Array[]) {
    this.#parts = parts;
    this.size = parts.reduce((sum, { length }) => sum + length, 0);
  }

  /** `bytes` must not change after the call. */
  static of(bytes: Uint8Array | string): Content {
    return new Content([typeof bytes === "string" ? Buffer.from(bytes) : bytes]);
  }

  /** One after the other. */
  static join(contents: readonly Content[]): Content {
    return new Content(contents.flatMap((content) => content.#parts));
  }

  /** All bytes of a stream. */
  static async from(stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Content> {
    const parts: Uint8Array[] = [];
    for await (const part of stream) parts.push(part);
    return Content.of(Buffer.concat(parts));
  }

  /** From `start` up to, not including, `end`. */
  slice(start: number, end: number): Content {
    const parts: Uint8Array[] = [];
    let at = 0;
    for (const part of this.#parts) {
      const from = Math.max(start - at, 0);
      const to = Math.min(end - at, part.length);
      if (from < to) parts.push(part.subarray(from, to));
      at += part.length;
    }
    return new Content(parts);
  }

  /** The bytes in order, at most 64 KiB at a time. */
  *pieces(): Generator<Buffer, void> {
    for (const part of this.#parts) {
      for (let done = 0; done < part.length; done += pieceSize) {
        yield view(part.subarray(done, done + pieceSize));
      }
    }
  }

  /** All bytes at once. */
  bytes(): Buffer {
    const [only] = this.#parts;
    return this.#parts.length === 1 && only ? view(only) : Buffer.concat(this.#parts);
  }

  /** As UTF-8. */
  toString(): string {
    return this.bytes().toString("utf8");
  }
}

const view = ({ buffer, byteOffset, length }: Uint8Array) => Buffer.from(buffer, byteOffset, length);
