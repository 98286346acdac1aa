import { describe, expect, test } from "vitest";
import { newVersion, oldVersion, recommendation, reranking, runRetraining } from "./retraining-world.mts";

// tests/system/commands.test.mts goes back with and without a version.
describe("a rollback", () => {
  test("does not wait for a training that is running", async () => {
    const to = `${reranking.solutionArn}/3f2a`;
    const earlier = { ExecutionArn: "arn:execution:a", StartDate: "2026-03-01T02:00:00.000Z" };
    const run = await runRetraining({ rollback: { model: "reranking", to } }, { running: [earlier] });
    expect(run.output).toMatchObject([{ outcome: "rolled back" }]);
  });

  test("without a record of the previous version says how to give one", async () => {
    const run = await runRetraining({ rollback: { model: "recommendation" } });
    expect(run.cause).toBe(
      `recommendation: the decision on ${oldVersion(recommendation)} was not read; name the version to go back to with rollback.to (S3.NoSuchKeyException)`,
    );
    expect(run.of("personalize:updateCampaign")).toEqual([]);
  });

  test.each([
    ["another solution's version", `${reranking.solutionArn}/3f2a`],
    ["something that is no version", "3f2a"],
  ])("to %s is refused", async (_what, to) => {
    const run = await runRetraining({ rollback: { model: "recommendation", to } });
    expect(run.cause).toBe(`recommendation: ${to} is not a version of ${recommendation.solutionArn}`);
  });
});

describe("a rollback that names the version to leave", () => {
  const record = { outcome: "promoted", incumbent: `${recommendation.solutionArn}/before` };
  const objects = { "decisions/recommendation/old.json": record };
  const from = oldVersion(recommendation);
  const rollback = { model: "recommendation", from };

  test("leaves it, and records what was asked for", async () => {
    const run = await runRetraining({ rollback }, { objects });
    expect(run.output).toMatchObject([{ outcome: "rolled back", candidate: record.incumbent }]);
    expect(run.decisions["decisions/recommendation/rollback-run-1.json"]).toMatchObject({
      rollback: { from, to: null },
    });
  });

  test("does nothing when another version serves, and says so", async () => {
    const other = `${recommendation.solutionArn}/3f2a`;
    const run = await runRetraining({ rollback: { ...rollback, from: other } }, { objects });
    const reason = `nothing to roll back: ${from} serves, not ${other}`;
    expect(run.output).toMatchObject([{ outcome: "kept", candidate: null, reason }]);
    expect(run.of("personalize:updateCampaign")).toEqual([]);
    expect(run.messages).toEqual([`Model recommendation: kept: ${reason}.`]);
  });

  test("does not undo a promotion that ends while it waits", async () => {
    const version = newVersion(recommendation);
    const otherUpdate = { recommendation: { from: 0, to: 0.7, version } };
    for (const input of [rollback, { model: "recommendation" }]) {
      const run = await runRetraining({ rollback: input }, { objects, otherUpdate });
      expect(run.output).toMatchObject([
        { outcome: "kept", reason: `nothing to roll back: ${version} serves, not ${from}` },
      ]);
      expect(run.of("personalize:updateCampaign")).toEqual([]);
    }
  });
});
