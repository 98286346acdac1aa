import { expect, test } from "vitest";
import { readQuotas } from "../../account/host/quotas.ts";
import { interactionFields } from "../../record/personalize/pets.ts";
import { openStage } from "./stage.mts";

// Guide, "Amazon Personalize endpoints and quotas": 5 dataset groups in a Region, 10 solutions in a
// dataset group.
test("raised quotas are enforced instead, and only those", async () => {
  const on = await openStage({}, { quotas: { solutions: 12 } });
  const groupArn = await on.group();
  await on.dataset(groupArn, "Interactions", interactionFields);
  const createUntilRefused = async (create: () => Promise<unknown>) => {
    for (let made = 0; ; made++) {
      const refusal = await create().then(
        () => undefined,
        ({ name }: Error) => name,
      );
      if (refusal) return [made, refusal];
    }
  };
  expect(await createUntilRefused(() => on.solution(groupArn, "aws-popularity-count"))).toEqual([
    12,
    "LimitExceededException",
  ]);
  expect(await createUntilRefused(() => on.group())).toEqual([4, "LimitExceededException"]);
});

test("an option names quotas", () => {
  expect(readQuotas("campaigns=20,solutions=21")).toEqual({ campaigns: 20, solutions: 21 });
  for (const text of ["campaigns", "campaigns=0", "trackers=2", ""]) {
    expect(() => readQuotas(text)).toThrow(
      "The names are datasetGroups, schemas, campaigns, filters, recommenders, solutions, concurrentExecutions.",
    );
  }
});
