import { existsSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Content, ContentWriter } from "../../account/content/content.ts";
import { type DigestAlgorithm, digest } from "../../account/content/digest.ts";

const mebibyte = 1024 * 1024;

/** Bytes that differ at each position, so that a shifted part is not equal to the right one. */
const patterned = (size: number) =>
  Buffer.from(Uint32Array.from({ length: Math.ceil(size / 4) }, (_, i) => i * 2_654_435_761).buffer, 0, size);

const written = (chunks: readonly Uint8Array[]) => {
  const writer = new ContentWriter();
  for (const chunk of chunks) writer.write(chunk);
  return writer.end();
};

describe.each([
  ["in memory", 300_000],
  ["in a file", 3 * mebibyte + 5],
])("a content %s", (_where, size) => {
  const bytes = patterned(size);
  const content = written([bytes.subarray(0, 100_000), bytes.subarray(100_000)]);

  test("returns the written bytes", () => {
    expect(content.size).toBe(size);
    expect(content.bytes().equals(bytes)).toBe(true);
  });

  test("is read in pieces of 64 KiB at most", () => {
    const pieces = [...content.pieces()];
    expect(Math.max(...pieces.map(({ length }) => length))).toBe(64 * 1024);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  });

  test("can be sliced, and slices can be sliced again", () => {
    const range = fc.tuple(fc.nat(size), fc.nat(size));
    fc.assert(
      fc.property(range, range, ([a, b], [c, d]) => {
        expect(content.slice(a, b).slice(c, d).bytes().equals(bytes.subarray(a, b).subarray(c, d))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test("can be joined with others", () => {
    const joined = Content.join([Content.of("head "), content, Content.empty, content.slice(7, 9)]);
    expect(joined.bytes().equals(Buffer.concat([Buffer.from("head "), bytes, bytes.subarray(7, 9)]))).toBe(true);
    expect(
      joined
        .slice(3, 8)
        .bytes()
        .equals(Buffer.concat([Buffer.from("d "), bytes.subarray(0, 3)])),
    ).toBe(true);
  });

  test.each<[DigestAlgorithm]>([["crc32"], ["md5"], ["sha1"], ["sha256"]])(
    "has the %s of its bytes",
    async (algorithm) => {
      expect(await digest(algorithm, content)).toEqual(await digest(algorithm, Content.of(bytes)));
    },
  );
});

test("creates a content from a stream", async () => {
  async function* stream() {
    yield Buffer.from("one, ");
    yield Buffer.from("two");
  }
  expect((await Content.from(stream())).toString()).toBe("one, two");
});

test("calculates the CRC32 in S3's byte order, big-endian", async () => {
  expect((await digest("crc32", Content.of("123456789"))).toString("hex")).toBe("cbf43926");
});

/** The files that this process has open, where the system lists them. */
const openFiles = "/proc/self/fd";
const spools = () =>
  readdirSync(openFiles).flatMap((fd) => {
    const path = `${openFiles}/${fd}`;
    try {
      return readlinkSync(path).startsWith(join(tmpdir(), "local-account-")) ? [path] : [];
    } catch {
      // The listing's own descriptor.
      return [];
    }
  });

describe("contents in files", () => {
  const long = mebibyte + 3;
  const fill = (byte: number) => Buffer.alloc(long, byte);

  test("keep their own bytes when they are written at the same time", () => {
    const writers = Array.from({ length: 5 }, () => new ContentWriter());
    for (let piece = 0; piece < 40; piece++) {
      writers.forEach((writer, index) => {
        writer.write(Buffer.alloc(50_001 + index, index * 40 + piece));
      });
    }
    writers.forEach((writer, index) => {
      const expected = Array.from({ length: 40 }, (_, piece) => Buffer.alloc(50_001 + index, index * 40 + piece));
      expect(writer.end().bytes().equals(Buffer.concat(expected))).toBe(true);
    });
  });

  test.runIf(existsSync(openFiles))("need one open file, however many there are, and none has a name", () => {
    const kept = Array.from({ length: 300 }, (_, index) => written([fill(index)]));
    expect(spools()).toHaveLength(1);
    expect(spools().every((path) => readlinkSync(path).endsWith(" (deleted)"))).toBe(true);
    expect(kept.every((content, index) => content.bytes().equals(fill(index % 256)))).toBe(true);
  });

  test.runIf(existsSync(openFiles))("give their room to others when nothing refers to them", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const [file = ""] = spools();
    const before = statSync(file).size;
    await expect
      .poll(() => {
        // Forty times as many bytes as remain, of which none is needed any more.
        for (let index = 0; index < 40; index++) written([fill(index)]);
        collect();
        return statSync(file).size;
      })
      .toBeLessThanOrEqual(before);
  });
});
