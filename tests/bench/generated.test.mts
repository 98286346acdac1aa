import { beforeAll, expect, test } from "vitest";
import { mean } from "../../cli/evaluate/judge.ts";
import { figuresTable } from "../../cli/evaluate/report.ts";
import { type GeneratedSkill, generatedSkill } from "../../tools/bench/recommender/generated.ts";

const folds: string[] = [];
let skill: GeneratedSkill;
beforeAll(() => {
  skill = generatedSkill({ seed: 3, users: 600 }, (set, fold) => folds.push(`${set} ${fold}`), 1);
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

test("the table has a column per model, fits into 80 columns, and every fold is listed", () => {
  const lines = figuresTable(skill.visitors);
  expect(lines[0]?.trim().split(/ +/)).toEqual(["popularity", "model", "oracle"]);
  expect(lines[1]).toMatch(/^NDCG@5( +\d\.\d{4} ± \d\.\d{4}){3}$/);
  expect(lines.at(-1)).toMatch(/^coverage( +\d\.\d\d){3}$/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(78);
  expect(folds).toEqual(["visitors 0", "null set 0"]);
});
