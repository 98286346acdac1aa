import type * as sdk from "@aws-sdk/client-personalize";
import { expect, test } from "vitest";
import { openStage } from "./stage.mts";

const on = await openStage();
const { groupArn } = await on.filled();

type Ranges = NonNullable<sdk.HPOConfig["algorithmHyperParameterRanges"]>;

/** A solution that searches its hyperparameters, in these ranges. */
const tuned = (algorithmHyperParameterRanges?: Ranges, recipe = "aws-user-personalization") =>
  on.solution(groupArn, recipe, {
    performHPO: true,
    ...(algorithmHyperParameterRanges && { solutionConfig: { hpoConfig: { algorithmHyperParameterRanges } } }),
  });

async function describeVersion(solutionArn: string) {
  const { arn } = await on.version(solutionArn);
  const { solutionVersion } = await on.personalize.describeSolutionVersion({ solutionVersionArn: arn });
  return {
    ...solutionVersion,
    features: Object.keys(on.report(arn)).filter((name) => name.startsWith("weight/ridge/")),
  };
}

test("a tuned version describes the parameters that it was trained with", async () => {
  const version = await describeVersion(await tuned());
  expect(version).toMatchObject({ status: "ACTIVE", performHPO: true });
  expect(version.tunedHPOParams?.algorithmHyperParameters).toEqual({
    hidden_dimension: "149",
    bptt: "32",
    recency_mask: "true",
  });
  expect(version.features).toHaveLength(3);
});

test("tuned parameters are within their ranges, and excluded recency is not in the model", async () => {
  const version = await describeVersion(
    await tuned({
      integerHyperParameterRanges: [{ name: "hidden_dimension", minValue: 32, maxValue: 64 }],
      categoricalHyperParameterRanges: [{ name: "recency_mask", values: ["false"] }],
    }),
  );
  expect(version.tunedHPOParams?.algorithmHyperParameters).toEqual({
    hidden_dimension: "64",
    bptt: "32",
    recency_mask: "false",
  });
  expect(version.features).toEqual(["weight/ridge/Infinity"]);
});

test("SIMS searches its parameters within their ranges", async () => {
  const version = await describeVersion(
    await tuned(
      {
        integerHyperParameterRanges: [{ name: "min_cointeraction_count", minValue: 5, maxValue: 8 }],
        continuousHyperParameterRanges: [{ name: "popularity_discount_factor", minValue: 0.1, maxValue: 0.2 }],
      },
      "aws-sims",
    ),
  );
  const { popularity_discount_factor, min_cointeraction_count } =
    version.tunedHPOParams?.algorithmHyperParameters ?? {};
  expect(version.status).toBe("ACTIVE");
  expect(["5", "6", "7", "8"]).toContain(min_cointeraction_count);
  expect(Number(popularity_discount_factor)).toBeGreaterThanOrEqual(0.1);
  expect(Number(popularity_discount_factor)).toBeLessThanOrEqual(0.2);
});

test("a version that was not tuned describes no tuned parameters", async () => {
  const version = await describeVersion(await on.solution(groupArn, "aws-user-personalization"));
  expect(version.status).toBe("ACTIVE");
  expect(version.tunedHPOParams).toBeUndefined();
});

test("a recipe without tunable parameters refuses performHPO", async () => {
  await expect(tuned(undefined, "aws-popularity-count")).rejects.toThrow(
    "performHPO is not available for the recipe aws-popularity-count",
  );
});

test("ranges are those of the recipe's tunable parameters", async () => {
  const bptt = (minValue: number, maxValue: number) =>
    tuned({ integerHyperParameterRanges: [{ name: "bptt", minValue, maxValue }] });
  await expect(bptt(1, 8)).rejects.toThrow('bptt has "1"; it must be a whole number from 2 to 32');
  await expect(bptt(8, 4)).rejects.toThrow("minValue 8 is above maxValue 4");
  await expect(tuned({ continuousHyperParameterRanges: [{ name: "bptt", minValue: 2, maxValue: 8 }] })).rejects.toThrow(
    "has no such hyperparameter to be tuned",
  );
});

test("hpoConfig needs performHPO, refuses an objective, and allows at most 40 jobs", async () => {
  const refused = (performHPO: boolean, hpoConfig: sdk.HPOConfig) =>
    expect(on.solution(groupArn, "aws-user-personalization", { performHPO, solutionConfig: { hpoConfig } })).rejects;
  await refused(false, {}).toThrow("hpoConfig needs performHPO to be true");
  await refused(true, { hpoObjective: { type: "max" } }).toThrow("hpoObjective cannot be configured");
  await refused(true, { hpoResourceConfig: { maxNumberOfTrainingJobs: "41" } }).toThrow(
    'maxNumberOfTrainingJobs is "41"; it must be a whole number from 1 to 40',
  );
});
