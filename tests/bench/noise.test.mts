/** Target Q5 of the recommender: where nothing can be learned nothing is found, whatever the recipe. */
import { beforeAll, expect, test } from "vitest";
import { mean, tenFolds } from "../../cli/evaluate/judge.ts";
import { describeAdvice, describeSkill } from "../../cli/evaluate/report.ts";
import { gateAdvice, measureSkill, type Skill } from "../../cli/evaluate/skill.ts";
import { upstreamSet } from "../../tools/bench/recommender/data.ts";
import { random, relatedPeers } from "../../tools/bench/recommender/peers.ts";

// The sample's interactions: the events of a user have the same time, and no user's past predicts what they choose next.
const sample = upstreamSet();
/** One fold of ten; `npm run bench -- recommender` evaluates all. */
const asked = 1;
let skill: Skill;
beforeAll(() => {
  skill = measureSkill(sample, () => {}, asked);
});

test("every user with two interactions is asked once", () => {
  expect(tenFolds(sample, { random }).random?.ndcg5).toHaveLength(739);
});

test("no recipe reaches an NDCG@5 of .015", () => {
  const others = tenFolds(sample, { random, ...relatedPeers }, () => {}, asked);
  for (const [name, { ndcg5 }] of Object.entries({ ...skill.figures, ...others })) {
    expect(mean(ndcg5), name).toBeLessThan(0.015);
  }
});

test("the cross-fit makes unseen choices likelier by less than .02 nat", () => {
  expect(skill.natsOverUniform).toBeLessThan(0.02);
});

test("the evaluation says so and gives no threshold", () => {
  expect(skill.found).toBe(false);
  expect(describeSkill(skill).at(-1)).toMatch(/^No skill found.* Do not pay for a training/);
  expect(describeAdvice(gateAdvice(skill, 1000), skill.found)).toEqual([
    expect.stringContaining("a standard error of about 0.035"),
    expect.stringMatching(/^No threshold can distinguish/),
  ]);
});
