import { join } from "node:path";
import { expect, test } from "vitest";
import { chooseOwnData } from "../../demo/own-data.ts";
import { createFiles } from "../support/temporary-folder.mts";

const { folder, file } = createFiles();
const events = Array.from(
  { length: 1_000 },
  (_, index) => `${["ann", "bob"][index % 50] ?? `u${index % 50}`},${index % 3 ? "pan" : "cup"},${index}`,
);
const interactions = file("views.csv", "USER_ID,ITEM_ID,TIMESTAMP", ...events);
const items = file("products.csv", "ITEM_ID,BRAND,PRICE", "pan,a,9.50", "cup,a,3.20", "pot,a,5");

const schemaOf = (name: string, column: string) =>
  JSON.stringify({
    type: "record",
    name,
    namespace: "com.amazonaws.personalize.schema",
    version: "1.0",
    fields: [
      { name: "USER_ID", type: "string" },
      { name: column, type: "string" },
      ...(name === "Interactions" ? [{ name: "TIMESTAMP", type: "long" }] : []),
    ],
  });

test("without own files nothing is changed", () => {
  expect(chooseOwnData({})).toEqual({ overrides: {}, notes: [], warnings: [] });
});

test("filters that need columns of pets are left out for other items, and this is printed", () => {
  const { overrides, notes } = chooseOwnData({ interactions, items });
  expect(overrides).toEqual({
    interactionsFile: interactions,
    itemsFile: items,
    filters: JSON.stringify({ notApplied: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("Application")' }),
  });
  expect(notes).toEqual([
    "The schema of products.csv was derived from its 3 rows:",
    "  BRAND  category, 1 value: models learn from it, filters can use it",
    "  PRICE  number: filters can use it",
    "To change it, write a schema file, and name it with --items-schema; docs/own-data.md shows one.",
    "Left out, because the data do not have their columns: the filters adoptable, species of Pulumi.dev.yaml.",
  ]);
});

test("an interactions schema is the stack's", () => {
  const interactionsSchema = file("interactions.schema.json", schemaOf("Interactions", "ITEM_ID"));
  const { overrides } = chooseOwnData({ interactions, interactionsSchema, items });
  expect(overrides).toMatchObject({ interactionsFile: interactions, interactionsSchemaFile: interactionsSchema });
});

test("users are the stack's, with their schema, and filters may use their columns", () => {
  const users = file("users.csv", "USER_ID,COUNTRY", "ann,AT", "bob,DE");
  const { overrides, notes } = chooseOwnData({ interactions, items, users });
  expect(overrides).toMatchObject({ usersFile: users });
  expect(notes).toContain("  COUNTRY  text: filters can use it");
  expect(notes).toContainEqual(
    expect.stringMatching(/^48 of 50 users in the interactions are not in the users file: "u2", /),
  );
  const usersSchema = file("users.schema.json", schemaOf("Users", "COUNTRY"));
  expect(chooseOwnData({ interactions, items, users, usersSchema }).overrides).toMatchObject({
    usersFile: users,
    usersSchemaFile: usersSchema,
  });
});

test.each([
  [
    "--users",
    { users: file("other.csv", "USER_ID,COUNTRY", "eve,AT"), interactions },
    "no user of the interactions is in",
  ],
  ["--users", { users: file("no-id.csv", "COUNTRY", "AT"), interactions }, "has no USER_ID"],
  ["--users-schema", { usersSchema: "users.schema.json" }, "describes no file"],
  ["--interactions", { interactions: file("ratings.csv", "userId,movieId,timestamp", "1,2,3") }, "has no USER_ID"],
  ["--interactions", { interactions: join(folder, "none.csv") }, "cannot be read"],
  ["--items", { interactions, items: file("movies.csv", "movieId,title", "1,Heat") }, "has no ITEM_ID"],
  ["--items", { items }, "no item of the interactions is in"],
  ["--interactions-schema", { interactions, interactionsSchema: join(folder, "none.json") }, "cannot be read"],
  ["--items-schema", { interactions, items, itemsSchema: join(folder, "none.json") }, "cannot be read"],
])("an error in the file of %s names the option", (option, files, message) => {
  expect(() => chooseOwnData(files)).toThrow(new RegExp(`^${option}: .*${message}`));
});

test("words of another system in STATUS are a warning, because no item is left out by them", () => {
  const status = (name: string, ...words: string[]) =>
    file(
      `${name}.csv`,
      "ITEM_ID,STATUS",
      ...words.map((word, index) => `${index === 0 ? "pan" : `p${index}`},${word}`),
    );
  const warningsOf = (path: string) => chooseOwnData({ interactions, items: path }).warnings.join("\n");
  expect(warningsOf(status("german", "verfuegbar", "verkauft"))).toContain(
    'STATUS is "verfuegbar", "verkauft" and never "unavailable", so no item is left out of lists.',
  );
  expect(warningsOf(status("both", "available", "unavailable", "reserved"))).not.toContain("STATUS");
  expect(warningsOf(status("all", "available", "available"))).not.toContain("STATUS");
});
