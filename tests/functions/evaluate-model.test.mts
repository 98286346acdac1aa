import { beforeEach, describe, expect, test } from "vitest";
import { evaluateModelFactory } from "../../functions/evaluate-model.ts";
import { defaultGate } from "../support/parse-config.ts";
import { captureLines } from "./capture-lines.mts";
import { type Scripted, type ScriptedEndpoint, type Seen, startScriptedEndpoint } from "./scripted-endpoint.mts";

const metric = "normalized_discounted_cumulative_gain_at_5";
const weighedMetric = metric.replace("_at", "_with_event_weights_at");
const gate = { ...defaultGate(), promotionMetric: metric };
const arnOf = (version: string, solution = "pets") => `arn:aws:personalize:eu-west-1:1:solution/${solution}/${version}`;

/** The metric of each version that exists, and the objects in the bucket. */
let values: Record<string, number>;
let objects: Record<string, unknown>;
/** Event weights of versions, and their plain metric, where they have some. */
let weights: Record<string, { list: Record<string, number>; plain: number }>;
let endpoint: ScriptedEndpoint;

function answer({ operation, body }: Seen): Scripted {
  if (operation === "GetSolutionMetrics") {
    const { solutionVersionArn } = body as { solutionVersionArn: string };
    const value = values[solutionVersionArn];
    if (value === undefined) return { error: "ResourceNotFoundException", status: 400 };
    // NaN: the version has no such metric.
    const name = weights[solutionVersionArn] ? weighedMetric : metric;
    const measured = Number.isNaN(value) ? {} : { [name]: value };
    const plain = weights[solutionVersionArn] && { [metric]: weights[solutionVersionArn].plain };
    return { body: { solutionVersionArn, metrics: { ...measured, ...plain, coverage: 0.5 } } };
  }
  if (operation === "DescribeSolutionVersion") {
    const { solutionVersionArn } = body as { solutionVersionArn: string };
    const list = Object.entries(weights[solutionVersionArn]?.list ?? {});
    const eventParametersList = list.map(([eventType, weight]) => ({ eventType, weight }));
    return { body: { solutionVersion: { solutionConfig: { eventsConfig: { eventParametersList } } } } };
  }
  const object = objects[operation.replace("GET /data/", "")];
  if (object === undefined) return { text: "<Error><Code>NoSuchKey</Code></Error>", status: 404 };
  if (object === "denied") return { text: "<Error><Code>AccessDenied</Code></Error>", status: 403 };
  return { text: typeof object === "string" ? object : JSON.stringify(object) };
}

beforeEach(async () => {
  Object.assign(process.env, { DATA_BUCKET: "data", DECISIONS_PREFIX: "decisions/" });
  values = {};
  objects = {};
  weights = {};
  endpoint = await startScriptedEndpoint(answer);
});

const keyOf = (version: string) => `decisions/recommendation/${version}.json`;
const evaluate = (candidate: string, incumbent: string | null, bounds: object = {}) =>
  evaluateModelFactory()({
    model: "recommendation",
    candidate: arnOf(candidate),
    incumbent: incumbent === null ? null : arnOf(incumbent),
    gate: { ...gate, ...bounds },
  });

describe("the metrics", () => {
  beforeEach(() => {
    values = { [arnOf("new")]: 0.2, [arnOf("old")]: 0.21, [arnOf("popular")]: 0.1 };
  });

  test("are in the answer with the decision", async () => {
    const input = { model: "recommendation", candidate: arnOf("new"), gate };
    const answered = await evaluateModelFactory()({ ...input, incumbent: arnOf("old"), baseline: arnOf("popular") });
    expect(answered).toEqual({
      ...input,
      decision: "promote",
      reason:
        "it is worse by 0.01, within the allowed 0.02, than the serving version's 0.21; above the threshold 0.01; " +
        "better than the popularity baseline's 0.1 (NDCG at 5: 0.2)",
      candidate: { solutionVersionArn: arnOf("new"), value: 0.2 },
      incumbent: { solutionVersionArn: arnOf("old"), value: 0.21 },
      bestServed: { solutionVersionArn: arnOf("old"), value: 0.21 },
      baseline: { solutionVersionArn: arnOf("popular"), value: 0.1 },
      metrics: { [metric]: 0.2, coverage: 0.5 },
    });
  });

  test.each([
    ["is the candidate itself", "new"],
    ["was deleted", "gone"],
    ["is not there", null],
  ])("are compared with nothing when the serving version %s", async (_how, incumbent) => {
    expect(await evaluate("new", incumbent)).toMatchObject({ decision: "promote", incumbent: null, bestServed: null });
  });

  test("a serving version, or a baseline, without the gate's is no bound, and is not recorded", async () => {
    values = { ...values, [arnOf("old")]: Number.NaN, [arnOf("popular")]: Number.NaN };
    const input = { model: "trending", candidate: arnOf("new"), gate };
    const answered = await evaluateModelFactory()({ ...input, incumbent: arnOf("old"), baseline: arnOf("popular") });
    expect(answered).toMatchObject({ decision: "promote", incumbent: null, bestServed: null, baseline: null });
  });

  test("without the gate's: fails and names those that the candidate has", async () => {
    await expect(evaluate("new", "old", { promotionMetric: "precision_at_5" })).rejects.toThrow(
      `evaluate-model: ${arnOf("new")} has no metric precision_at_5, only ${metric}, coverage.`,
    );
  });
});

describe("night after night", () => {
  /**
   * Trains a version for each value; promoted ones serve. Returns the version that serves after
   * each night.
   */
  const train = async (series: readonly number[], bounds: object = {}, serving = "first"): Promise<string[]> => {
    const served: string[] = [];
    for (const value of series) {
      const candidate = `v${Object.keys(values).length}`;
      values[arnOf(candidate)] = value;
      const evaluation = await evaluate(candidate, serving, bounds);
      const outcome = evaluation.decision === "promote" ? "promoted" : "kept";
      objects[keyOf(candidate)] = { outcome, incumbent: arnOf(serving), evaluation };
      if (outcome === "promoted") serving = candidate;
      served.push(serving);
    }
    return served;
  };
  const metricOf = (version: string) => values[arnOf(version)];
  const sinking = [0.2185, 0.2152, 0.21, 0.2048, 0.2, 0.195, 0.19, 0.185];

  beforeEach(() => {
    values = { [arnOf("first")]: 0.2248 };
  });

  test("a model that loses a little each night stops at the bound below the best that served", async () => {
    const served = await train(sinking);
    expect(served.map(metricOf)).toEqual([0.2185, 0.2152, 0.21, 0.2048, 0.2048, 0.2048, 0.2048, 0.2048]);
    expect((objects[keyOf("v5")] as { evaluation: object }).evaluation).toMatchObject({
      bestServed: { value: 0.2248 },
      reason:
        "it is worse by 0.0248, more than the allowed 0.02, than the best of the last 5 versions that served, 0.2248 (NDCG at 5: 0.2)",
    });
  });

  test("only the last versions count", async () => {
    const served = await train(sinking, { comparedVersions: 2 });
    expect(served.map(metricOf)).toEqual([0.2185, 0.2152, 0.21, 0.2048, 0.2, 0.195, 0.19, 0.185]);
    expect(endpoint.of("GET /data/")).toHaveLength(sinking.length);
  });

  test("a version that was rolled back is no bound any more", async () => {
    // v1 is better in the metric than for the visitors.
    expect(await train([0.3])).toEqual(["v1"]);
    expect(await train([0.22, 0.21])).toEqual(["v2", "v3"]);
  });

  test("a rejected version that someone chose is the new beginning", async () => {
    expect(await train([0.215, 0.15])).toEqual(["v1", "v1"]);
    expect(await train([0.145, 0.14], {}, "v2")).toEqual(["v3", "v4"]);
  });
});

describe("what served before", () => {
  beforeEach(() => {
    values = { [arnOf("new")]: 0.18, [arnOf("old")]: 0.19, [arnOf("older")]: 0.21 };
  });
  const promoted = { outcome: "promoted", incumbent: arnOf("older") };
  const chain = { bestServed: { solutionVersionArn: arnOf("older") }, decision: "keep" };
  const alone = { bestServed: { solutionVersionArn: arnOf("old") }, decision: "promote" };

  test.each<[string, unknown, object]>([
    ["a decision as it is written today", { ...promoted, evaluation: { decision: "promote" } }, chain],
    [
      "a promotion that failed after the campaign's update",
      { ...promoted, outcome: "failed", evaluation: { decision: "promote" } },
      chain,
    ],
    ["no decision, as on the first version", undefined, alone],
    ["an object that is not JSON", "garbage", alone],
    ["an object that is no decision", { outcome: 3 }, alone],
    ["a decision without a version before it", { outcome: "promoted", incumbent: null }, alone],
    ["a decision against the version", { ...promoted, outcome: "kept", evaluation: { decision: "keep" } }, alone],
    ["a decision that names the version itself", { outcome: "promoted", incumbent: arnOf("old") }, alone],
    [
      "a version of another solution, with another recipe",
      { outcome: "promoted", incumbent: arnOf("older", "others") },
      alone,
    ],
  ])("is known from %s", async (_what, object, expected) => {
    objects = { [keyOf("old")]: object };
    let answered: object = {};
    await captureLines(async () => {
      answered = await evaluate("new", "old");
    });
    expect(answered).toMatchObject(expected);
  });

  test("a deleted version between the others is left out", async () => {
    objects = {
      [keyOf("old")]: { outcome: "promoted", incumbent: arnOf("deleted") },
      [keyOf("deleted")]: promoted,
    };
    expect(await evaluate("new", "old")).toMatchObject(chain);
  });

  test("an error of the service is an error: the state machine calls again", async () => {
    objects = { [keyOf("old")]: "denied" };
    await expect(evaluate("new", "old")).rejects.toMatchObject({ name: "AccessDenied" });
  });
});

describe("a metric with event weights", () => {
  const decide = (baseline?: string) =>
    evaluateModelFactory()({
      model: "recommendation",
      candidate: arnOf("new"),
      incumbent: arnOf("old"),
      baseline: baseline === undefined ? null : arnOf(baseline),
      gate: { ...gate, promotionMetric: weighedMetric },
    });
  beforeEach(() => {
    // By the weighed metric the newer version looks better, by the plain one it is worse.
    values = { [arnOf("new")]: 0.44, [arnOf("old")]: 0.3, [arnOf("popular")]: 0.2 };
    weights = { [arnOf("new")]: { list: { a: 0.1, b: 1 }, plain: 0.1 } };
  });

  test("is compared where the weights have the same ratios", async () => {
    weights[arnOf("old")] = { list: { b: 0.5, a: 0.05 }, plain: 0.9 };
    const candidate = { value: 0.44, eventWeights: { a: 0.1, b: 1 } };
    expect(await decide()).toMatchObject({ decision: "promote", candidate, incumbent: { value: 0.3 } });
  });

  test.each([
    ["others", { b: 0.1, a: 1 }],
    ["one type more", { a: 0.1, b: 1, c: 0 }],
  ])("is not compared with a version that has %s: the plain metric is", async (_which, list) => {
    weights[arnOf("old")] = { list, plain: 0.3 };
    expect(await decide()).toMatchObject({
      decision: "keep",
      incumbent: { value: 0.3, instead: { metric, candidate: 0.1 } },
      reason: expect.stringContaining("because the event weights differ"),
    });
  });

  test("is not compared with a version or a baseline without weights: the plain metric is", async () => {
    expect(await decide("popular")).toMatchObject({ decision: "keep", incumbent: { value: 0.3, instead: { metric } } });
    values[arnOf("old")] = 0.1;
    expect(await decide("popular")).toMatchObject({ decision: "keep", baseline: { value: 0.2, instead: { metric } } });
  });

  test("leaves out versions that served with other weights than the serving one", async () => {
    weights[arnOf("old")] = { list: { a: 0.1, b: 1 }, plain: 0 };
    values[arnOf("older")] = 0.9;
    objects = { [keyOf("old")]: { outcome: "promoted", incumbent: arnOf("older") } };
    expect(await decide()).toMatchObject({ decision: "promote", bestServed: { solutionVersionArn: arnOf("old") } });
  });
});
