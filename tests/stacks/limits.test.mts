// What the program registers with as many placements as a stack can have, against AWS's limits.
import { expect, test } from "vitest";
import { planStack } from "../../cli/doctor/deployment/plan.ts";
import { listPlanned, type Plan } from "../../cli/doctor/deployment/planned-resource.ts";

const recipes = ["aws-similar-items", "aws-sims", "aws-popularity-count", "aws-user-personalization-v2"];
const placements = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [`placement-${index}`, { recipe: recipes[index % recipes.length] }]),
);

const plan: Plan = await planStack({
  account: "123456789012",
  region: "ap-northeast-1",
  stack: "production",
  config: {
    "aws:region": "ap-northeast-1",
    "recommender:placements": JSON.stringify(placements),
    "recommender:quotas": JSON.stringify({ campaigns: 22, solutions: 23 }),
    "recommender:popularityBaseline": "true",
    "recommender:metricAttribution": "true",
    "recommender:network": "create",
  },
});

// All inline policies of a role have 10,240 characters together (IAM guide, "IAM and AWS STS quotas").
test("with twenty placements the policies of each role have less than half of the characters that IAM allows", () => {
  const lengths = listPlanned(plan, "aws:iam/rolePolicy:RolePolicy").map(({ name, inputs }) => ({
    name,
    length: String(inputs.policy).length,
  }));
  expect(lengths.filter(({ length }) => length >= 5_120)).toEqual([]);
});
