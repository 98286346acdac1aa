import { expect, test } from "vitest";
import { createProvider } from "../../dynamic-providers/resource/provider.ts";
import { solutionKind } from "../../dynamic-providers/solution.ts";
import { solutionVersionKind } from "../../dynamic-providers/solution-version.ts";
import { arns, common, createNotFound, describeTags, ownerTags, scriptService } from "./scripted.mts";

const inputs = {
  ...common,
  datasetGroupArn: arns.group,
  recipeArn: arns.recipe,
  algorithmHyperParameters: { bptt: "32" },
};
const state = { ...inputs, arn: arns.solution, physicalName: "pets-1" };
const solution = (more = {}) => ({
  solution: {
    name: "pets-1",
    datasetGroupArn: arns.group,
    recipeArn: arns.recipe,
    solutionConfig: { algorithmHyperParameters: { bptt: "32", hidden_dimension: "149" } },
    performAutoTraining: false,
    status: "ACTIVE",
    ...more,
  },
});

test("automatic training is switched off at creation, since the service's default is on", async () => {
  const service = scriptService({
    listSolutions: [{ solutions: [] }],
    createSolution: [{ solutionArn: arns.solution }],
    describeSolution: [solution()],
  });

  await createProvider(solutionKind, service.open).create(inputs);

  expect(service.inputs("createSolution")).toEqual([
    {
      name: expect.stringMatching(/^pets-[0-9a-f]{8}$/),
      datasetGroupArn: arns.group,
      recipeArn: arns.recipe,
      performAutoTraining: false,
      solutionConfig: { algorithmHyperParameters: { bptt: "32" } },
      tags: describeTags(ownerTags).tags,
    },
  ]);
});

// tests/provider-protocol/service-wording.test.mts and
// tests/system/changes-during-training.test.mts have event weights.

test("deleting a solution first stops its running trainings, whatever started them", async () => {
  const versions = ["ACTIVE", "CREATE IN_PROGRESS"].map((status) => ({
    status,
    solutionVersionArn: `${arns.solution}/${status}`,
  }));
  const version = (status: string) => ({ solutionVersion: { status } });
  const service = scriptService({
    listSolutionVersions: [{ solutionVersions: versions }],
    describeSolutionVersion: [version("CREATE IN_PROGRESS"), version("CREATE STOPPING"), version("CREATE STOPPED")],
    stopSolutionVersionCreation: [{}],
    describeSolution: [solution(), createNotFound()],
    deleteSolution: [{}],
  });

  await createProvider(solutionKind, service.open).delete(arns.solution, state);

  expect(service.inputs("stopSolutionVersionCreation")).toEqual([
    { solutionVersionArn: `${arns.solution}/CREATE IN_PROGRESS` },
  ]);
  expect(service.operations().indexOf("deleteSolution")).toBeGreaterThan(
    service.operations().lastIndexOf("describeSolutionVersion"),
  );
});

const training = { ...common, solutionArn: arns.solution };
const trained = { ...training, arn: arns.version, physicalName: "pets-1" };
const version = (status: string, more = {}) => ({
  solutionVersion: { solutionArn: arns.solution, status, ...more },
});
const summary = (id: string, status: string, at: number) => ({
  solutionVersionArn: `${arns.solution}/${id}`,
  status,
  creationDateTime: new Date(at),
});

test("the training that an interrupted run of this stack started is found by its tags, and no other's", async () => {
  const service = scriptService({
    listSolutionVersions: [
      {
        solutionVersions: [
          summary("ours", "CREATE IN_PROGRESS", 1),
          summary("failed", "CREATE FAILED", 2),
          summary("retraining", "ACTIVE", 4),
        ],
      },
    ],
    listTagsForResource: [
      ((input: { resourceArn: string }) =>
        input.resourceArn.endsWith("/ours") ? describeTags(ownerTags) : describeTags({})) as never,
    ],
    describeSolutionVersion: [version("CREATE IN_PROGRESS"), version("ACTIVE")],
  });

  expect((await createProvider(solutionVersionKind, service.open).create(training)).id).toBe(`${arns.solution}/ours`);
  expect(service.inputs("listTagsForResource").map(({ resourceArn }) => resourceArn)).not.toContain(
    `${arns.solution}/failed`,
  );
});

test("a training that failed after its deadline is reported with its reason, and started again after a refresh", async () => {
  const failureReason = "fewer than 25 users with at least 2 interactions each.";
  const service = scriptService({ describeSolutionVersion: [version("CREATE FAILED", { failureReason })] });
  const provider = createProvider(solutionVersionKind, service.open);
  const olds = { ...trained, unfinished: true };

  await expect(provider.update(arns.version, olds, training)).rejects.toThrow(
    `${arns.version} is CREATE FAILED. ${failureReason} Run \`pulumi refresh\`, then \`pulumi up\``,
  );
  expect(await provider.read(arns.version, olds)).toEqual({});
});

test("a weight of which the service keeps fewer digits is no drift, and another one is", () => {
  const described = (weight: number) => ({
    solutionConfig: { eventsConfig: { eventParametersList: [{ eventType: "View", weight }] } },
  });
  const weights = { eventWeights: { View: 0.1 } };
  const given = { ...inputs, ...weights };
  expect(solutionKind().readInputs?.(described(Math.fround(0.1)), given)).toMatchObject(weights);
  expect(solutionKind().readInputs?.(described(0.2), given)).toMatchObject({ eventWeights: { View: 0.2 } });
});
