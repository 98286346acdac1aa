import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compareModels } from "../../cli/evaluate/evaluate.ts";
import { compareWeights, parseWeights, weigh } from "../../cli/evaluate/event-weights.ts";
import { checkMinimums, describeFacts } from "../../cli/evaluate/facts.ts";
import { readOwnData } from "../../cli/evaluate/own-data.ts";
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
  const items = file("items.csv", "ITEM_ID", "a", "b", "d", "a");
  const { set, schema, warnings } = readOwnData({ interactions: file("rows.csv", header, ...rows), items });
  expect(describeFacts(set).join("\n")).toMatch(
    /5, 1 of them duplicates[\s\S]*2, 1 with two or more[\s\S]*4, 1 without an interaction[\s\S]*1970-01-02 to 1970-01-12/,
  );
  expect(warnings).toEqual([
    `${items}: 1 item has several rows, such as "a"; the last one counts.`,
    '1 of 3 items in the interactions is not in the items file: "c".\n  It has 1 item without interactions: "d".',
  ]);
  expect(checkMinimums(set, schema)).toEqual([
    { met: false, text: "4 unique interactions, at least 1,000 are needed" },
    { met: false, text: "1 user with two or more, at least 25 are needed" },
    { met: true, text: "they are 50.00 % of the users, at least 1 % is needed" },
    {
      met: true,
      text: "2 event types and the schema's 4 optional columns, at most 10 together are allowed",
    },
  ]);
});

test.each([6, 7])("%d event types are judged as the preview judges them", (count) => {
  const named = Array.from({ length: count - 1 }, (_, index) => `ann,a,${86_400 + index},Type${index}`);
  // No type is that of a view.
  const rows = [...named, "ann,a,1,", "ann,a,2,DetailView"];
  const path = file("types.csv", header, ...rows);
  const { set, schema } = readOwnData({ interactions: path });
  const judged = checkMinimums(set, schema).find(({ text }) => text.includes("event types"));
  const preview = () => readStack({ project: "recommender", stack: "dev", settings: { interactionsFile: path } });
  if (judged?.met) expect(preview).not.toThrow("event types");
  else expect(preview).toThrow(/there are 7 event types .* and 4 optional columns/);
  expect(judged?.met).toBe(count === 6);
});

test("own columns are those of the given schema, whose values and number are checked", () => {
  const interactionsSchema = join(import.meta.dirname, "../../examples/shop/interactions.schema.json");
  const row = (device: string) => file("rows.csv", `${header},DEVICE,AGE`, `ann,a,5,View,${device},7`);
  const { set, schema, warnings } = readOwnData({ interactions: row("phone"), interactionsSchema });
  expect(checkMinimums(set, schema).at(-1)?.text).toMatch("1 event type and the schema's 5 optional columns");
  expect(warnings).toEqual([expect.stringMatching(/left out \(1\): AGE\.$/)]);
  const wrong = file("wrong.json", "{}");
  expect(() => readOwnData({ interactions: row("phone"), interactionsSchema: wrong })).toThrow(
    /^--interactions-schema: /,
  );
});

test("items of which the interactions have none are refused as the import refuses them", () => {
  const interactions = file("rows.csv", header, "ann,37,5,View");
  const items = file("items.csv", "ITEM_ID", "0000037");
  expect(() => readOwnData({ interactions, items })).toThrow(/^--items: no item of .*"37" is "0000037" there/s);
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
  const weights = parseWeights("Like=1, View=.01", set);
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
  expect(() => parseWeights(text, likes())).toThrow(`--event-weights: ${message}`);
});
