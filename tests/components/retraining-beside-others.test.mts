// A run of the retraining beside others: deployments, promotions, and a run that did not end.
import { describe, expect, test } from "vitest";
import { type Day, oldVersion, recommendation, reranking, runRetraining } from "./retraining-world.mts";

describe("what others change during a training", () => {
  const models = ["recommendation"];
  const outcomeOf = (run: Awaited<ReturnType<typeof runRetraining>>) =>
    run.decisions["decisions/recommendation/new.json"];

  test("a version that began to serve during the evaluation is compared before it is replaced", async () => {
    const version = `${recommendation.solutionArn}/other`;
    const update = { from: 0, to: 10, version };
    const otherUpdate = { recommendation: update };
    // A person's update ends between the evaluation and the campaign's update.
    const decision = () => {
      update.to = 0;
      return "promote" as const;
    };
    const run = await runRetraining({ models }, { otherUpdate, decision });
    expect(run.of("lambda:evaluate-model").map(({ incumbent }) => incumbent)).toEqual([
      oldVersion(recommendation),
      version,
    ]);
    expect(outcomeOf(run)).toMatchObject({ outcome: "promoted", incumbent: version });
  });

  test("another update that follows at once is not waited for as the own one", async () => {
    const version = `${recommendation.solutionArn}/other`;
    const run = await runRetraining(
      { models },
      { update: { recommendation: { status: "ACTIVE", followedBy: version } } },
    );
    expect(outcomeOf(run)).toMatchObject({
      outcome: "failed",
      reason: `another update, to ${version}, has followed`,
    });
    expect(run.of("ssm:putParameter")).toEqual([]);
    expect(run.hours).toBeLessThan(2);
  });
});

describe("a promotion while the campaign is updated by others", () => {
  const version = `${recommendation.solutionArn}/3f2a`;
  const input = { models: ["recommendation"], force: true };

  test("waits, and is compared with the version that serves then", async () => {
    const otherUpdate = { recommendation: { from: 0.9, to: 1.5, version } };
    const run = await runRetraining(input, { otherUpdate });
    expect(run.of("lambda:evaluate-model").map(({ incumbent }) => incumbent)).toEqual([
      oldVersion(recommendation),
      version,
    ]);
    expect(run.output).toMatchObject([{ outcome: "promoted", incumbent: version }]);
  });

  test("whose own update was accepted although the answer was lost waits for it", async () => {
    const run = await runRetraining(input, { lost: ["personalize:updateCampaign"] });
    expect(run.output).toMatchObject([{ outcome: "promoted", incumbent: oldVersion(recommendation) }]);
    expect(run.of("lambda:evaluate-model")).toHaveLength(1);
  });
});

describe("a version that serves without a record", () => {
  const parameter = (name: string) => name.replace("/animal-recommender/test/personalize/", "").split("/")[0] ?? "";
  const earlier = (model: string) => `arn:aws:personalize:eu-west-1:123456789012:solution/${model}/earlier`;
  const stopped: Day = {
    train: [],
    parameter: (name) => (parameter(name) === "recommendation" ? earlier("recommendation") : oldVersion(reranking)),
  };

  test.each([
    ["its own promotion", { outcome: "promoted", incumbent: earlier("recommendation") }, []],
    [
      "a rejection",
      { outcome: "kept", incumbent: earlier("recommendation") },
      [["decisions/recommendation/execution-run-1-before.json", "promoted"]],
    ],
  ])("keeps the record of %s", async (_what, record, added) => {
    const run = await runRetraining({}, { ...stopped, objects: { "decisions/recommendation/old.json": record } });
    const outcomeOf = (decision: unknown) => (decision as { outcome: string }).outcome;
    expect(Object.entries(run.decisions).map(([key, decision]) => [key, outcomeOf(decision)])).toEqual(added);
    expect(run.of("ssm:putParameter")).toHaveLength(1);
  });

  test.each<[string, Record<string, unknown>]>([
    ["with a record", { "decisions/recommendation/old.json": { outcome: "promoted", incumbent: "first" } }],
    ["without one, because it was the first", {}],
  ])("and is older than the named one was rolled back to: %s", async (_what, objects) => {
    const trainedAt = { [oldVersion(recommendation)]: "2026-02-01T00:00:00Z" };
    const run = await runRetraining({}, { ...stopped, objects, trainedAt });
    expect(run.decisions).toEqual({
      "decisions/recommendation/rollback-run-1-before.json": expect.objectContaining({
        outcome: "rolled back",
        candidate: oldVersion(recommendation),
        incumbent: earlier("recommendation"),
        rollback: { from: earlier("recommendation"), to: null },
      }),
    });
    expect(run.of("ssm:putParameter")).toMatchObject([{ Value: oldVersion(recommendation) }]);
  });

  test("of another solution is left to the deployment that replaces it", async () => {
    const run = await runRetraining({}, { ...stopped, parameter: () => "arn:solution/another/version" });
    expect([run.decisions, run.of("ssm:putParameter")]).toEqual([{}, []]);
  });

  test("does not stop the run when its records cannot be read", async () => {
    const run = await runRetraining(
      {},
      { ...stopped, faults: { "ssm:getParameter": "Ssm.InternalServerErrorException" } },
    );
    expect(run.output).toMatchObject({ outcome: "skipped" });
  });
});
