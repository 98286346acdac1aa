import { expect, test } from "vitest";
import { readQuotas } from "../../account/services/personalize/quotas.ts";
import { openStage } from "./stage.mts";

// Guide, "Amazon Personalize endpoints and quotas": 5 dataset groups in a Region, 10 solutions in a
// dataset group.
const createUntilRefused = async (quotas = {}) => {
  const on = await openStage({}, { quotas });
  const { groupArn } = await on.filled();
  const create = async (kind: (number: number) => Promise<unknown>) => {
    for (let number = 1; ; number++) {
      const refusal = await kind(number).then(
        () => undefined,
        (error: Error) => error,
      );
      if (refusal) return [number - 1, refusal.name];
    }
  };
  return {
    solutions: await create((number) => on.solution(groupArn, "aws-popularity-count", { name: `s${number}` })),
    groups: await create((number) => on.personalize.createDatasetGroup({ name: `g${number}` })),
  };
};

test("without raised quotas the guide's are enforced", async () => {
  expect(await createUntilRefused()).toEqual({
    solutions: [10, "LimitExceededException"],
    groups: [4, "LimitExceededException"],
  });
});

test("raised quotas are enforced instead, and only those", async () => {
  expect(await createUntilRefused({ solutions: 12 })).toEqual({
    solutions: [12, "LimitExceededException"],
    groups: [4, "LimitExceededException"],
  });
});

test("an option names raised quotas", () => {
  expect(readQuotas("campaigns=20,solutions=21")).toEqual({ campaigns: 20, solutions: 21 });
  for (const text of ["campaigns", "campaigns=0", "trackers=2", ""]) {
    expect(() => readQuotas(text)).toThrow("The names are datasetGroups, schemas, campaigns, filters, solutions.");
  }
});
