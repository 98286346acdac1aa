import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decidePromotion } from "../../functions/retraining/promotion-gate.ts";

const version = (value: number, name = "v") => ({ solutionVersionArn: `arn:${name}`, value });
const gate = { promotionMetric: "ndcg_at_5", promotionThreshold: 0.01, allowedMetricDrop: 0.02 };

describe("a candidate is not promoted", () => {
  test.each([
    ["at the threshold", { candidate: version(0.01) }, "ndcg_at_5 0.01 is not greater than the threshold 0.01"],
    ["below the threshold", { candidate: version(0.001) }, "ndcg_at_5 0.001 is not greater than the threshold 0.01"],
    ["without a number", { candidate: version(Number.NaN) }, "ndcg_at_5 NaN is not greater than the threshold 0.01"],
    [
      "further behind the serving version than allowed",
      { candidate: version(0.179), incumbent: version(0.2) },
      "ndcg_at_5 0.179 is below the serving version's 0.2 − 0.02",
    ],
    [
      "no better than popularity",
      { candidate: version(0.2), baseline: version(0.2) },
      "ndcg_at_5 0.2 is not greater than the popularity baseline's 0.2",
    ],
  ])("%s", (_why, versions, reason) => {
    expect(decidePromotion(versions, gate)).toEqual({ decision: "keep", reason });
  });
});

describe("a candidate is promoted", () => {
  test.each([
    ["above the threshold, with nothing to compare", { candidate: version(0.0101) }],
    ["as good as the serving version", { candidate: version(0.2), incumbent: version(0.2) }],
    ["a little behind the serving version", { candidate: version(0.181), incumbent: version(0.2) }],
    ["better than popularity", { candidate: version(0.21), baseline: version(0.2) }],
  ])("%s", (_why, versions) => {
    expect(decidePromotion(versions, gate).decision).toBe("promote");
  });

  test("with all the numbers in the reason", () => {
    const versions = { candidate: version(0.21), incumbent: version(0.2), baseline: version(0.07) };
    expect(decidePromotion(versions, gate).reason).toBe(
      "ndcg_at_5 0.21: above the threshold 0.01, serving version 0.2, popularity baseline 0.07",
    );
  });
});

test("a better candidate is never kept where a worse one is promoted", () => {
  const value = fc.double({ min: 0, max: 1, noNaN: true });
  const versions = fc.record({ incumbent: fc.option(value), baseline: fc.option(value) });
  fc.assert(
    fc.property(value, value, versions, (a, b, { incumbent, baseline }) => {
      const others = {
        incumbent: incumbent === null ? undefined : version(incumbent),
        baseline: baseline === null ? undefined : version(baseline),
      };
      const [worse, better] = [Math.min(a, b), Math.max(a, b)];
      const decisions = [worse, better].map(
        (v) => decidePromotion({ ...others, candidate: version(v) }, gate).decision,
      );
      expect(decisions).not.toEqual(["promote", "keep"]);
    }),
  );
});
