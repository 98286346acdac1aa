import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Content } from "../../account/content/content.ts";
import { type DigestAlgorithm, digest } from "../../account/content/digest.ts";

/** Bytes that differ at each position, so that a shifted part is not equal to the right one. */
const patterned = (size: number) =>
  Buffer.from(Uint32Array.from({ length: Math.ceil(size / 4) }, (_, i) => i * 2_654_435_761).buffer, 0, size);

const size = 300_000;
const bytes = patterned(size);
const content = Content.join([Content.of(bytes.subarray(0, 100_000)), Content.of(bytes.subarray(100_000))]);

describe("a content", () => {
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
