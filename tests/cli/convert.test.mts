import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { convert } from "../../cli/convert/convert.ts";
import { convertFile } from "../../cli/convert/convert-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "convert-"));
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});
const write = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const columns = (given: Record<string, string> = {}) => new Map(Object.entries(given));
const converted = async (text: string, given?: Record<string, string>) => {
  const to = join(folder, "out.csv");
  const { rows, leftOut } = await convertFile({ from: write("in.csv", text), to, columns: columns(given) });
  return { rows, leftOut, lines: readFileSync(to, "utf8").trimEnd().split("\n") };
};

describe("interactions", () => {
  test("of MovieLens get the columns of the import", async () => {
    const text = "userId,movieId,rating,timestamp\r\n1,296,5.0,1147880044\r\n1,306,3.5,1147868817\r\n";
    expect((await converted(text)).lines).toEqual([
      "USER_ID,ITEM_ID,TIMESTAMP,EVENT_VALUE",
      "1,296,1147880044,5.0",
      "1,306,1147868817,3.5",
    ]);
  });

  test("get times in seconds, without the columns that the import does not have", async () => {
    const text = "event_time;event;price;product_id;user_id\n2019-10-01 00:00:00 UTC;view;3;p;u\n";
    expect((await converted(text)).lines).toEqual(["USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE", "u,p,1569888000,view"]);
  });

  test("with tabs and quoted cells are read", async () => {
    expect((await converted('user\titem\tts\nann\t"a,b"\t1000000000000\n')).lines[1]).toBe('ann,"a,b",1000000000');
  });

  test("without a user are left out and counted", async () => {
    expect(await converted("user,item,ts\n,a,1\nann,a,1\n")).toMatchObject({ rows: 1, leftOut: 1 });
  });

  test("with a column that is not recognised take its name", async () => {
    expect((await converted("user,item,moment\nann,a,5\n", { TIMESTAMP: "moment" })).lines[1]).toBe("ann,a,5");
  });
});

test("items keep all their columns, and the schema is derived", async () => {
  const genres = ["Action|Crime", "Comedy", "Comedy|Crime"];
  const movies = Array.from({ length: 9 }, (_, i) => `${i + 1},"Film ${i + 1}, The",${genres[i % 3]}`);
  const from = write("movies.csv", `movieId,title,genres\n${movies.join("\n")}\n`);
  const [out, schema] = [join(folder, "items.csv"), join(folder, "items.schema.json")];
  await convert({ from, out, schema, columns: columns() });
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
  test.each([
    ["without a header", "196\t242\t3\t881250949\n", "has no names of columns"],
    ["with separators of two characters", "user::item::ts\n1::2::3\n", "has no names of columns"],
    ["that is empty", "", "is empty"],
    ["with unknown columns", "who,what\n1,2\n", "its columns, who, what, are not recognised"],
    ["with a time that is none", "user,item,ts\na,b,5\na,b,later\n", 'in.csv, row 2: "later" is not a time'],
  ])("%s is refused", async (_what, text, message) => {
    await expect(converted(text)).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual(["in.csv"]);
  });

  test("with a named column that does not exist is refused with its columns", async () => {
    await expect(converted("user,item,ts\n", { USER_ID: "who" })).rejects.toThrow(
      /--column: .*in\.csv has no column "who"\. Its columns: user, item, ts\./,
    );
  });

  test("onto itself is refused", async () => {
    const from = write("in.csv", "user,item,ts\n");
    await expect(convert({ from, out: from, columns: columns() })).rejects.toThrow("is the file to convert");
  });
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
