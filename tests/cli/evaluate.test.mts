import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { factsOf, requirementsOf } from "../../cli/evaluate/facts.ts";
import { readOwnData } from "../../cli/evaluate/own-data.ts";
import { describeAdvice, describeFacts, describeSkill, wrapLine } from "../../cli/evaluate/report.ts";
import { gateAdvice, measureSkill, type Skill } from "../../cli/evaluate/skill.ts";
import { useFolder } from "../support/temporary-folder.mts";

const at = useFolder();
function file(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}
const rows = (...lines: string[]) => file("rows.csv", ["USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE", ...lines].join("\n"));

describe("data in which the past predicts something", () => {
  const given = (name: string) => join(import.meta.dirname, "../../local/tests/personalize/recommender", name);
  const read = () => readOwnData(given("shelter-interactions.csv"), given("shelter-items.csv"));
  let skill: Skill;
  beforeAll(async () => {
    skill = measureSkill(await read());
  });

  test("show skill, with the interval of the difference from popularity", () => {
    expect(skill.found).toBe(true);
    expect(describeSkill(skill).join("\n")).toMatch(
      /The model is better than popularity by 0\.\d+ ± 0\.\d+ at NDCG@10[\s\S]*\nSkill found/,
    );
  });

  test("get a threshold above popularity and a drop of two standard errors", () => {
    const advice = gateAdvice(skill, 200);
    expect(advice.standardError).toBeCloseTo(0.35 / Math.sqrt(20), 12);
    expect(advice.allowedMetricDrop).toBeGreaterThanOrEqual(2 * advice.measuredError);
    expect(advice.promotionThreshold).toBeGreaterThan(advice.allowedMetricDrop);
    expect(describeAdvice(advice, true).join("\n")).toContain("promotionThreshold");
  });

  test("get no threshold that their model does not reach", () => {
    const advice = { ...gateAdvice(skill, 200), promotionThreshold: 0.09, reached: 0.08 };
    const text = describeAdvice(advice, true).join("\n");
    expect(text).toMatch(
      /promotionThreshold +none: popularity can reach 0\.090 by chance, and the model reaches 0\.080 only/,
    );
    expect(text).not.toContain("0.090 or more");
  });

  test("are read with the columns that many items share", async () => {
    expect(factsOf(await read()).categorical).toEqual(["ANIMAL_AGE", "ANIMAL_BREED", "ANIMAL_SIZE", "ANIMAL_TYPE"]);
  });
});

describe("the facts", () => {
  const day = 86_400;
  const read = async () => factsOf(await readOwnData(rows(...events), file("some.csv", "ITEM_ID\na\nb\nd")));
  const events = [
    `ann,a,${day},View`,
    `ann,a,${day},View`,
    `ann,b,${2 * day},View`,
    `ann,a,${3 * day},Like`,
    `bob,b,${4 * day},`,
    `cy,c,${11 * day},View`,
    `cy,b,${11 * day},View`,
  ];

  test("count duplicates, repeats, cold items, times and types", async () => {
    expect(await read()).toMatchObject({
      rows: 7,
      duplicates: 1,
      interactions: 6,
      users: 3,
      usersWithTwo: 2,
      mostEvents: 3,
      medianEvents: 2,
      items: 4,
      itemsWithoutInteraction: 1,
      itemsWithoutRow: 1,
      thinItems: 3,
      first: day,
      last: 11 * day,
      usersAtOneTime: 0.5,
      repeats: 1 / 6,
      eventTypes: [
        ["View", 5],
        ["Like", 1],
        ["", 1],
      ],
    });
  });

  test("are reported with what looks wrong", async () => {
    const text = describeFacts(await read()).join("\n");
    expect(text).toContain("7, 1 of them duplicates (14.3 %)");
    expect(text).toContain("1970-01-02 to 1970-01-12, 10.0 days");
    expect(text).toMatch(/warning +1 items of the interactions have no row in the items file/);
    expect(text).toMatch(/warning +50\.0 % of the users have all their events at the same time/);
  });

  test("are held against the service's minimums", async () => {
    expect(requirementsOf(await read())).toEqual([
      { met: false, text: "6 unique interactions, at least 1,000 are needed" },
      { met: false, text: "2 users with two or more, at least 25 are needed" },
      { met: true, text: "they are 66.67 % of the users, at least 1 % is needed" },
      { met: true, text: "2 event types, at most 10 are allowed" },
    ]);
  });

  test("fail the minimum of one user in a hundred with two events", async () => {
    const lonely = Array.from({ length: 201 }, (_, user) => `lonely-${user},a,${day},View`);
    const facts = factsOf(await readOwnData(rows(...lonely, ...events)));
    expect(requirementsOf(facts)[2]).toEqual({
      met: false,
      text: "they are 0.98 % of the users, at least 1 % is needed",
    });
  });
});

test("a model that is worse than popularity is called so", () => {
  const worse = { overPopularity: { difference: -0.01, error: 0.005 }, natsOverUniform: -0.1, found: false };
  expect(describeSkill({ figures: {}, queries: 9, ...worse }).join("\n")).toMatch(
    /worse than popularity by 0\.0100 ± 0\.0098 at NDCG@10.*\n.*worse than chance, by 0\.100 nat/,
  );
});

test("a line that is too wide is broken at spaces, below the text after its label", () => {
  expect(wrapLine("  warning   one two three four", 20)).toEqual([
    "  warning   one two",
    "            three",
    "            four",
  ]);
  expect(wrapLine("  one two three", 10)).toEqual(["  one two", "  three"]);
  expect(wrapLine("  short", 10)).toEqual(["  short"]);
});

describe("a file that an import would refuse", () => {
  test.each([
    [
      "without a column",
      "USER_ID,TIMESTAMP\nann,1",
      "missing the following columns: [ITEM_ID]. bad.csv has [USER_ID, TIMESTAMP].",
    ],
    ["with a header only", "USER_ID,ITEM_ID,TIMESTAMP\n", "bad.csv has a header and no rows."],
    [
      "with times in milliseconds",
      "USER_ID,ITEM_ID,TIMESTAMP\nann,a,1717200000\nann,b,1717200000000",
      "bad.csv, line 3: column TIMESTAMP is 1717200000000; it must be a Unix time in seconds, not in milliseconds.",
    ],
  ])("%s is refused with the place", async (_, text, message) => {
    await expect(readOwnData(file("bad.csv", text))).rejects.toThrow(message);
  });

  test("that is not there is refused by its name", async () => {
    await expect(readOwnData(at("absent.csv"))).rejects.toThrow(
      /^--interactions: .*absent\.csv cannot be read \(it does not exist\)/,
    );
  });
});
