// A file's ids, times and numbers are read as those of the stream's records
// (tests/values/values.test.mts has these): what a user writes in any form of a CSV file is the
// same in the import, in the catalogue, and in an event or update.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkRows, keepLastRows, noteUnused, readInteractions } from "../../seed/import-files/checked-rows.ts";
import { quoteCell, readCsv, toSchemaColumns } from "../../seed/import-files/csv-file.ts";
import { listEventTypes } from "../../seed/import-files/event-types.ts";
import { readGivenCsv } from "../../seed/import-files/given-file.ts";
import { writeRowLines } from "../../seed/import-files/row-lines.ts";
import { type Field, readValue } from "../../values/columns.ts";
import { describeBadId } from "../../values/id.ts";
import { createFolder } from "../support/temporary-folder.mts";

const folder = createFolder();
const path = join(folder, "file.csv");
const given = { setting: "recommender:interactionsFile", path, remedy: "set another one" };
/** Reads a file, and throws what is wrong with its rows. */
const readText = (text: string, fields: readonly Field[] = []) => {
  writeFileSync(path, text);
  const problems: string[] = [];
  const csv = readInteractions(given, fields, problems);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return csv;
};
const header = "USER_ID,ITEM_ID,TIMESTAMP";

describe("a row is refused with its line, its column and the reason:", () => {
  const noId = "is what programs write for a missing id, such as undefined, null, None or (not set)";
  test.each([
    [",pan,5", "USER_ID is empty"],
    ["  ,pan,5", "USER_ID is empty"],
    ["NULL,pan,5", `USER_ID "NULL" ${noId}`],
    ["ann,null,5", `ITEM_ID "null" ${noId}`],
    [`${"u".repeat(257)},pan,5`, `USER_ID "${"u".repeat(59)}…" is longer than 256 characters`],
    ["ann,pan,", "TIMESTAMP is empty"],
    ["ann,pan", "TIMESTAMP is empty"],
    ["ann,pan,yesterday", 'TIMESTAMP "yesterday" must be epoch seconds or an ISO 8601 time with its offset'],
    ["ann,pan,2026-03-01", 'TIMESTAMP "2026-03-01" must be epoch seconds or an ISO 8601 time with its offset'],
    ["ann,pan,1717200013000", 'TIMESTAMP "1717200013000" is not in seconds; divide milliseconds by 1,000'],
    ["ann,pan,-5", 'TIMESTAMP "-5" must be epoch seconds or an ISO 8601 time with its offset'],
    ["ann,pan,2999-01-01T00:00:00Z", 'TIMESTAMP "2999-01-01T00:00:00Z" is in the future'],
  ])("%s", (row, problem) => {
    expect(() => readText(`${header}\nann,pan,5\n${row}\n`)).toThrow(
      `${path}, line 3: ${problem} (lines like it: 1).\n  `,
    );
  });

  test.each([
    ["", "Give it a value, or"],
    ["yesterday", "Write it as 1751364000 or "],
    ["2026-03-01 10:00:00", "Write it as 1751364000 or "],
    ["1e40", "Write it as 1751364000 or "],
    ["1717200013000", "Divide the column by 1,000: this is then 2024-06-01T00:00:13Z, or"],
    ["1717200013000000", "Divide the column by 1,000,000: this is then 2024-06-01T00:00:13Z, or"],
    ["1717200013000000000", "Divide the column by 1,000,000,000: this is then 2024-06-01T00:00:13Z, or"],
    ["32472144000", "Correct the clock or the offset that it was written with, or"],
  ])("with what to do about the time %j", (time, advice) => {
    expect(() => readText(`${header}\nann,pan,${time}\n`)).toThrow(`(lines like it: 1).\n  ${advice}`);
  });

  test("with the number of lines like it", () => {
    expect(() => readText(`${header}\nNULL,pan,5\n(not set),pan,6\nann,pan,7\nnull,pan,8\n`)).toThrow(
      `line 2: USER_ID "NULL" ${noId} (lines like it: 3, line 3 "(not set)", line 5 "null").`,
    );
  });

  test.each([
    ["\n", 5],
    ["\r\n", 5],
  ])("counting the lines of cells with line breaks (%j)", (end, line) => {
    const text = [header, `ann,"a ""b""${end}c",5`, 'ann,"pan, large",6', ",pan,7", ""].join(end);
    expect(() => readText(text)).toThrow(`line ${line}: USER_ID is empty (`);
  });

  test.each([
    [{ name: "PRICE", type: ["null", "float"] }, "9,50", "must be a number, with a point for decimals"],
    [{ name: "PRICE", type: ["null", "float"] }, "0x10", "must be a number"],
    [{ name: "PRICE", type: ["null", "float"] }, "1e39", "is not between ±3.4e+38"],
    [{ name: "PRICE", type: ["null", "double"] }, "1e999", "must be a number"],
    [{ name: "STOCK", type: ["null", "int"] }, "1.5", "must be a whole number"],
    [{ name: "STOCK", type: ["null", "int"] }, "2147483648", "is not between ±2147483647"],
    [{ name: "EAN", type: ["null", "long"] }, "9007199254740993", "is not between ±9007199254740991"],
    [{ name: "NEW", type: ["null", "boolean"] }, "True", "must be true or false"],
    [
      { name: "creation_timestamp", type: ["null", "long"] },
      "1717200013000",
      "is not in seconds; divide milliseconds by 1,000",
    ],
  ])("a value that is not of its column's type: %j", (field, cell, reason) => {
    const csv = readCsv(`ITEM_ID,${field.name}\npan,\ncup,"${cell}"\n`);
    expect(checkRows(csv, given, [field])).toEqual([
      expect.stringContaining(`line 3: ${field.name} ${JSON.stringify(cell)} ${reason} (`),
    ]);
    // The same value in a record of the stream.
    const sent = /^[\d.e+]+$/.test(cell) ? JSON.parse(cell) : cell;
    expect(readValue(field, sent)).toEqual({ reason });
  });
});

test("all problems of a file are one error, each with its count and three examples", () => {
  const bad = ["NULL,pan,5", ...[1, 2, 3, 4].map((n) => `ann,,day-${n}`), "bob,cup,7", "cat,pot,8,5"];
  const message = (() => {
    try {
      readText([header, ...bad].join("\n"));
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  })();
  const problems = message.split("\n").filter((line) => line.startsWith("recommender:"));
  expect(problems).toEqual([
    expect.stringMatching(/line 2: USER_ID "NULL" .* \(lines like it: 1\)\.$/),
    expect.stringMatching(/line 3: ITEM_ID is empty \(lines like it: 4, line 4, line 5\)\.$/),
    expect.stringMatching(/line 3: TIMESTAMP "day-1" .* \(lines like it: 4, line 4 "day-2", line 5 "day-3"\)\.$/),
    expect.stringMatching(/line 8: "5" is in no column: the header has 3 \(lines like it: 1\)\.$/),
  ]);
});

test("an interaction without a type is refused where others have one, and taken where none has", () => {
  const problemsOf = (...types: string[]) => {
    const rows = types.map((type, index) => `ann,pan,${index},${type}`);
    writeFileSync(path, [`${header},EVENT_TYPE`, ...rows].join("\n"));
    const problems: string[] = [];
    readInteractions(given, [{ name: "EVENT_TYPE", type: "string" }], problems);
    return problems;
  };
  expect(problemsOf("", " ")).toEqual([]);
  expect(problemsOf("View", "", " ")).toEqual([
    expect.stringMatching(/line 3: EVENT_TYPE is empty, and other lines have one \(lines like it: 2, line 4\)/),
  ]);
});

/** Guide, "Quotas": categorical data and impressions. Service model: properties of PutUsers. */
test.each([
  [{ name: "BRAND", type: "string", categorical: true }, 1_000],
  [{ name: "IMPRESSION", type: ["null", "string"] }, 1_000],
  [{ name: "TEXT", type: ["null", "string"] }, 24_000],
])("a cell of %j has at most %d characters", (field, most) => {
  const check = (length: number) => {
    const csv = readCsv(`ITEM_ID,${field.name}\npan,${"ab|".repeat(length).slice(0, length - 1)}c\n`);
    return checkRows(csv, given, [field]);
  };
  expect(check(most)).toEqual([]);
  expect(check(most + 1)).toEqual([
    expect.stringContaining(`is longer than ${most.toLocaleString("en")} characters (lines like it: 1)`),
  ]);
  const [long = ""] = check(20_000_000);
  expect(long.length).toBeLessThan(600);
});

test("two columns whose names differ in case only are refused", () => {
  writeFileSync(path, "ITEM_ID,Price,PRICE\npan,1,2\n");
  expect(() => readGivenCsv(given)).toThrow("has two columns Price. Remove one of them.");
});

test("items with several rows are named and counted, and the last row counts", () => {
  const { csv, notes } = keepLastRows(readCsv("ITEM_ID,A\npan,1\ncup,2\n\npan,3\n"), given, {
    idColumn: "ITEM_ID",
    word: "item",
  });
  expect(csv.rows.slice(1)).toEqual([["cup", "2"], [""], ["pan", "3"]]);
  expect(notes).toEqual([`${path}: 1 item has several rows, such as "pan"; the last one counts.`]);
});

test("columns that the schema does not have are named and counted", () => {
  const csv = readCsv("item_id,Colour,SIZE\npan,red,5\n");
  expect(noteUnused(csv, given, [{ name: "ITEM_ID", type: "string" }])).toEqual([
    `${path}: columns that the schema does not have are left out (2): Colour, SIZE.`,
  ]);
  expect(noteUnused(csv, given, csv.rows[0]?.map((name) => ({ name, type: "string" })) ?? [])).toEqual([]);
});

describe("interactions without an event type have the default one", () => {
  const schema = JSON.stringify({
    fields: [...header.split(","), "EVENT_TYPE"].map((name) => ({ name, type: "string" })),
  });
  test.each([
    ["an empty column", `${header},EVENT_TYPE\nann,pan,5,\nbob,pan,6,\n`, ["View"], "View View"],
    ["some empty cells", `${header},event_type\nann,pan,5,Buy\nbob,pan,6,\n`, ["Buy", "View"], "Buy View"],
    ["no column", `${header}\nann,pan,5\nbob,pan,6\n`, ["View"], "View View"],
  ])("%s", (_what, text, types, imported) => {
    const csv = readText(text);
    expect(listEventTypes(csv, "View")).toEqual(types);
    const rows: string[][] = parse(toSchemaColumns(csv, schema, { EVENT_TYPE: "View" }));
    expect(rows.slice(1).map((row) => row[3])).toEqual(imported.split(" "));
  });
});

describe("a file in any form", () => {
  const fields = [
    { name: "ITEM_ID", type: "string" },
    { name: "title", type: ["null", "string"] },
    { name: "Price", type: ["null", "double"] },
    { name: "STOCK", type: ["null", "int"] },
    { name: "new", type: ["null", "boolean"] },
    { name: "Creation_Timestamp", type: ["null", "long"] },
  ];
  const schema = JSON.stringify({ fields });
  const id = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((text) => !describeBadId(text));
  const time = fc.integer({ min: 0, max: 1_700_000_000 });
  /** The values of a row, and the forms in which a user may write its time. */
  const row = fc.record(
    {
      ITEM_ID: id,
      title: fc
        .string({ unit: fc.constantFrom("a", '"', ",", "\n", "ö", " ", "|"), minLength: 1 })
        .filter((text) => /[aö]/.test(text)),
      Price: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
      STOCK: fc.integer({ min: -(2 ** 31) + 1 }),
      new: fc.boolean(),
      Creation_Timestamp: time,
    },
    { requiredKeys: ["ITEM_ID"] },
  );
  const form = fc.record({
    order: fc.shuffledSubarray(
      fields.map(({ name }) => name),
      { minLength: fields.length },
    ),
    inUpperCase: fc.boolean(),
    end: fc.constantFrom("\n", "\r\n"),
    mark: fc.constantFrom("", "\ufeff"),
    timeForm: fc.constantFrom(
      (seconds: number) => String(seconds),
      (seconds: number) => new Date(seconds * 1000).toISOString(),
      (seconds: number) => `${seconds}.0`,
    ),
  });

  test("has the same values in the import, in the catalogue and in an update of the item", () => {
    const rows = fc.uniqueArray(row, { selector: ({ ITEM_ID }) => ITEM_ID, minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, form, (items, { order, inUpperCase, end, mark, timeForm }) => {
        const cellOf = (item: Record<string, unknown>, name: string) => {
          const value = item[name];
          if (value === undefined) return "";
          return name === "Creation_Timestamp" ? timeForm(Number(value)) : String(value);
        };
        const lines = [
          order.map((name) => (inUpperCase ? name.toUpperCase() : name.toLowerCase())),
          ...items.map((item) => order.map((name) => cellOf(item, name))),
        ].map((cells) => cells.map(quoteCell).join(","));
        const csv = readCsv(`${mark}${lines.join(end)}${end}`);
        expect(checkRows(csv, given, fields)).toEqual([]);

        const catalogue = writeRowLines(csv, schema, "ITEM_ID").trimEnd().split("\n");
        const expected = items.map(({ ITEM_ID: id, ...columns }) => ({ id, columns }));
        expect(catalogue.map((line) => JSON.parse(line))).toEqual(expected);
        for (const { columns } of expected) {
          for (const [name, value] of Object.entries(columns)) {
            const field = fields.find((each) => each.name === name) ?? expect.fail(name);
            expect(readValue(field, value)).toEqual({ value });
          }
        }
        const text = toSchemaColumns(csv, schema, {});
        expect(text.startsWith("ITEM_ID,title,Price,STOCK,new,Creation_Timestamp")).toBe(true);
        const imported: Record<string, string>[] = parse(text, { columns: true, relax_quotes: true });
        const asText = (item: object) =>
          Object.fromEntries(fields.map(({ name }) => [name, String((item as Record<string, unknown>)[name] ?? "")]));
        expect(imported).toEqual(items.map(asText));
      }),
    );
  });
});
