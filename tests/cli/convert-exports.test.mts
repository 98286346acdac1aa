import { describe, expect, test } from "vitest";
import { useConversion } from "./conversion.mts";

const { linesOf: converted, refused } = useConversion();
type Named = Parameters<typeof converted>[1];

const items = "id;title\n1;Süßes – 5 €\n2;Ørsted\n";
const itemLines = ["ITEM_ID,TITLE", "1,Süßes – 5 €", "2,Ørsted"];
/** In Windows-1252 (Unicode's mapping table CP1252.TXT): – is 0x96, € is 0x80, the others are Latin-1. */
const windows1252 = Buffer.from(items.replaceAll("–", "\u0096").replaceAll("€", "\u0080"), "latin1");
const utf16be = (text: string) => Buffer.from(text, "utf16le").swap16();

describe("letters are the same in the new file, whatever the encoding:", () => {
  test.each([
    ["UTF-8", Buffer.from(items)],
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${items}`)],
    ["UTF-16LE with a byte order mark", Buffer.from(`\ufeff${items}`, "utf16le")],
    ["UTF-16LE without one", Buffer.from(items, "utf16le")],
    ["UTF-16BE with a byte order mark", utf16be(`\ufeff${items}`)],
    ["UTF-16BE without one", utf16be(items)],
    ["Windows-1252", windows1252],
  ])("%s", async (_encoding, content) => {
    expect(await converted(content)).toEqual(itemLines);
  });

  test("one that only the user knows", async () => {
    const polish = Buffer.from([...Buffer.from("id,title\n1,"), 0xb3, ...Buffer.from("\n")]);
    expect((await converted(polish, { encoding: "windows-1250" }))[1]).toBe("1,ł");
  });

  test("one that is seen only after the first pieces of the file", async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => `${row},plain\n`).join("");
    const lines = await converted(Buffer.concat([Buffer.from(`id,title\n${rows}x,`), Buffer.from("Söße\n", "latin1")]));
    expect(lines.at(-1)).toBe("x,Söße");
  });
});

describe("letters that cannot be read are refused with the line, the column and the option:", () => {
  test.each([
    [
      "a wrong byte in UTF-8",
      Buffer.concat([Buffer.from("id,title\n1,Süßes\n2,S"), Buffer.of(0xf6), Buffer.from("\n")]),
    ],
    [
      "a byte that Windows-1252 does not have",
      Buffer.concat([Buffer.from("id,title\n1,a\n2,S\xf6", "latin1"), Buffer.of(0x81)]),
    ],
    ["a letter that was lost before", Buffer.from("id,title\n1,Süß\n2,S\ufffd\n")],
    ["half a pair of UTF-16", Buffer.from("\ufeffid,title\n1,a\n2,S\ud83d\n", "utf16le")],
  ])("%s", async (_what, content) => {
    expect(await refused(content)).toMatch(
      /in\.csv, line 3, column title: "S.*cannot be read as[\s\S]* --encoding [\w-]+/,
    );
  });

  test("a named encoding that the file does not have", async () => {
    expect(await refused(windows1252, { encoding: "utf-8" })).toMatch(
      /line 2, column title: .*--encoding windows-1252/s,
    );
  });

  test("not where nothing of them is written", async () => {
    const text = Buffer.concat([Buffer.from("user,item,ts,note\nann,pan,5,ü"), Buffer.of(0xf6), Buffer.from("\n")]);
    expect(await converted(text)).toEqual(["USER_ID,ITEM_ID,TIMESTAMP", "ann,pan,5"]);
  });

  test("a workbook of Excel", async () => {
    expect(await refused(Buffer.from("PK\u0003\u0004\u0014\0\u0006\0\0\0[Content_Types].xml"))).toMatch(
      /in\.csv is not a text file\. Save an Excel workbook as "CSV UTF-8"/,
    );
  });
});

test("the line with the separator, which Excel writes, is not the header", async () => {
  expect(await converted("sep=;\r\nuser;item;ts\r\nann;pan, big;5\r\n")).toEqual([
    "USER_ID,ITEM_ID,TIMESTAMP",
    'ann,"pan, big",5',
  ]);
});

describe("dates", () => {
  const timesOf = async (times: string[], named?: Named) => {
    const rows = times.map((time) => `ann\tpan\t${time}`);
    const lines = await converted(`user\titem\tdate\n${rows.join("\n")}\n`, named);
    return lines.slice(1).map((line) => new Date(1000 * Number(line.split(",")[2])).toISOString().slice(0, 16));
  };

  test.each([
    [
      "one of which proves that the day is first",
      ["03/04/2026", "13/02/2026 14:05"],
      ["2026-04-03T00:00", "2026-02-13T14:05"],
    ],
    [
      "one of which proves that the month is first",
      ["3/4/26 2:05 PM", "2/13/2026"],
      ["2026-03-04T14:05", "2026-02-13T00:00"],
    ],
    ["with dots have the day first", ["03.04.2026 09:30:15", "1.2.26"], ["2026-04-03T09:30", "2026-02-01T00:00"]],
    [
      "that are the same in both orders prove nothing",
      ["03/03/2026", "04-04-2026"],
      ["2026-03-03T00:00", "2026-04-04T00:00"],
    ],
    ["with the year first", ["2026/4/3 7:05", "2026.04.03"], ["2026-04-03T07:05", "2026-04-03T00:00"]],
    ["with an offset", ["13/02/2026 14:05:00 +0200", "13/02/2026 14:05 UTC"], ["2026-02-13T12:05", "2026-02-13T14:05"]],
    ["of French settings", ["13/02/2026 à 14h05"], ["2026-02-13T14:05"]],
    ["at midnight and noon", ["2/13/2026 12:00 AM", "2/13/2026 12:00 p.m."], ["2026-02-13T00:00", "2026-02-13T12:00"]],
    // Excel counts days from 1900: support.microsoft.com, "DATEVALUE function" (1 January 2008 is 39448).
    [
      "as Excel's day numbers",
      ["39448", "39448,5", "39448.75"],
      ["2008-01-01T00:00", "2008-01-01T12:00", "2008-01-01T18:00"],
    ],
  ])("%s", async (_what, times, expected) => {
    expect(await timesOf(times)).toEqual(expected);
  });

  test("of which none proves the order are refused, and read as the user says", async () => {
    const csv = "user,item,date\nann,pan,05/05/2026\nann,pan,03/04/2026\n";
    expect(await refused(csv)).toMatch(
      /in\.csv, line 3, column date: "03\/04\/2026" can have the day or the month first.*\n.*--time-format DD\/MM\/YYYY or --time-format MM\/DD\/YYYY/,
    );
    expect(await timesOf(["03/04/2026"], { timeFormat: "day-first" })).toEqual(["2026-04-03T00:00"]);
    expect(await timesOf(["03/04/2026"], { timeFormat: "month-first" })).toEqual(["2026-03-04T00:00"]);
  });

  test("that prove both orders are refused with both lines", async () => {
    expect(await refused("user,item,date\nann,pan,13/02/2026\nann,pan,02/13/2026\n")).toMatch(
      /line 3, column date: "02\/13\/2026" has the month first, but "13\/02\/2026" in line 2 the day\./,
    );
  });

  test.each(["31/02/2026", "2026-02-30", "13/13/2026", "26-02-13", "13/02/2026 25:00", "2/13/2026 13:05 PM"])(
    "%s is refused with its line and its column, after cells with several lines",
    async (time) => {
      const text = `user,item,date\n"ann\nlee",pan,5\n\nbob,pan,${time}\n`;
      for (const csv of [text, text.replaceAll("\n", "\r\n")]) {
        expect(await refused(csv)).toMatch(/in\.csv, line 5, column date: ".*" is not a time/);
      }
    },
  );
});

describe("numbers", () => {
  const pricesOf = async (prices: string[], named?: Named, separator = ";") => {
    const rows = prices.map((price, row) => `${row}${separator}"${price}"`);
    return (await converted(`id${separator}price\n${rows.join("\n")}\n`, named))
      .slice(1)
      .map((line) => line.replace(/^\d+,/, ""));
  };

  test.each([
    ["of German settings", ["1.234,56", "12,5", "1.234", "-3"], ["1234.56", "12.5", "1234", "-3"]],
    ["of French settings", ["1\u202f234,56", "1\u00a0234", "1 234,5", "7"], ["1234.56", "1234", "1234.5", "7"]],
    ["of US settings", ["1,234.56", "12.5", "1,234"], ["1234.56", "12.5", "1234"]],
    ["of Swiss settings", ["1’234.50", "1'234"], ["1234.50", "1234"]],
    ["with a currency", ["1.234,56 €", "12,50 €"], ["1234.56", "12.50"]],
    ["in groups without decimals", ["1\u202f234", "7"], ["1234", "7"]],
    ["with leading zeros, which are codes", ["007", "1234"], ["007", "1234"]],
    ["with point and less than one", ["0.375", "1.250"], ["0.375", "1.250"]],
  ])("%s are written with a decimal point", async (_what, prices, expected) => {
    expect(await pricesOf(prices)).toEqual(expected);
  });

  test.each([
    ["texts", ["12,5 kg", "3,5"]],
    ["several currencies", ["12,50 €", "12,50 $"]],
    ["numbers of both settings", ["12,5", "12.55"]],
    ["phone numbers", ["170 123 456", "171 123 456"]],
  ])("stay as they are in a column with %s", async (_what, prices) => {
    expect(await pricesOf(prices)).toEqual(prices.map((price) => (price.includes(",") ? `"${price}"` : price)));
  });

  test("that can have decimals or thousands are refused, unless another column or the user says which", async () => {
    expect(await refused("id;price\n1;7\n2;1.234\n")).toMatch(
      /in\.csv, line 3, column price: "1\.234" can be .*\n {2}Choose one: --decimal comma or --decimal point/,
    );
    expect(await pricesOf(["1.234"], { decimal: "comma" })).toEqual(["1234"]);
    expect(await pricesOf(["1,234"], { decimal: "point" })).toEqual(["1234"]);
    expect(await pricesOf(["1.234"], {}, ",")).toEqual(["1.234"]);
    expect((await converted("id;price;weight\n1;1.234;0,5\n"))[1]).toBe("1,1234,0.5");
  });

  test("of ratings have a decimal point", async () => {
    expect((await converted("user;item;ts;rating\nann;pan;5;4,5\n"))[1]).toBe("ann,pan,5,4.5");
  });
});
