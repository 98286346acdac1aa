// A state that was changed by a fault or by somebody: a start goes on from the one before it, or says what to do.
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { startAccount } from "../../account/account.ts";
import { Content } from "../../account/content/content.ts";
import { fixedItems } from "../../account/content/kept.ts";
import { Decoder } from "../../account/keep/decode.ts";
import { kind } from "../../account/keep/format.ts";
import { inFolder, openedFile } from "./opened-folder.mts";

afterAll(() => rmSync(root, { recursive: true, force: true }));

const newest = () => ({
  map: new Map<unknown, unknown>([
    ["a", { n: 1, big: 2n ** 70n }],
    [{ key: true }, [null, undefined, 1.5, -3]],
  ]),
  set: new Set(["x", new Date(5)]),
  items: fixedItems([
    { id: 1, bytes: Buffer.from("bytes") },
    { id: 2, bytes: Float64Array.of(1, 2) },
  ]),
  large: Content.of(Buffer.alloc(20_000, "large")),
});

const root = mkdtempSync(join(tmpdir(), "hostile-state-"));
const valid = join(root, "valid");
writeFileSync(join(root, "secret.txt"), "secret".repeat(10_000));
await inFolder(valid, async ({ save }) => {
  await save(["before"]);
  await save(newest());
});

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

/** A change of bytes at a place: flipped, cut off, replaced by others of the same bytes, or by a count. */
type Mutation = (bytes: Buffer) => Buffer;
const mutation: fc.Arbitrary<Mutation> = fc
  .record({
    how: fc.constantFrom("flip", "cut", "splice", "count", "insert"),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    from: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    length: fc.nat({ max: 40 }),
    bit: fc.nat({ max: 7 }),
    count: fc.constantFrom(
      [0xff, 0xff, 0xff, 0xff, 0x0f],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
      [0x80, 0x80, 0x04],
    ),
  })
  .map(({ how, at, from, length, bit, count }) => (bytes: Buffer) => {
    const place = Math.floor(at * bytes.length);
    const source = Math.floor(from * bytes.length);
    const copy = Buffer.from(bytes);
    switch (how) {
      case "flip":
        copy[place] = (copy[place] ?? 0) ^ (1 << bit);
        return copy;
      case "cut":
        return copy.subarray(0, place);
      case "splice":
        bytes.copy(copy, place, source, source + length);
        return copy;
      case "count":
        return Buffer.concat([copy.subarray(0, place), Buffer.from(count), copy.subarray(place + 1)]);
      default:
        return Buffer.concat([copy.subarray(0, place), bytes.subarray(source, source + length), copy.subarray(place)]);
    }
  });
const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 });
const mutate = (bytes: Buffer, all: readonly Mutation[]) => all.reduce((changed, each) => each(changed), bytes);

/** Starts on a changed copy, and on success saves. Both must end, and leave everything outside of the folder alone. */
async function expectStart(change: (folder: string) => void): Promise<unknown> {
  const folder = mkdtempSync(join(root, "changed-"));
  cpSync(valid, folder, { recursive: true });
  change(folder);
  const outside = () => readdirSync(root).filter((name) => !name.startsWith("changed-"));
  const before = outside();
  try {
    return await inFolder(folder, async (opened) => {
      const found = await opened.folder.read();
      const value = found?.parts.get("value");
      await opened.save(value);
      return value;
    });
  } catch (error) {
    expect((error as Error).message).toMatch(/[Cc]hoose another folder with --keep|cannot be kept/);
    return "refused";
  } finally {
    expect(outside()).toEqual(before);
    expect(readFileSync(join(root, "secret.txt"), "utf8")).toBe("secret".repeat(10_000));
    rmSync(folder, { recursive: true });
  }
}

const change = (path: string, all: readonly Mutation[]) => writeFileSync(path, mutate(readFileSync(path), all));

test("a changed state file is found, and the state before it is used", async () => {
  await fc.assert(
    fc.asyncProperty(mutations, async (all) => {
      const found = await expectStart((folder) => change(join(folder, "state"), all));
      // A mutation may change nothing.
      expect([["before"], newest(), "refused"]).toContainEqual(found);
    }),
    { numRuns: 30 },
  );
});

test("a changed file of a part or of a content is found, and the state before it is used", async () => {
  await fc.assert(
    fc.asyncProperty(mutations, fc.nat(), async (all, which) => {
      const found = await expectStart((folder) => {
        const names = readdirSync(join(folder, "contents"));
        change(join(folder, "contents", names[which % names.length] ?? ""), all);
      });
      expect([["before"], newest(), "refused"]).toContainEqual(found);
    }),
    { numRuns: 30 },
  );
});

/** Replaces a part by other bytes, with all hashes right: somebody did it on purpose. */
function forge(folder: string, forgePart: (bytes: Buffer) => Buffer): void {
  const { part, write } = openedFile(folder);
  const bytes = forgePart(readFileSync(join(folder, "contents", part)));
  writeFileSync(join(folder, "contents", sha256(bytes)), bytes);
  write((text) => text.replaceAll(part, sha256(bytes)));
}

test("a forged part ends as well", async () => {
  await fc.assert(
    fc.asyncProperty(mutations, async (all) => {
      await expectStart((folder) => forge(folder, (bytes) => mutate(bytes, all)));
    }),
    { numRuns: 30 },
  );
  const bytes = readFileSync(join(valid, "contents", openedFile(valid).part));
  fc.assert(
    fc.property(mutations, (all) => {
      const decoder = new Decoder();
      try {
        decoder.read("value", mutate(bytes, all), { pathOf: () => "", note: () => {} });
        decoder.finish();
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
    { numRuns: 3_000 },
  );
});

const text = (value: string) => [kind.text, value.length, ...Buffer.from(value)];
const manyBytes = [0xff, 0xff, 0xff, 0xff, 0x0f];
/** A content in a file: a shape of two keys, with their values. */
const content = (size: readonly number[], file: string) => [
  ...[kind.later, ...text("content"), kind.shape, 0, 2, ...text("size"), ...text("file")],
  ...[...size, ...text(file)],
];

test.each([
  ["a list of 2^32 - 1 holes", [kind.list, ...manyBytes]],
  ["a map of 2^32 - 1 entries", [kind.map, ...manyBytes]],
  ["a set of 2^32 - 1 items", [kind.set, ...manyBytes]],
  ["bytes of 4 GB", [kind.bytes, 1, ...manyBytes]],
  ["a text of 4 GB", [kind.text, ...manyBytes]],
  ["a shape of 2^32 - 1 keys", [kind.shape, 0, ...manyBytes]],
  ["a count without an end", [kind.list, ...Array(100).fill(0xff)]],
  ["100,000 lists in each other", Array.from({ length: 200_000 }, (_, i) => (i % 2 === 0 ? kind.list : 1))],
  ["an object of a shape that is not there", [kind.object, 5]],
  ["a reference to what is not there", [kind.again, 5]],
  ["a reference to a part that is not there", [kind.elsewhere, ...text("none"), 0]],
  ["an unknown kind of instance", [kind.kept, ...text("none"), kind.null]],
  ["half a number", [kind.number, 1, 2]],
  ["half a typed array", [kind.bytes, 9, 3, 1, 2, 3]],
  ["an unknown typed array", [kind.bytes, 99, 1, 1]],
  ["a number that is none", [kind.bigint, ...text("0x")]],
  ["more than a value", [kind.null, kind.null]],
  ["an unknown value", [77]],
  ["nothing", []],
  ["a content outside of the folder", content([kind.integer, 12], "../../secret.txt")],
  ["a content without a size", content([kind.null], "a".repeat(64))],
  ["a content that is not there", content([kind.integer, 12], "a".repeat(64))],
])("%s is found, and the state before it is used", async (_what, bytes) => {
  expect(await expectStart((folder) => forge(folder, () => Buffer.from(bytes)))).toEqual(["before"]);
});

test("the work for a part is linear in its bytes: what is not there is not made", () => {
  const files = { pathOf: () => "", note: () => {} };
  // Each of the lists declares as many items as there are bytes left.
  const lists = Buffer.from(Array.from({ length: 30_000 }, () => [kind.list, 0x80, 0x80, 0x01]).flat());
  expect(() => new Decoder().read("value", lists, files)).toThrow("nested too deep");
});

test("a key named __proto__ changes no prototype", () => {
  const bytes = [kind.shape, 0, 1, ...text("__proto__"), kind.shape, 0, 1, ...text("polluted"), kind.true];
  const files = { pathOf: () => "", note: () => {} };
  const found = new Decoder().read("value", Buffer.from(bytes), files) as { polluted?: boolean };
  expect(Object.keys(found)).toEqual(["__proto__"]);
  expect(found.polluted).toBeUndefined();
  expect(Object.getPrototypeOf(found)).toBeNull();
});

test.each(["../../secret.txt", "/etc/passwd", "..", "", "A".repeat(64)])(
  "a part in the file %j is not read",
  async (file) => {
    const found = await expectStart((folder) => {
      const { part, write } = openedFile(folder);
      write((before) => before.replaceAll(part, file));
    });
    expect(found).toEqual(["before"]);
  },
);

test.each([
  ['"now":null', /clock\.now/],
  ['"now":1e400', /clock\.now/],
  ['"now":-1', /clock\.now/],
  ['"now":1e17', /the year is after 9999/],
  ['"now":"NaN"', /clock\.now/],
])("a clock with %s is refused with the reason and what to do", async (clock, reason) => {
  const folder = mkdtempSync(join(root, "clock-"));
  await inFolder(folder, ({ save }) => save([]));
  openedFile(folder).write((before) => before.replace(/"now":\d+/, clock));
  const start = startAccount({ keep: folder });
  await expect(start).rejects.toThrow(reason);
  await expect(start).rejects.toThrow("Choose another folder with --keep to begin empty.");
});
