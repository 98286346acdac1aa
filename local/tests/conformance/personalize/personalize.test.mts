/**
 * Each operation's success and each of its errors, through SDK clients alone: what the local
 * account claims to be. `record.ts` runs the same steps on AWS and records them; here they run on a
 * local account, and are compared with the recording.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { options, type Undocumented } from "../../../account/services/personalize/undocumented.ts";
import { type Difference, writeDifference } from "../../../record/compare.ts";
import { listDocumentedErrors, sdkOperations, unreached } from "../../../record/personalize/documented.ts";
import { openLocalPlace } from "../../../record/personalize/local-place.ts";
import type { Suite } from "../../../record/personalize/operation.ts";
import { operationOf } from "../../../record/personalize/operations.ts";
import { findAll, findNamed, removeAll } from "../../../record/personalize/removal.ts";
import { runSteps } from "../../../record/personalize/run-steps.ts";
import { deletionSteps } from "../../../record/personalize/steps/deletions.ts";
import { createSuite, expectRefusal, listSteps, namedOperations, runStep } from "../../../record/personalize/steps.ts";
import { compareWithLocal, readRecordings } from "../../../record/personalize/suite.ts";
import { openWorld, type World } from "../../../record/personalize/world.ts";
import { type Recording, readRecording, writeStep } from "../../../record/recording.ts";

const names = Object.keys(namedOperations);
const steps = listSteps();

const place = await openLocalPlace();
const world: World = openWorld(place);
const suite: Suite = createSuite(world);
afterAll(() => place.close());

interface Quota {
  readonly most: number;
  /** How many the fixture has, or the kind that is counted. */
  readonly there: number | string;
}
/**
 * Quotas of a group, of schemas and groups of a Region, and of what may be pending at a time
 * (guide, "Quotas").
 */
const quotas: Readonly<Record<string, Quota>> = {
  CreateDatasetGroup: { most: 5, there: "DatasetGroup" },
  CreateSchema: { most: 500, there: "Schema" },
  CreateFilter: { most: 30, there: 1 },
  CreateSolution: { most: 10, there: 2 },
  CreateSolutionVersion: { most: 20, there: 0 },
  CreateCampaign: { most: 5, there: 2 },
  CreateRecommender: { most: 5, there: 1 },
  CreateDatasetImportJob: { most: 5, there: 0 },
  // The guide names none; that of imports is used.
  CreateDatasetExportJob: { most: 5, there: 0 },
  CreateBatchInferenceJob: { most: 5, there: 0 },
  CreateDataDeletionJob: { most: 5, there: 0 },
};

describe("the table", () => {
  const cased = (name: string) => [
    ...Object.keys(namedOperations[name]?.errors ?? {}),
    ...(name in quotas ? ["LimitExceededException"] : []),
  ];

  test("has every error that the SDK documents for an operation, but those that no client can bring about", () => {
    const missing = names.flatMap((name) =>
      listDocumentedErrors(name)
        .filter((error) => !cased(name).includes(error))
        .map((error) => `${name} ${error}`),
    );
    expect(missing.sort()).toEqual(Object.keys(unreached).sort());
  });

  test("has no error that the SDK does not document for an operation, but the listings' own InvalidInput", () => {
    const invented = names.flatMap((name) =>
      cased(name)
        .filter((error) => !listDocumentedErrors(name).includes(error))
        .map((error) => `${name} ${error}`),
    );
    // Their model leaves out the error of a page size that is too large.
    expect(invented).toEqual(["ListDatasetGroups InvalidInputException", "ListSchemas InvalidInputException"]);
  });
});

const before = steps.filter((step) => !deletionSteps.includes(step));
test.each(before.map((step) => [step.name, step] as const))("before the deletions: %s", (_, step) =>
  runStep(suite, step),
);

const others = sdkOperations.filter((name) => !names.includes(name));

test.each(others)("answers 501 and its name: %s", async (name) => {
  await expect(world.call(name)).rejects.toMatchObject({
    name: "NotImplemented",
    message: expect.stringMatching(new RegExp(`\\b${name}\\b`)),
    $metadata: { httpStatusCode: 501 },
  });
});

// Not among the recorded steps: for a while no other user of an account could create such a
// resource.
test.each(Object.entries(quotas))(
  "refuses with LimitExceededException, its quota filled: %s: %j",
  async (name, { most, there }) => {
    const { send } = operationOf(suite, name);
    const sendNew = () => send({ [/Job$/.test(name) ? "jobName" : "name"]: suite.making.fresh() });
    try {
      const first = typeof there === "number" ? there : (await findNamed(world, there, "")).length;
      for (let count = first; count < most; count++) await sendNew();
      await expectRefusal(name, "LimitExceededException", sendNew());
    } finally {
      await suite.making.clear(true);
    }
  },
);

describe("deletes dependent resources first", () => {
  test.each(deletionSteps.map((step) => [step.name, step] as const))("%s", (_, step) => runStep(suite, step));

  test("and leaves nothing", async () => {
    await removeAll(world, world.run);
    expect(await findAll(world, world.run)).toEqual([]);
  });
});

test("every operation of the table has succeeded by now, those too that only make or remove what the cases need", () => {
  const succeeded = new Set(
    world.recorder.steps.flatMap(({ calls }) => calls.flatMap((call) => (call.status < 300 ? call.operation : []))),
  );
  expect(names.filter((name) => !succeeded.has(name))).toEqual([]);
});

describe("the recording", () => {
  /** Runs all steps in another account as if it were AWS, and reads what was written. */
  const record = async (undocumented: Undocumented) => {
    const folder = mkdtempSync(join(tmpdir(), "recording-"));
    const other = await openLocalPlace({ undocumented });
    try {
      await runSteps(openWorld(other, { onStep: (step) => writeStep(folder, step) }), steps, () => {});
      return readRecording(folder);
    } finally {
      await other.close();
      rmSync(folder, { recursive: true });
    }
  };
  const compare = (recorded: Recording): Difference[] => compareWithLocal(recorded, world.recorder.steps);

  test("of AWS, if there is one, shows what the local account does", () => {
    const recorded = readRecordings();
    const known = new Set(steps.map(({ name }) => name));
    expect(recorded.map(({ step }) => step).filter((step) => !known.has(step))).toEqual([]);
    expect(compare(recorded).map(writeDifference)).toEqual([]);
  });

  test("of the same account has all steps and no difference", async () => {
    const recorded = await record({});
    expect(recorded.map(({ step }) => step).sort()).toEqual(steps.map(({ name }) => name).sort());
    expect(compare(recorded).map(writeDifference)).toEqual([]);
  });

  test("of an account that does everything otherwise shows each option, and nothing else", async () => {
    const otherwise = Object.entries(options).map(([name, option]) => [name, option.otherwise]);
    const differences = compare(await record(Object.fromEntries(otherwise)));
    expect(differences.filter(({ settles }) => settles === undefined).map(writeDifference)).toEqual([]);
    const facts = differences.filter(({ operation }) => operation === "").map(({ member }) => member);
    expect(facts).toEqual(expect.arrayContaining(Object.keys(options)));
  });
});
