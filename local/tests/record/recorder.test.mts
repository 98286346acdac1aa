import { Personalize } from "@aws-sdk/client-personalize";
import { expect, test } from "vitest";
import { createRecorder, type Recorder } from "../../record/recorder.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

const account = await openAccount();
const now = () => new Date(account.clock.now());

/** Records the calls of one step. */
async function record(work: (personalize: Personalize, recorder: Recorder) => Promise<unknown>, run = "mine") {
  const recorder = createRecorder({ redact: (value) => value, run, now });
  const personalize = new Personalize({ ...sdk(account), maxAttempts: 2 });
  recorder.listenTo(personalize);
  await recorder.step({ step: "it", stage: 0 }, async () => void (await work(personalize, recorder)));
  return recorder.steps[0]?.calls ?? [];
}

test("a listing of the account has the run's resources only", async () => {
  const calls = await record(async (personalize) => {
    for (const name of ["mine-1", "other"]) await personalize.createDatasetGroup({ name });
    await personalize.listDatasetGroups({});
  });
  expect(calls.map(({ operation }) => operation)).toEqual([
    "CreateDatasetGroup",
    "CreateDatasetGroup",
    "ListDatasetGroups",
  ]);
  expect(calls[2]?.response).toEqual({ datasetGroups: [expect.objectContaining({ name: "mine-1" })] });
});

test("a request that was throttled first is one call, with its last answer", async () => {
  const effect = { kind: "error", code: "ThrottlingException", message: "Rate exceeded" } as const;
  account.faults.inject({ service: "personalize", operation: "ListSchemas", effect });
  const calls = await record((personalize) => personalize.listSchemas({}));
  expect(calls).toEqual([
    expect.objectContaining({ operation: "ListSchemas", status: 200, response: { schemas: [] } }),
  ]);
  expect(calls[0]).not.toHaveProperty("error.name");
});

test("a polled resource is one call, with its states and their seconds", async () => {
  const calls = await record(async (personalize, recorder) => {
    const { datasetGroupArn } = await personalize.createDatasetGroup({ name: "mine-2" });
    await recorder.poll(async () => {
      for (const seconds of [0, 1, 1, 20]) {
        await account.clock.advance(seconds * 1_000);
        await personalize.describeDatasetGroup({ datasetGroupArn });
      }
    });
  });
  expect(calls[1]).toMatchObject({
    response: { datasetGroup: { status: "ACTIVE" } },
    states: [
      { state: "CREATE PENDING", seconds: 0 },
      { state: "CREATE IN_PROGRESS", seconds: 1 },
      { state: "ACTIVE", seconds: 22 },
    ],
  });
});

test("an error is recorded with its name, message and status, and a step that fails with the reason", async () => {
  const recorder = createRecorder({ redact: (value) => value, run: "mine", now });
  const personalize = new Personalize(sdk(account));
  recorder.listenTo(personalize);
  const failed = recorder.step({ step: "it", stage: 0 }, async () => {
    await personalize.describeSchema({ schemaArn: "arn:aws:personalize:eu-west-1:000000000000:schema/none" });
    return undefined;
  });
  await expect(failed).rejects.toThrow("does not exist");
  const error = { name: "ResourceNotFoundException", message: expect.stringContaining("schema/none") };
  expect(recorder.steps).toMatchObject([
    { ended: expect.stringMatching(/^ResourceNotFoundException: /), calls: [{ status: 400, error }] },
  ]);
});
