import { describe, expect, test } from "vitest";
import { readCsv } from "../../seed/import-files/csv-file.ts";
import { itemIds, judgeIds, warnOfCrowds } from "../../seed/import-files/judge-ids.ts";

const items = (...ids: string[]) => readCsv(["ITEM_ID,A", ...ids.map((id) => `"${id}",1`), ""].join("\n"));
const views = (...rows: string[]) => readCsv(["USER_ID,ITEM_ID,TIMESTAMP", ...rows, ""].join("\n"));

test("ids that all match and users of whom none is a crowd need no warning", () => {
  expect(judgeIds(itemIds, views("ann,pan,1", "ann,pan,2", "bob,cup,3"), items("pan", "cup", "pot"))).toEqual([]);
});

test("items that the other file does not have are counted, with three of each side", () => {
  const unknown = ["a", "b", "c", "d"].map((id) => `ann,${id},1`);
  expect(judgeIds(itemIds, views("ann,pan,1", ...unknown), items("pan", "cup"))).toEqual([
    '4 of 5 items in the interactions are not in the items file: "a", "b", "c" …\n' +
      '  It has 1 item without interactions: "cup".',
  ]);
});

test.each([
  ["37", "0000037", "leading zeros"],
  ["0", "000", "leading zeros"],
  ["37.0", "37", "a .0 at the end"],
  ["37.0", "0037", "a .0 at the end, leading zeros"],
  ["PAN-2", "pan-2", "upper and lower case"],
  ["pan ", "pan", "white space"],
  ["Caf\u0065\u0301", "Caf\u00e9", "the Unicode form of letters"],
])("%j beside %j: %s", (seen, listed, reason) => {
  const [warning] = judgeIds(itemIds, views("ann,same,1", `ann,${seen},1`), items("same", listed));
  expect(warning).toContain(`It has 1 of them in another form: "${seen}" is "${listed}" there (${reason}).`);
});

test("ids that only look alike in part have no reason", () => {
  expect(judgeIds(itemIds, views("ann,370,1", "ann,same,1"), items("37", "same"))[0]).not.toContain("another form");
});

describe("a user with a tenth of all rows", () => {
  const others = Array.from({ length: 180 }, (_, i) => `u${i},pan,1`);
  const guests = (count: number) => Array.from({ length: count }, () => "guest,pan,1");
  test("is probably many visitors", () => {
    expect(warnOfCrowds(views(...others, ...guests(20)))).toEqual([
      expect.stringMatching(/^The user "guest" has 20 of 200 interactions: probably many visitors/),
    ]);
  });
  test("is none with less, or among few users", () => {
    expect(warnOfCrowds(views(...others, ...guests(19)))).toEqual([]);
    expect(warnOfCrowds(views("ann,pan,1", "bob,pan,1"))).toEqual([]);
  });
});
