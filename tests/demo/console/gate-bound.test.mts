import { expect, test } from "vitest";
import { findBound } from "../../../demo/console/page/gate-bound.ts";

const metric = "precision_at_5";
const gate = { promotionMetric: metric, promotionThreshold: 0.01, allowedMetricDrop: 0.02 };
const version = (arn: string, value: number, serving = false) => ({ arn, serving, metrics: { [metric]: value } });
const versions = [version("first", 0.3), version("second", 0.29), version("third", 0.285, true)];

test("each version has the bound that decided on it, and the first one none", () => {
  const decisions = [
    { candidate: "third", bound: { metric, value: 0.28 } },
    { candidate: "second", bound: { metric, value: 0.28 } },
  ];
  expect(findBound(versions, decisions, gate)).toEqual({ label: "the gate's bound", values: [null, 0.28, 0.28] });
});

test.each([
  ["there is no decision", []],
  ["no decision has a bound", [{ candidate: "third", bound: undefined }]],
  ["the decisions compared another metric", [{ candidate: "third", bound: { metric: "coverage", value: 0.9 } }]],
])("a drop below the serving version is the bound when %s", (_when, decisions) => {
  const level = 0.285 - 0.02;
  expect(findBound(versions, decisions, gate)).toEqual({ label: "serving − 0.02", values: [level, level, level] });
});

test("there is no bound when no measured version serves", () => {
  expect(findBound([version("first", 0.3)], [], gate)).toBeUndefined();
});
