import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compareModels } from "../../cli/evaluate/evaluate.ts";
import { compareWeights, parseWeights, weigh } from "../../cli/evaluate/event-weights.ts";
import { checkMinimums, describeFacts } from "../../cli/evaluate/facts.ts";
import { readOwnData } from "../../cli/evaluate/own-data.ts";
import { chooseOwnData } from "../../demo/own-data.ts";
import { stream } from "../../local/account/aws/random.ts";
import { readStack } from "../../stacks/config/read-stack.ts";
import { useFolder } from "../support/temporary-folder.mts";

const at = useFolder();
function file(name: string, ...lines: string[]): string {
  writeFileSync(at(name), lines.join("\n"));
  return at(name);
}
const header = "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE";
const given = (name: string) => join(import.meta.dirname, "../../local/tests/personalize/recommender", name);

test("data in which the past predicts something show skill, with the interval over popularity", () => {
  const { set } = readOwnData({ interactions: given("shelter-interactions.csv"), items: given("shelter-items.csv") });
  const { figures, verdict } = compareModels(set);
  expect(figures.map((line) => line.slice(0, 12).trim())).toEqual(["popularity", "own history", "model"]);
  expect(verdict).toMatch(/^Skill found: .* by 0\.\d+ ± 0\.\d+/);
  expect(set.columns.map(({ name }) => name)).toEqual(["ANIMAL_AGE", "ANIMAL_BREED", "ANIMAL_SIZE", "ANIMAL_TYPE"]);
});

test("data without a pattern show none, and the verdict says not to pay for a training", () => {
  const random = stream("noise");
  const rows = Array.from({ length: 2000 }, (_, i) => `${i % 200},${random.int(100)},${1_700_000_000 + i},View`);
  const { set } = readOwnData({ interactions: file("rows.csv", header, ...rows) });
  expect(compareModels(set).verdict).toMatch(/^No skill found.* Do not pay for a training/);
});

test("the facts count duplicates and items, and the minimums say what is missing", () => {
  const rows = ["ann,a,86400,View", "ann,a,86400,View", "ann,b,172800,View", "ann,a,259200,Like", "bob,c,950400,View"];
  const items = file("items.csv", "ITEM_ID,BRAND", "a,x", "b,x", "d,y", "a,x");
  const {
    set,
    file: read,
    schema,
    notes,
    warnings,
  } = readOwnData({ interactions: file("rows.csv", header, ...rows), items });
  expect(describeFacts(set).join("\n")).toMatch(
    /5, 1 of them duplicates[\s\S]*2, 1 with two or more[\s\S]*4, 1 without an interaction[\s\S]*1970-01-02 to 1970-01-12/,
  );
  expect(notes).toContain(`${items}: 1 item has several rows, such as "a"; the last one counts.`);
  expect(warnings).toEqual([
    '1 of 3 items in the interactions is not in the items file: "c".\n  It has 1 item without interactions: "d".',
  ]);
  expect(checkMinimums(read, schema)).toEqual([
    { met: false, text: "4 different interactions (a training needs 1,000)" },
    { met: false, text: "1 user with two interactions or more (a training needs 25)" },
    { met: true, text: "50.00 % of 2 users with two interactions or more (a training needs 1 %)" },
    {
      met: true,
      text: "2 event types and the schema's 4 optional columns, at most 10 together are allowed",
    },
  ]);
});

test.each([6, 7])("%d event types are judged as the preview judges them", (count) => {
  const named = Array.from({ length: count - 1 }, (_, index) => `ann,a,${86_400 + index},Type${index}`);
  const rows = [...named, "ann,a,2,DetailView"];
  const path = file("types.csv", header, ...rows);
  const { file: read, schema } = readOwnData({ interactions: path });
  const judged = checkMinimums(read, schema).find(({ text }) => text.includes("event types"));
  const preview = () => readStack({ project: "recommender", stack: "dev", settings: { interactionsFile: path } });
  if (judged?.met) expect(preview).not.toThrow("event types");
  else expect(preview).toThrow(/there are 7 event types .* and 4 optional columns/);
  expect(judged?.met).toBe(count === 6);
});

test("own columns are those of the given schema, whose values and number are checked", () => {
  const interactionsSchema = join(import.meta.dirname, "../../examples/shop/interactions.schema.json");
  const row = (device: string) => file("rows.csv", `${header},DEVICE,AGE`, `ann,a,5,View,${device},7`);
  const { file: read, schema, notes } = readOwnData({ interactions: row("phone"), interactionsSchema });
  expect(checkMinimums(read, schema).at(-1)?.text).toMatch("1 event type and the schema's 5 optional columns");
  expect(notes).toContainEqual(expect.stringMatching(/left out \(1\): AGE\.$/));
  const wrong = file("wrong.json", "{}");
  const { problems } = readOwnData({ interactions: row("phone"), interactionsSchema: wrong });
  expect(problems).toContainEqual(expect.stringMatching(/^--interactions-schema: `type` must be "record"/));
});

test("items of which the interactions have none are refused as the import refuses them", () => {
  const interactions = file("rows.csv", header, "ann,37,5,View");
  const items = file("items.csv", "ITEM_ID,BRAND", "0000037,x");
  expect(() => readOwnData({ interactions, items })).toThrow(/^--items: no item of .*"37" is "0000037" there/s);
});

test("users are judged as the import judges them", () => {
  const interactions = file("rows.csv", header, "ann,a,5,View");
  const judge = (...lines: string[]) => readOwnData({ interactions, users: file("users.csv", ...lines) });
  expect(() => judge("USER_ID,COUNTRY", "Ann,AT")).toThrow(/^--users: no user of .*"ann" is "Ann" there/s);
  expect(() => judge("USER_ID,HOME COUNTRY", "ann,AT")).toThrow(/^--users: .* has a column "HOME COUNTRY"/);
  expect(judge("USER_ID,COUNTRY", "ann,AT").notes).toContain("  COUNTRY  text: filters can use it");
});

/** What a command and a preview say of the same files, in the words of both. */
function judgeTwice(interactions: string, items: string): { evaluated: string[]; previewed: string[] } {
  const explain = (work: () => unknown): string[] => {
    try {
      work();
      return [];
    } catch (error) {
      const lines = (error as Error).message.split("\n");
      return lines.map((line) => line.trim()).filter((line) => /^(recommender:|--)/.test(line));
    }
  };
  const settings = { interactionsFile: interactions, itemsFile: items, filters: {} };
  const toOptions = (line: string) =>
    line.replace("recommender:interactionsFile", "--interactions").replace("recommender:itemsFile", "--items");
  const evaluated = explain(() => {
    const { problems } = readOwnData({ interactions, items });
    throw new Error(problems.join("\n"));
  });
  const previewed = explain(() => readStack({ project: "recommender", stack: "dev", settings })).map(toOptions);
  return { evaluated, previewed };
}

test("all that a preview refuses in files is refused in one run, in the same words", () => {
  const rows = ["NULL,a,5,View", "ann,a,tomorrow,View", "bob,b,6,View,7"];
  const interactions = file("bad.csv", header, ...rows);
  const items = file("bad-items.csv", "ITEM_ID,product category,9lives", "x,y,z", ",y,z");
  const { evaluated, previewed } = judgeTwice(interactions, items);
  expect([...evaluated].sort()).toEqual([...previewed].sort());
  const kinds = [
    /USER_ID "NULL"/,
    /TIMESTAMP "tomorrow"/,
    /"7" is in no column/,
    /2 columns "PRODUCT CATEGORY", "9LIVES"/,
    /ITEM_ID is empty/,
    /no item of the interactions is in/,
    /has 3 different interactions/,
  ];
  for (const kind of kinds) expect(evaluated.filter((line) => kind.test(line))).toHaveLength(1);
  expect(evaluated).toHaveLength(kinds.length);
});

test.each([
  ["an empty file", [""], /has no USER_ID, no ITEM_ID, no TIMESTAMP\. It is empty/],
  ["a header alone", [header], /has 0 different interactions .* and 0 users/],
  ["a mark of the byte order alone", ["\ufeff"], /It is empty/],
])("%s of interactions is refused by both", (_, lines, message) => {
  const items = file("items.csv", "ITEM_ID,BRAND", "a,x");
  const { evaluated, previewed } = judgeTwice(file("none.csv", ...lines), items);
  expect([...evaluated].sort()).toEqual([...previewed].sort());
  expect(evaluated.join("\n")).toMatch(message);
});

test("a file with 100,000 columns is refused by the quota, before a schema is derived of it", () => {
  const columns = Array.from({ length: 100_000 }, (_, index) => `C${index}`);
  const items = file("wide.csv", `ITEM_ID,${columns}`, ...["a", "b"].map((id) => `${id},${columns.map(() => "1")}`));
  const { evaluated } = judgeTwice(file("rows.csv", header, "ann,a,5,View"), items);
  expect(evaluated).toContainEqual(
    expect.stringMatching(/^--items: .*wide\.csv has 100,000 columns .* the quota of Items is 100\.$/),
  );
});

test("types that differ in case, and decimals with a comma, are named with examples", () => {
  const interactions = file("rows.csv", header, "ann,a,5,view", "ann,b,6,VIEW", "bob,a,7,view", "bob,a,8,Like");
  const items = file("items.csv", "ITEM_ID,PRICE", 'a,"9,50"', 'b,"1.003,20"', "c,5");
  const { warnings } = readOwnData({ interactions, items });
  expect(warnings).toContainEqual(
    'The event types "view" (2 interactions) and "VIEW" (1 interaction) differ only in case or white space, and the ' +
      "service has 2 types of them. If they are one, write it in one form.",
  );
  expect(warnings).toContainEqual(
    `${items}: PRICE is read as text, because 2 values of 3 are no numbers, such as "9,50", "1.003,20": write decimals ` +
      "with a point, and nothing else.",
  );
});

test("a column of numbers but for a few is named, and one of texts is not", () => {
  const interactions = file("rows.csv", header, "ann,i0,5,view");
  const rows = Array.from(
    { length: 20 },
    (_, index) => `i${index},${index === 3 ? "€ 9.90" : index},${index < 15 ? index : "M"}`,
  );
  const items = file("items.csv", "ITEM_ID,PRICE,SIZE", ...rows);
  const { warnings } = readOwnData({ interactions, items });
  expect(warnings.filter((warning) => warning.includes("read as text"))).toEqual([
    `${items}: PRICE is read as text, because 1 value of 20 is no number, such as "€ 9.90": write decimals with a point, ` +
      "and nothing else.",
  ]);
});

test("what is probably not meant is said in the run that refuses the files", () => {
  const interactions = file("rows.csv", header, "ann,a,5,view", "ann,B,6,VIEW", "bob,a,tomorrow,view");
  const items = file("items.csv", "ITEM_ID,PRICE", 'a,"9,50"', 'b,"1.003,20"');
  const settings = { interactionsFile: interactions, itemsFile: items, filters: {} };
  const runs = [
    () => readOwnData({ interactions, items }),
    () => readStack({ project: "recommender", stack: "dev", settings }),
    () => chooseOwnData({ interactions, items }),
  ];
  for (const run of runs) {
    for (const text of [
      /TIMESTAMP "tomorrow" must be/,
      /^Warning: The event types "view"/m,
      /^Warning: 1 of 2 items in the interactions is not in the items file: "B"/m,
      /^Warning: .*items\.csv: PRICE is read as text/m,
    ]) {
      expect(run).toThrow(text);
    }
  }
});

test("a file that cannot be read leaves the warnings of the others", () => {
  const interactions = file("rows.csv", header, "ann,a,5,view", "ann,b,6,VIEW");
  expect(() => readOwnData({ interactions, items: "none.csv" })).toThrow(
    /none\.csv cannot be read.*^Warning: The event types "view"/ms,
  );
});

/** Of two items that each visitor views, the second is the one that he likes at last. */
function likes() {
  const random = stream("likes");
  const rows = Array.from({ length: 400 }, (_, user) => {
    const liked = random.int(60);
    const other = random.int(60);
    const at = (step: number) => 1_700_000_000 + user * 100 + step;
    const views = [liked, other, other].map((item, step) => `${user},${item},${at(step)},View`);
    return [...views, `${user},${liked},${at(3)},Like`, `${user},${(liked + 1) % 60},${at(4)},Share`].join("\n");
  });
  return readOwnData({ interactions: file("likes.csv", header, ...rows) }).set;
}

test("event weights leave out types without one, and are compared with equal weights by the same events", () => {
  const set = likes();
  const weights = parseWeights("Like=1, View=.01", set.interactions.eventTypes.values);
  expect(weights).toEqual({ Like: 1, View: 0.01 });
  const weighed = weigh(set, weights);
  expect(weighed.corpus.items).toHaveLength(1600);
  const [equal, these] = compareWeights(weighed);
  expect(equal?.later).toBe(400);
  expect(these?.later).toBe(400);
  expect(these?.found).toBeGreaterThanOrEqual(equal?.found ?? 1);
  const [same, sameAgain] = compareWeights(weigh(set, { Like: 1, View: 1 }));
  expect(sameAgain).toEqual({ ...same, name: "these weights" });
});

test.each([
  ["Like=2", "Like must be a number from 0 to 1"],
  ["Like=0", "must have a weight above 0"],
  ["Like", "Like must be a number from 0 to 1"],
  ["Likes=1", "Likes is not one of the stack's event types (View, Like, Share); did you mean Like?"],
])("the event weights %s are refused", (text, message) => {
  expect(() => parseWeights(text, likes().interactions.eventTypes.values)).toThrow(`--event-weights: ${message}`);
});

test("shares of later items that do not exist are left out, and not a number that is none", () => {
  const random = stream("once");
  const rows = Array.from({ length: 1_200 }, (_, row) => `${row % 100},${random.int(50)},${1_700_000_000 + row},View`);
  // Its only event of the most valuable type is the first of all.
  const { set } = readOwnData({ interactions: file("once.csv", header, "0,1,1600000000,Like", ...rows) });
  const compared = compareWeights(weigh(set, { Like: 1, View: 0.1 }));
  for (const { later, found } of compared) expect([later, found]).toEqual([0, undefined]);
});
