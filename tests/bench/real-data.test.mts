import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { deflateSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { readRTable, textsOf } from "../../tools/bench/recommender/r-data.ts";
import { createFolder } from "../support/temporary-folder.mts";

const root = join(import.meta.dirname, "../..");
const isInstalled = existsSync("/usr/lib/R/site-library/dslabs");

test.skipIf(isInstalled)(
  "without data `npm run bench -- real` says that it is skipped, and misses no target",
  async () => {
    const { MOVIELENS: _, ...environment } = process.env;
    // Without a PATH there is no apt-get that could fetch the package.
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "tools/bench/main.ts", "real"], {
      cwd: root,
      env: { ...environment, PATH: "" },
    });
    expect(stdout).toContain("skipped: there is no Debian package r-cran-dslabs here");
    expect(stdout).not.toContain("NDCG");
  },
);

describe("a table of an R package", () => {
  // The form is that of "R Internals", chapter "Serialization Formats": big-endian, a word of flags
  // before each value.
  const hasAttributes = 0x200;
  const words = (...values: number[]) => Buffer.concat(values.map((value) => wordOf(value)));
  const wordOf = (value: number) => {
    const word = Buffer.alloc(4);
    word.writeInt32BE(value);
    return word;
  };
  const doubleOf = (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return bytes;
  };
  const text = (value: string) => Buffer.concat([words(9, Buffer.byteLength(value)), Buffer.from(value)]);
  const texts = (...values: string[]) => Buffer.concat([words(16, values.length), ...values.map(text)]);
  const end = words(0xfe);
  const symbol = (name: string) => Buffer.concat([words(1), text(name)]);
  const symbolAgain = (number: number) => words((number << 8) | 0xff);
  const attribute = (name: Buffer, value: Buffer) => Buffer.concat([words(0x402), name, value]);
  const list = (values: Buffer[], ...attributes: Buffer[]) =>
    Buffer.concat([words(19 | hasAttributes, values.length), ...values, ...attributes, end]);
  const serialise = (value: Buffer) =>
    deflateSync(Buffer.concat([Buffer.from("X\n"), words(2, 0x30500, 0x20300), value]));

  const folder = createFolder();
  beforeAll(() => {
    const levels = attribute(symbol("levels"), texts("rare", "häufig"));
    const factor = Buffer.concat([words(13 | hasAttributes | 0x100, 2, 2, 1), levels, end]);
    const columns = [
      Buffer.concat([words(14, 2), doubleOf(3.5), doubleOf(4)]),
      words(13, 2, 7, 8),
      texts("a", "b"),
      factor,
    ];
    const table = serialise(list(columns, attribute(symbol("names"), texts("rating", "userId", "title", "kind"))));
    const data = Buffer.concat([Buffer.from("before"), wordOf(99), table, Buffer.from("after")]);
    writeFileSync(join(folder, "Rdata.rdb"), data);
    const place = words(13, 2, 6, 4 + table.length);
    const variables = list([place], attribute(symbol("names"), texts("films")));
    const index = list([variables], attribute(symbolAgain(1), texts("variables")));
    writeFileSync(join(folder, "Rdata.rdx"), serialise(index));
  });

  test("has numbers, texts and the levels of factors", () => {
    const columns = [...readRTable(folder, "films")].map(([name, column]) => [name, textsOf(column)]);
    expect(Object.fromEntries(columns)).toEqual({
      rating: ["3.5", "4"],
      userId: ["7", "8"],
      title: ["a", "b"],
      kind: ["häufig", "rare"],
    });
  });

  test("that is not there is named", () => {
    expect(() => readRTable(folder, "movielens")).toThrow(`${folder} has no table movielens.`);
  });
});
