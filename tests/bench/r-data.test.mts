import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldsOf, readObject, textsOf } from "../../bench/recommender/r-data.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "r-data-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

// R's own words for what it writes (R Internals, "Serialization Formats"): flags and type first, big-endian all.

const hasAttributes = 0x200;
const hasTag = 0x400;
const int = (...values: number[]) => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeInt32BE(value, 4 * i);
  return bytes;
};
const double = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
};
const nothing = int(254);
const NA = -(2 ** 31);

const char = (text: string | null) =>
  text === null ? int(9, -1) : Buffer.concat([int(9, Buffer.byteLength(text)), Buffer.from(text)]);
const symbol = (name: string) => Buffer.concat([int(1), char(name)]);
/** What was a symbol or an environment before, counted from 1. */
const reference = (index: number) => int((index << 8) | 255);

type Member = readonly [tag: Buffer | undefined, value: Buffer];
const pairs = (...members: Member[]) =>
  Buffer.concat([
    ...members.flatMap(([tag, value]) => (tag ? [int(2 | hasTag), tag, value] : [int(2), value])),
    nothing,
  ]);

const vector = (type: number, cells: readonly Buffer[], attributes: readonly Member[] = []) =>
  Buffer.concat([
    int(type | (attributes.length > 0 ? hasAttributes : 0), cells.length),
    ...cells,
    ...(attributes.length > 0 ? [pairs(...attributes)] : []),
  ]);
const integers = (values: readonly number[], attributes?: Member[]) =>
  vector(
    13,
    values.map((v) => int(v)),
    attributes,
  );
const doubles = (values: readonly number[]) => vector(14, values.map(double));
const strings = (values: readonly (string | null)[], attributes?: Member[]) => vector(16, values.map(char), attributes);
const list = (values: readonly Buffer[], attributes?: Member[]) => vector(19, values, attributes);
const named = (members: Readonly<Record<string, Buffer>>) =>
  list(Object.values(members), [[symbol("names"), strings(Object.keys(members))]]);
const alternative = (form: string, state: Buffer, attributes = nothing) =>
  Buffer.concat([
    int(238),
    pairs([undefined, symbol(form)], [undefined, symbol("base")], [undefined, integers([13])]),
    state,
    attributes,
  ]);

const version2 = Buffer.concat([Buffer.from("X\n"), int(2, 0x30600, 0x20300)]);
const version3 = Buffer.concat([Buffer.from("X\n"), int(3, 0x40300, 0x30500, 5), Buffer.from("UTF-8")]);

interface Form {
  readonly header?: Buffer;
  /** How the index is compressed. */
  readonly compress?: (bytes: Buffer) => Buffer;
  /** What is between an object's length and its data; nothing before those of zlib. */
  readonly marker?: string;
}

let written = 0;
/** Writes a database with this one object, called `pets`, and reads it. */
function roundTrip(object: Buffer, { header = version3, compress = deflateSync, marker = "" }: Form = {}) {
  const path = join(folder, String(++written));
  const content = Buffer.concat([header, object]);
  const stored = Buffer.concat([int(content.length), Buffer.from(marker), deflateSync(content)]);
  // Something before it, so that its place matters.
  writeFileSync(`${path}.rdb`, Buffer.concat([Buffer.from("before"), stored]));
  const index = named({ variables: named({ pets: integers([6, stored.length]) }), compressed: integers([1]) });
  writeFileSync(`${path}.rdx`, compress(Buffer.concat([header, index])));
  return { path, read: (name = "pets") => readObject(path, name) };
}
const valuesOf = (object: Buffer, form?: Form) => roundTrip(object, form).read().values;

describe("vectors", () => {
  test("integers; the smallest is NA", () => {
    expect(valuesOf(integers([0, -7, NA, 2 ** 31 - 1]))).toEqual([0, -7, null, 2 ** 31 - 1]);
  });

  test("logical values are 0 and 1, or NA", () => {
    expect(valuesOf(vector(10, [int(1), int(0), int(NA)]))).toEqual([1, 0, null]);
  });

  test("doubles", () => {
    expect(valuesOf(doubles([0.1, -1e300, Number.POSITIVE_INFINITY]))).toEqual([0.1, -1e300, Number.POSITIVE_INFINITY]);
  });

  test("strings in UTF-8, empty ones and NA", () => {
    expect(valuesOf(strings(["Amélie", "", null, "🐕"]))).toEqual(["Amélie", "", null, "🐕"]);
  });

  test("lists of anything, nothing too", () => {
    const [numbers, none, inner] = valuesOf(list([integers([1]), nothing, list([])]));
    expect([numbers, none, inner]).toMatchObject([{ values: [1] }, null, { values: [] }]);
  });
});

describe("data frames", () => {
  const levels: Member = [symbol("levels"), strings(["cat", "dog"])];

  test("have their columns by name, and the cells of a factor by level", () => {
    const frame = named({ user: integers([7, 8, 9]), species: integers([2, 1, 2], [levels]) });
    const { user, species } = fieldsOf(roundTrip(frame).read());
    expect(user && textsOf(user)).toEqual(["7", "8", "9"]);
    expect(species && textsOf(species)).toEqual(["dog", "cat", "dog"]);
  });

  test("name an attribute once: afterwards it is a reference, short or long", () => {
    const second: Member = [reference(1), strings(["ant"])];
    const third: Member = [int(255, 1), strings(["owl"])];
    const columns = [integers([1], [levels]), integers([1], [second]), integers([1], [third])];
    const read = roundTrip(list(columns)).read().values as ReturnType<typeof readObject>[];
    expect(read.map(textsOf)).toEqual([["cat"], ["ant"], ["owl"]]);
  });

  test("count an environment among what is referred to", () => {
    const environment = Buffer.concat([int(4, 0), int(242), nothing, nothing, nothing]);
    const columns = [environment, integers([2], [levels]), integers([1], [[reference(2), strings(["owl"])]])];
    const [, first, second] = roundTrip(list(columns)).read().values as ReturnType<typeof readObject>[];
    expect([first, second].map((column) => column && textsOf(column))).toEqual([["dog"], ["owl"]]);
  });
});

describe("alternative forms", () => {
  test("a sequence is kept by its length, first and step", () => {
    expect(valuesOf(alternative("compact_intseq", doubles([4, 10, -1])))).toEqual([10, 9, 8, 7]);
  });

  test("numbers that were not yet made texts", () => {
    const state = pairs([undefined, integers([3, 14])], [undefined, integers([0])]);
    expect(valuesOf(alternative("deferred_string", state))).toEqual(["3", "14"]);
  });

  test("a wrapped vector is its content, with the wrapper's attributes", () => {
    const wrapped = alternative(
      "wrap_integer",
      list([integers([2, 1]), integers([0, 0])]),
      pairs([symbol("levels"), strings(["cat", "dog"])]),
    );
    expect(textsOf(roundTrip(wrapped).read())).toEqual(["dog", "cat"]);
  });

  test("others are refused by name", () => {
    const { read } = roundTrip(alternative("mmap_real", list([])));
    expect(read).toThrow("a vector of the form mmap_real cannot be read");
  });
});

describe("files", () => {
  test.each<[string, Form]>([
    ["version 2", { header: version2 }],
    ["an index under gzip", { compress: gzipSync }],
  ])("%s", (_, form) => {
    expect(valuesOf(integers([42]), form)).toEqual([42]);
  });

  test("reports an object that does not exist, and the file", () => {
    const { path, read } = roundTrip(integers([1]));
    expect(() => read("owls")).toThrow(`${path}.rdx has no object owls.`);
  });

  test.each(["2", "Z"])("an object under the compression %s is refused", (marker) => {
    const { read } = roundTrip(integers([1]), { marker });
    expect(read).toThrow(`R data: pets is compressed by the method "${marker}", which cannot be read.`);
  });

  test("the ASCII form is refused", () => {
    const { read } = roundTrip(integers([1]), { header: Buffer.from("A\n") });
    expect(read).toThrow("R data: not in the XDR form.");
  });
});

test("an object of another type is refused by its number", () => {
  expect(roundTrip(int(3)).read).toThrow("R data: an object of type 3 cannot be read.");
});

test("a vector of more than 2^31 - 1 cells is refused", () => {
  expect(roundTrip(int(13, -1, 1, 0)).read).toThrow("R data: a vector that long cannot be read.");
});
