import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { convert } from "../../cli/convert/convert.ts";
import { convertFile } from "../../cli/convert/convert-file.ts";
import { useConversion } from "./conversion.mts";

const { at, converted, linesOf, refused } = useConversion();
beforeEach(() => void vi.spyOn(console, "log").mockImplementation(() => {}));
afterEach(() => vi.restoreAllMocks());
const write = (name: string, text: string) => {
  writeFileSync(at(name), text);
  return at(name);
};

describe("interactions", () => {
  test("of MovieLens get the columns of the import", async () => {
    const text = "userId,movieId,rating,timestamp\r\n1,296,5.0,1147880044\r\n1,306,3.5,1147868817\r\n";
    expect(await linesOf(text)).toEqual([
      "USER_ID,ITEM_ID,TIMESTAMP,EVENT_VALUE",
      "1,296,1147880044,5.0",
      "1,306,1147868817,3.5",
    ]);
  });

  test.each([
    [
      "get times in seconds, without the columns that the import does not have",
      "event_time;event;price;product_id;user_id\n2019-10-01 00:00:00 UTC;view;3;p;u\n",
      "u,p,1569888000,view",
    ],
    ["with tabs and quoted cells are read", 'user\titem\tts\nann\t"a,b"\t1000000000000\n', 'ann,"a,b",1000000000'],
    ["with separators at the end of rows are read", "user;item;ts\nann;a;5;;\n", "ann,a,5"],
  ])("%s", async (_what, text, row) => {
    expect((await linesOf(text)).slice(1)).toEqual([row]);
  });

  test("without a user are left out and counted", async () => {
    expect(await converted("user,item,ts\n,a,1\nann,a,1\n")).toMatchObject({ rows: 1, leftOut: 1 });
  });

  test("with a column that is not recognised take its name", async () => {
    expect((await linesOf("user,item,moment\nann,a,5\n", { column: new Map([["TIMESTAMP", "moment"]]) }))[1]).toBe(
      "ann,a,5",
    );
  });
});

test("items keep all their columns, and the schema is derived", async () => {
  const genres = ["Action|Crime", "Comedy", "Comedy|Crime"];
  const movies = Array.from({ length: 9 }, (_, i) => `${i + 1},"Film ${i + 1}, The",${genres[i % 3]}`);
  const from = write("movies.csv", `movieId,title,genres\n${movies.join("\n")}\n`);
  const [out, schema] = [at("items.csv"), at("items.schema.json")];
  await convert({ from, out, schema });
  expect(readFileSync(out, "utf8").split("\n").slice(0, 3)).toEqual([
    "ITEM_ID,TITLE,GENRES",
    '1,"Film 1, The",Action|Crime',
    '2,"Film 2, The",Comedy',
  ]);
  expect(JSON.parse(readFileSync(schema, "utf8")).fields.slice(1)).toEqual([
    { name: "TITLE", type: ["null", "string"] },
    { name: "GENRES", type: ["null", "string"], categorical: true },
  ]);
});

describe("a file that cannot be converted", () => {
  const who = new Map([["USER_ID", "who"]]);
  test.each([
    ["without a header", "196\t242\t3\t881250949\n", "has no column names"],
    ["with separators of two characters", "user::item::ts\n1::2::3\n", "has no column names"],
    ["that is empty", "", "is empty"],
    ["with unknown columns", "who,what\n1,2\n", "its columns, who, what, are not recognised"],
    [
      "with a time that is none",
      "user,item,ts\na,b,5\na,b,later\n",
      'in.csv, line 3, column ts: "later" is not a time',
    ],
    ["with a time of 309 digits", `user,item,ts\na,b,${"9".repeat(309)}\n`, 'in.csv, line 2, column ts: "999'],
    [
      "with more values than names",
      "id,name,price\n1,a,2\n2,b,12,50\n",
      "in.csv, line 3: it has 4 values, but the header has 3",
    ],
    ["with a header only", "user,item,ts\n", "has a header and no rows. Nothing was written."],
    [
      "with incomplete rows only",
      "user,item,ts\n,a,5\nann,,5\n",
      "none of its 2 rows has all of USER_ID (user), ITEM_ID (item)",
    ],
    ["with a quotation mark that is not closed", `user,item,ts\n"${"a,b,5\n".repeat(1_000_000)}`, "Max Record Size"],
  ])("%s is refused", async (_what, text, message) => {
    expect(await refused(text)).toContain(message);
  });

  test("with a named column that does not exist is refused with its columns", async () => {
    expect(await refused("user,item,ts\n", { column: who })).toMatch(
      /--column: .*in\.csv has no column "who"\. Its columns: user, item, ts\./,
    );
  });

  test("names only the option that is missing, with the most similar column", async () => {
    expect(await refused("user,item,timestmp\nann,a,5\n")).toMatch(/out\.csv --column TIMESTAMP=timestmp$/);
    expect(await refused("who,item,timestmp\nann,a,5\n", { column: who })).toMatch(
      /out\.csv --column USER_ID=who --column TIMESTAMP=timestmp$/,
    );
  });

  test("that does not exist is refused in words, and a folder that does not exist too", async () => {
    const from = at("absent.csv");
    await expect(convertFile({ from, to: at("out.csv") })).rejects.toThrow(
      `convert: ${from} cannot be read (it does not exist).`,
    );
    const to = at("new", "out.csv");
    await expect(convertFile({ from: write("in.csv", "user,item,ts\na,b,5\n"), to })).rejects.toThrow(
      `${at("new")} does not exist. Create the folder first.`,
    );
  });

  test("is not written over a folder or a device", async () => {
    const from = write("in.csv", "user,item,ts\na,b,5\n");
    mkdirSync(at("out"));
    for (const to of [at("out"), "/dev/null"]) {
      await expect(convertFile({ from, to })).rejects.toThrow("is not a regular file");
    }
  });

  test("onto itself is refused", async () => {
    const from = write("in.csv", "user,item,ts\n");
    await expect(convert({ from, out: from })).rejects.toThrow("is the file to convert");
  });
});

test("what was done is printed: how the file was read, and the next command with its folder", async () => {
  const text = "user;item;date\nann;T\xf6pfe;13/02/2026\n;a;13/02/2026\n";
  const from = at("in.csv");
  writeFileSync(from, Buffer.from(text, "latin1"));
  const out = at("out.csv");
  await convert({ from, out });
  expect(vi.mocked(console.log).mock.calls.flat()).toEqual([
    `${out}: 1 interaction`,
    "  USER_ID from user",
    "  ITEM_ID from item",
    "  TIMESTAMP from date (day first)",
    "The file was read as windows-1252. If letters are wrong, name its encoding: --encoding <name>",
    "1 row without a user, an item or a time was left out.",
    `Try it: npm start -- --interactions ${out}`,
  ]);
});

test("users that are e-mail addresses are mentioned", async () => {
  const from = write("in.csv", "order_id,email,sku,order_date\n1,ann@example.com,a,2026-09-03\n");
  await convert({ from, out: at("out.csv") });
  expect(console.log).toHaveBeenCalledWith(
    expect.stringMatching(/^Users are e-mail addresses.*--column USER_ID=<name>$/),
  );
});

test("what a killed run left is replaced, and the file itself exists only when it is complete", async () => {
  write("out.csv.unfinished", "USER_ID,ITE");
  const { lines } = await converted("user,item,ts\nann,a,5\n");
  expect(lines).toEqual(["USER_ID,ITEM_ID,TIMESTAMP", "ann,a,5"]);
  expect(readdirSync(at()).sort()).toEqual(["in.csv", "out.csv"]);
});

test("a large file is converted piece by piece", async () => {
  const rows = Array.from(
    { length: 30_000 },
    (_, i) => `user-${i % 500},item-${i % 70},${1_717_200_000_000 + i * 1000}`,
  );
  const { lines } = await converted(`userId,itemId,timestamp\n${rows.join("\n")}\n`);
  expect(lines).toHaveLength(30_001);
  expect(lines.at(-1)).toBe("user-499,item-39,1717229999");
});
