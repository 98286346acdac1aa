import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { rankItemsByUsers, readCsv, toSchemaColumns } from "../../seed/import-files/csv-file.ts";

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const interactionsSchema = read("seed/interactions.schema.json");
const detailView = { EVENT_TYPE: "DetailView" };
/** The lines of an interactions file as it is imported. */
const conformed = (text: string) =>
  toSchemaColumns(readCsv(text), interactionsSchema, detailView).replace(/\n$/, "").split("\n");

describe("a file as it is imported", () => {
  test("cells stay as they are, without a byte order mark", () => {
    const text = "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE,RECOMMENDATION_ID,IMPRESSION\n u ,a,1,x,,,\n";
    expect(toSchemaColumns(readCsv(`\ufeff${text}`), interactionsSchema, detailView)).toBe(text);
  });

  test("a missing event type is added with its default, columns that may be null as empty cells", () => {
    const text = "USER_ID,ITEM_ID,TIMESTAMP\n10000,2-Pug-1-4,1656408773\n10001,1-Manx-3-2,1656408774\n";
    expect(conformed(text)).toEqual([
      "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE,RECOMMENDATION_ID,IMPRESSION",
      "10000,2-Pug-1-4,1656408773,DetailView,,,",
      "10001,1-Manx-3-2,1656408774,DetailView,,,",
    ]);
  });

  test("a column that must not be null stays missing, for the import to name it", () => {
    expect(conformed("USER_ID,TIMESTAMP\nu,1\n")).toEqual([
      "USER_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE,RECOMMENDATION_ID,IMPRESSION",
      "u,1,DetailView,,,",
    ]);
  });

  test("a wrong row stays unchanged in its line", () => {
    expect(conformed("USER_ID,ITEM_ID,TIMESTAMP\nu,a,1\nu,b\n\nu,c,yesterday\n").slice(1)).toEqual([
      "u,a,1,DetailView,,,",
      "u,b,,DetailView,,,",
      "",
      "u,c,yesterday,DetailView,,,",
    ]);
  });
});

describe("the first fallback list", () => {
  test("are ordered by distinct users, ties by id, cut to the longest list", () => {
    const rows = ["u1,b,1", "u1,b,2", "u1,b,3", "u1,c,1", "u2,c,1", "u2,a,1"];
    const interactions = readCsv(`USER_ID,ITEM_ID,TIMESTAMP\n${rows.join("\n")}\n`);
    expect(rankItemsByUsers(interactions, 3)).toEqual(["c", "a", "b"]);
    expect(rankItemsByUsers(interactions, 1)).toEqual(["c"]);
  });

  test("of a file without interactions are none", () => {
    expect(rankItemsByUsers(readCsv(""), 500)).toEqual([]);
    expect(rankItemsByUsers(readCsv("USER_ID,ITEM_ID\n,\nu,\n"), 500)).toEqual([]);
  });
});
