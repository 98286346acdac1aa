// The retraining after a promotion, when every visitor gets a list.
import { describe, expect, test } from "vitest";
import { batch, type Day, newVersion, recommendation, runRetraining } from "./retraining-world.mts";

const candidate = newVersion(recommendation);
const run = (day: Day = {}) => runRetraining({ force: true }, { ...day, args: { batch } });

describe("after a promotion of the recommendation model", () => {
  test("the known users are exported, listed, and given to a batch inference with the new version", async () => {
    const done = await run();
    expect(done.output).toMatchObject([{ outcome: "promoted" }, { outcome: "promoted" }]);
    const [exported, ...otherExports] = done.of("personalize:createDatasetExportJob");
    const [inferred, ...otherInferences] = done.of("personalize:createBatchInferenceJob");
    expect([otherExports, otherInferences]).toEqual([[], []]);
    const number = exported.JobName.replace("recommender-test-lists-", "");
    expect(number).toMatch(/^\d{13}$/);
    expect(exported).toEqual({
      JobName: `recommender-test-lists-${number}`,
      DatasetArn: batch.interactionsDatasetArn,
      IngestionMode: "ALL",
      RoleArn: batch.roleArn,
      JobOutput: { S3DataDestination: { Path: `s3://data/batch/${number}/export/` } },
    });
    expect(done.of("lambda:write-user-list")).toEqual([{ folder: `batch/${number}/` }]);
    expect(inferred).toEqual({
      JobName: `recommender-test-lists-${number}`,
      SolutionVersionArn: candidate,
      FilterArn: batch.filterArn,
      JobInput: { S3DataSource: { Path: `s3://data/batch/${number}/users.json` } },
      JobOutput: { S3DataDestination: { Path: `s3://data/batch/${number}/lists/` } },
      BatchInferenceJobConfig: recommendation?.campaignConfig,
      RoleArn: batch.roleArn,
    });
    expect(done.decisions["batch/latest.json"]).toMatchObject({
      version: candidate,
      users: 4_000,
      lists: `s3://data/batch/${number}/lists/`,
    });
  });

  test("the decision is recorded and published before, and there is no further message", async () => {
    const done = await run();
    const order = done.called.map(({ operation }) => operation);
    expect(order.indexOf("personalize:createDatasetExportJob")).toBeGreaterThan(order.indexOf("sns:publish"));
    // The start of the training, and the decision on each model.
    expect(done.messages).toHaveLength(3);
  });
});

describe("no lists are written", () => {
  test.each<[string, Day]>([
    ["when the version is kept", { decision: () => "keep" }],
    ["when the training fails", { training: { recommendation: { status: "CREATE FAILED" } } }],
  ])("%s", async (_when, day) => {
    expect((await run(day)).of("personalize:createDatasetExportJob")).toEqual([]);
  });

  test("without the setting", async () => {
    expect((await runRetraining({ force: true })).of("personalize:createDatasetExportJob")).toEqual([]);
  });
});

describe("a failure leaves the promotion, is recorded, and is published", () => {
  test.each<[string, Day, string]>([
    [
      "the export is refused",
      { faults: { "personalize:createDatasetExportJob": "Refused" } },
      "export: Refused: Refused happened",
    ],
    ["the export fails", { exportJob: { Status: "CREATE FAILED", FailureReason: "no rights" } }, "export: no rights"],
    ["the export never ends", { exportJob: { Status: "CREATE PENDING" } }, "export: not over after 3 hours"],
    ["there are no users", { faults: { "lambda:write-user-list": "Error" } }, "list of users: Error: Error happened"],
    [
      "the inference is refused",
      { faults: { "personalize:createBatchInferenceJob": "Limit" } },
      "batch inference: Limit: Limit happened",
    ],
    ["the inference fails", { inferenceJob: { Status: "CREATE FAILED" } }, "inference: no reason given"],
    ["the inference never ends", { inferenceJob: { Status: "PENDING" } }, "inference: not over after 12 hours"],
  ])("%s", async (_what, day, reason) => {
    const done = await run(day);
    expect(done.error).toBeUndefined();
    expect(done.output).toMatchObject([{ outcome: "promoted" }, { outcome: "promoted" }]);
    const [key = "", failure] = Object.entries(done.decisions).find(([each]) => each.endsWith("/failure.json")) ?? [];
    expect(key).toMatch(/^batch\/\d{13}\/failure\.json$/);
    expect(failure).toMatchObject({ version: candidate, reason });
    expect(done.messages.at(-1)).toBe(
      `Model recommendation was promoted, but its lists for every visitor were not written. ${reason}. Version: ${candidate}`,
    );
    expect(done.decisions["batch/latest.json"]).toBeUndefined();
  });
});
