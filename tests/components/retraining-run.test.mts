// What a run of the retraining does by itself.
import { beforeAll, describe, expect, test } from "vitest";
import {
  newVersion,
  oldVersion,
  recommendation,
  reranking,
  retrainingArgs,
  runRetraining,
} from "./retraining-world.mts";

test("a model that follows events without a training is trained only when the input names it", async () => {
  const args = { models: [recommendation, { ...reranking, onlyOnRequest: true }] };
  const checked = async (input: Parameters<typeof runRetraining>[0]) =>
    (await runRetraining(input, { args }))
      .of("lambda:check-training-data")[0]
      ?.models.map(({ name }: { name: string }) => name);
  expect(await checked({})).toEqual(["recommendation"]);
  expect(await checked({ models: ["reranking"] })).toEqual(["reranking"]);
});

describe("an ordinary day", () => {
  let run: Awaited<ReturnType<typeof runRetraining>>;
  beforeAll(async () => {
    run = await runRetraining({});
  });

  test("trains both models in parallel, evaluates and promotes them", () => {
    expect(run.error).toBeUndefined();
    expect(run.output).toMatchObject([
      { model: "recommendation", outcome: "promoted", candidate: newVersion(recommendation) },
      { model: "reranking", outcome: "promoted", candidate: newVersion(reranking) },
    ]);
    expect(run.hours).toBeLessThan(1.5);
    expect(run.of("personalize:createSolutionVersion")).toEqual([
      { SolutionArn: recommendation.solutionArn, TrainingMode: "FULL" },
      { SolutionArn: reranking.solutionArn, TrainingMode: "FULL" },
    ]);
  });

  test("the gate gets candidate, serving version and the model's bounds", () => {
    expect(run.of("lambda:evaluate-model")[0]).toEqual({
      model: "recommendation",
      candidate: newVersion(recommendation),
      incumbent: oldVersion(recommendation),
      baseline: null,
      gate: recommendation.gate,
    });
  });

  test("the fallback is refreshed once", () => {
    expect(run.of("lambda:refresh-popular-items")).toHaveLength(1);
  });

  test("every decision is recorded under its version, with its numbers", () => {
    expect(Object.keys(run.decisions)).toEqual(["decisions/recommendation/new.json", "decisions/reranking/new.json"]);
    expect(run.decisions["decisions/recommendation/new.json"]).toMatchObject({
      model: "recommendation",
      outcome: "promoted",
      reason: "measured",
      candidate: newVersion(recommendation),
      incumbent: oldVersion(recommendation),
      evaluation: { decision: "promote", candidate: { value: 0.2 } },
      execution: expect.stringContaining(":execution:"),
      decidedAt: expect.stringMatching(/^2026-03-01T04:/),
    });
  });

  test("decision and metric are published for the dashboard", () => {
    const dimensions = [
      { Name: "Stack", Value: "test" },
      { Name: "Model", Value: "recommendation" },
    ];
    expect(run.of("cloudwatch:putMetricData")[0]).toEqual({
      Namespace: "recommender",
      MetricData: [
        {
          MetricName: "Decisions",
          Value: 1,
          Unit: "Count",
          Dimensions: [...dimensions, { Name: "Outcome", Value: "promoted" }],
        },
        { MetricName: "CandidateMetric", Value: 0.2, Unit: "None", Dimensions: dimensions },
      ],
    });
  });

  test("the topic gets a message at the start and at the end of each model", () => {
    expect(run.messages).toEqual([
      "Training started: recommendation, reranking. new events",
      `Model recommendation: promoted: measured. Version: ${newVersion(recommendation)}`,
      `Model reranking: promoted: measured. Version: ${newVersion(reranking)}`,
    ]);
  });
});

describe("a run is skipped", () => {
  test("and notifies only if the stack is configured to", async () => {
    expect((await runRetraining({}, { train: [] })).messages).toEqual([]);
    const told = await runRetraining({}, { train: [], args: { notifySkips: true } });
    expect(told.messages).toEqual(["Nothing was trained: new events"]);
    expect(told.output).toEqual({ outcome: "skipped", reason: "new events" });
  });

  test.each<Parameters<typeof runRetraining>[0]>([
    {},
    { force: true },
    { models: ["reranking"] },
    { rollback: { model: "recommendation" } },
  ])("in a stack that is asleep, before any call, with the input %j", async (input) => {
    const run = await runRetraining(input, { args: { asleep: true } });
    expect(run.output).toEqual({ outcome: "skipped", reason: expect.stringContaining("asleep") });
    for (const operation of ["personalize:createSolutionVersion", "personalize:describeCampaign"]) {
      expect(run.of(operation)).toEqual([]);
    }
  });

  test("but not when the answer to its own claim of the scheduled time was lost", async () => {
    const run = await runRetraining({ scheduledTime: "2026-03-01T03:00:00Z" }, { lost: ["s3:putObject"] });
    expect(run.output).toMatchObject([{ outcome: "promoted" }, { outcome: "promoted" }]);
  });

  test("when another execution started earlier and is still running", async () => {
    const earlier = { ExecutionArn: "arn:execution:z", StartDate: "2026-03-01T02:00:00.000Z" };
    const run = await runRetraining({}, { running: [earlier] });
    expect(run.output).toEqual({ outcome: "skipped", reason: "another execution is still running" });
    expect(run.of("lambda:check-training-data")).toEqual([]);
  });

  test("but not when another started later: exactly one of two continues", async () => {
    const later = { ExecutionArn: "arn:execution:a", StartDate: "2026-03-01T03:00:01.000Z" };
    expect((await runRetraining({}, { running: [later] })).output).toMatchObject([{}, {}]);
  });
});

describe("the input", () => {
  test.each([
    [{ models: ["pets"] }, "UnknownModel", 'Models of this stack are recommendation, reranking; asked for: ["pets"]'],
    [{ models: [] }, "UnknownModel", "Models of this stack are recommendation, reranking; asked for: []"],
    [{ rollback: {} }, "UnknownModel", "Models of this stack are recommendation, reranking; asked for: []"],
  ])("refuses %j before anything is started", async (input, error, cause) => {
    const run = await runRetraining(input);
    expect(run).toMatchObject({ error, cause, called: [] });
  });
});

describe("a failure of one model does not stop the other, and fails the run at its end", () => {
  const others = { model: "reranking", outcome: "promoted" };

  test("a training that ends CREATE FAILED, with the service's reason", async () => {
    const training = { recommendation: { status: "CREATE FAILED", failureReason: "Not enough data" } };
    const run = await runRetraining({}, { training });
    expect(run).toMatchObject({
      error: "ModelFailed",
      cause: "recommendation: training ended CREATE FAILED: Not enough data",
    });
    expect(run.decisions["decisions/recommendation/new.json"]).toMatchObject({ outcome: "failed", evaluation: null });
    expect(run.decisions["decisions/reranking/new.json"]).toMatchObject(others);
    expect(run.messages.some((message) => message.includes("Not enough data"))).toBe(true);
  });

  test("a training that does not end is stopped after the deadline", async () => {
    const run = await runRetraining({}, { training: { recommendation: { status: "ACTIVE", hours: 99 } } });
    expect(run.of("personalize:stopSolutionVersionCreation")).toEqual([
      { SolutionVersionArn: newVersion(recommendation) },
    ]);
    expect(run.cause).toBe("recommendation: training was stopped: it had not ended after 12 hours");
    expect(run.hours).toBeLessThan(12.2);
  });

  test("a training that cannot be started: no version, but a record", async () => {
    const run = await runRetraining(
      { models: ["recommendation"] },
      { faults: { "personalize:createSolutionVersion": "Personalize.PersonalizeException" } },
    );
    expect(run.error).toBe("ModelFailed");
    expect(run.of("personalize:createSolutionVersion")).toHaveLength(1);
    expect(Object.keys(run.decisions)).toEqual(["decisions/recommendation/execution-run-1.json"]);
  });

  test("a campaign whose update fails", async () => {
    const update = { reranking: { status: "CREATE FAILED", failureReason: "Internal" } };
    const run = await runRetraining({}, { update });
    expect(run.cause).toBe("reranking: the campaign was not updated: Internal");
    expect(run.of("ssm:putParameter").map(({ Name }) => Name)).toEqual([recommendation.versionParameter]);
  });

  test("a gate that fails keeps the serving version", async () => {
    const run = await runRetraining({}, { faults: { "lambda:evaluate-model": "Error" } });
    expect(run.error).toBe("ModelFailed");
    expect(run.of("personalize:updateCampaign")).toEqual([]);
  });

  test("a decision that cannot be recorded is reported", async () => {
    const run = await runRetraining({}, { faults: { "s3:putObject": "S3.S3Exception" } });
    expect(run.cause).toContain("recommendation: measured (promoted, but not recorded: S3.S3Exception)");
  });

  test("but a fallback that cannot be refreshed is only mentioned", async () => {
    const run = await runRetraining({}, { faults: { "lambda:refresh-popular-items": "Error" } });
    expect(run.output).toMatchObject([{ outcome: "promoted" }, { outcome: "promoted" }]);
    expect(run.messages.join()).toContain("The fallback was not refreshed: Error.");
  });
});

describe("with a popularity baseline", () => {
  const args = { baselineSolutionArn: "arn:aws:personalize:eu-west-1:123456789012:solution/baseline" };

  test("it is trained first, once, and every gate gets its version", async () => {
    const run = await runRetraining({}, { args });
    expect(run.of("personalize:createSolutionVersion").map(({ SolutionArn }) => SolutionArn)).toEqual([
      args.baselineSolutionArn,
      recommendation.solutionArn,
      reranking.solutionArn,
    ]);
    expect(run.of("lambda:evaluate-model").map(({ baseline }) => baseline)).toEqual(
      Array(2).fill(`${args.baselineSolutionArn}/new`),
    );
  });

  test("it is no bound of a model whose answers do not depend on the visitor", async () => {
    const models = retrainingArgs.models.map((model) => ({ ...model, mustBeatPopularity: model === reranking }));
    const run = await runRetraining({}, { args: { ...args, models } });
    const baselines = run.of("lambda:evaluate-model").map(({ baseline }) => baseline);
    expect(baselines).toEqual([null, `${args.baselineSolutionArn}/new`]);
  });

  test("its failure ends the run before the models are trained", async () => {
    const training = { baseline: { status: "CREATE FAILED", failureReason: "no data" } };
    const run = await runRetraining({}, { args, training });
    expect(run).toMatchObject({
      error: "BaselineFailed",
      cause: "The popularity baseline was not trained: CREATE FAILED: no data",
    });
    expect(run.of("personalize:createSolutionVersion")).toHaveLength(1);
  });
});
