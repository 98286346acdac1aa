import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decidePromotion } from "../../functions/retraining/promotion-gate.ts";

const version = (value: number, name = "v") => ({ solutionVersionArn: `arn:${name}`, value });
const gate = { promotionMetric: "ndcg_at_5", promotionThreshold: 0.01, allowedMetricDrop: 0.02, comparedVersions: 5 };

describe("a candidate is not promoted", () => {
  test.each([
    ["at the threshold", { candidate: version(0.01) }, "it is not above the threshold 0.01 (ndcg at 5: 0.01)"],
    [
      "without a number",
      { candidate: version(Number.NaN), incumbent: version(0.2), baseline: version(0.1) },
      "it is not above the threshold 0.01 (ndcg at 5: NaN)",
    ],
    [
      "further behind the serving version than allowed",
      { candidate: version(0.179), incumbent: version(0.2) },
      "it is worse by 0.021, more than the allowed 0.02, than the serving version's 0.2 (ndcg at 5: 0.179)",
    ],
    [
      "further behind by less than four digits show",
      { candidate: version(0.179996), incumbent: version(0.2) },
      "it is worse by 0.020004, more than the allowed 0.02, than the serving version's 0.2 (ndcg at 5: 0.18)",
    ],
    [
      "further behind the only one whose metrics are left",
      { candidate: version(0.179), earlier: [version(0.2)] },
      "it is worse by 0.021, more than the allowed 0.02, than the version that served before, 0.2 (ndcg at 5: 0.179)",
    ],
    [
      "no better than popularity",
      { candidate: version(0.2), baseline: version(0.2) },
      "it is not better than the popularity baseline's 0.2 (ndcg at 5: 0.2)",
    ],
  ])("%s", (_why, versions, reason) => {
    expect(decidePromotion(versions, gate)).toEqual({ decision: "keep", reason });
  });
});

describe("a candidate is promoted", () => {
  test.each([
    [
      "above the threshold, with nothing to compare",
      { candidate: version(0.0101) },
      "it is above the threshold 0.01; there is no serving version to compare with",
    ],
    [
      "exactly as far behind as allowed",
      { candidate: version(0.28), incumbent: version(0.3) },
      "it is worse by 0.02, within the allowed 0.02, than the serving version's 0.3; above the threshold 0.01",
    ],
    [
      "where the serving version has no such metric",
      { candidate: version(0.2), incumbent: version(Number.NaN) },
      "it is above the threshold 0.01; the serving version has no such metric",
    ],
    [
      "where popularity has no such metric",
      { candidate: version(0.2), incumbent: version(0.2), baseline: version(Number.NaN) },
      "it is equal to the serving version's 0.2; above the threshold 0.01; not compared with popularity, which has no such metric",
    ],
  ])("%s", (_why, versions, text) => {
    const { decision, reason } = decidePromotion(versions, gate);
    expect(decision).toBe("promote");
    expect(reason).toBe(`${text} (ndcg at 5: ${versions.candidate.value})`);
  });
});

// tests/functions/evaluate-model.test.mts has those that have one.
test("a version with other event weights and without a plain metric is no bound", () => {
  const incumbent = { ...version(Number.NaN), instead: { metric: "ndcg_at_5", candidate: 0.1 } };
  expect(decidePromotion({ candidate: version(0.44), incumbent }, gate)).toMatchObject({
    decision: "promote",
    reason: expect.stringContaining("the serving version has other event weights, and no plain metric"),
  });
});

test("a threshold of 0 is no bound, but a candidate without a number is not promoted", () => {
  const trends = { ...gate, promotionThreshold: 0, allowedMetricDrop: 1 };
  const decide = (value: number) => decidePromotion({ candidate: version(value), incumbent: version(0.2) }, trends);
  expect(decide(0)).toMatchObject({
    decision: "promote",
    reason: expect.stringContaining("at the threshold 0, which is no bound (ndcg at 5: 0)"),
  });
  expect(decide(Number.NaN).decision).toBe("keep");
});

test("a better candidate is never kept where a worse one is promoted", () => {
  const value = fc.double({ min: 0, max: 1, noNaN: true });
  const versions = fc.record({ incumbent: fc.option(value), baseline: fc.option(value), earlier: fc.array(value) });
  fc.assert(
    fc.property(value, value, versions, (a, b, { incumbent, baseline, earlier }) => {
      const others = {
        incumbent: incumbent === null ? undefined : version(incumbent),
        baseline: baseline === null ? undefined : version(baseline),
        earlier: earlier.map((value) => version(value)),
      };
      const worse = Math.min(a, b);
      const better = Math.max(a, b);
      const decisions = [worse, better].map(
        (v) => decidePromotion({ ...others, candidate: version(v) }, gate).decision,
      );
      expect(decisions).not.toEqual(["promote", "keep"]);
    }),
  );
});
