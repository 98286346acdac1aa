import { beforeAll, expect, test } from "vitest";
import { type GeneratedSkill, generatedSkill } from "../../bench/evaluation/generated.ts";
import { figuresTable } from "../../bench/evaluation/report.ts";
import { mean } from "../../bench/recommender/judge.ts";

const folds: string[] = [];
let skill: GeneratedSkill;
beforeAll(() => {
  skill = generatedSkill({ seed: 3, users: 600 }, (set, fold) => folds.push(`${set} ${fold}`), 2);
});

const ndcg10 = (set: keyof GeneratedSkill, model: string) => mean(skill[set][model]?.ndcg10 ?? []);

test("the model is better than popularity and worse than the oracle", () => {
  expect(Object.keys(skill.visitors)).toEqual(["popularity", "model", "oracle"]);
  expect(ndcg10("visitors", "model")).toBeGreaterThan(1.5 * ndcg10("visitors", "popularity"));
  expect(ndcg10("visitors", "oracle")).toBeGreaterThan(ndcg10("visitors", "model"));
});

test("without preferences the oracle's list is hardly better than the popular one", () => {
  expect(ndcg10("nullSet", "oracle")).toBeLessThan(1.5 * ndcg10("nullSet", "popularity"));
});

test("the table has a line per model, and every fold is listed", () => {
  const lines = figuresTable(skill.visitors);
  expect(lines.map((line) => line.split(" ", 1)[0])).toEqual(["", "popularity", "model", "oracle"]);
  expect(lines[1]).toMatch(/^popularity( +\d\.\d{4} ± \d\.\d{4}){5} +\d\.\d\d$/);
  expect(folds).toEqual(["visitors 0", "visitors 1", "null set 0", "null set 1"]);
});
