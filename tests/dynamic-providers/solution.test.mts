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

const weighed = { ...inputs, recipeArn: `${arns.recipe}-v2`, eventWeights: { DetailView: 0.1, Application: 1 } };
const weights = (...list: [string, number][]) => ({
  eventsConfig: { eventParametersList: list.map(([eventType, weight]) => ({ eventType, weight })) },
});
const given = weights(["DetailView", 0.1], ["Application", 1]);
const described = (more: object) => solution({ recipeArn: weighed.recipeArn, ...more });
const updated = (config: object, status = "ACTIVE", current: object = given) =>
  described({
    solutionConfig: { ...solution().solution.solutionConfig, ...current },
    latestSolutionUpdate: { status, creationDateTime: new Date(1), solutionUpdateConfig: config },
  });

test("event weights are given at the creation", async () => {
  const service = scriptService({
    listSolutions: [{ solutions: [] }],
    createSolution: [{ solutionArn: arns.solution }],
    describeSolution: [described({ solutionConfig: given })],
  });

  await createProvider(solutionKind, service.open).create(weighed);

  expect(service.inputs("createSolution")[0]).toMatchObject({ solutionConfig: given });
});

/** Updates the solution with weights to these inputs, in a service with these descriptions. */
async function update(news: object, ...describeSolution: object[]) {
  const service = scriptService({
    describeSolution,
    updateSolution: [{ solutionArn: arns.solution }],
    tagResource: [{}],
    listTagsForResource: [describeTags(ownerTags)],
  });
  const olds = { ...weighed, arn: arns.solution, physicalName: "pets-1" };
  const { outs } = await createProvider(solutionKind, service.open).update(arns.solution, olds, news as typeof weighed);
  return { outs, sent: service.inputs("updateSolution") };
}

test("other event weights are one update in place, waited for", async () => {
  const eventWeights = { Application: 1 };
  const after = weights(["Application", 1]);
  const before = described({ solutionConfig: given });
  const { outs, sent } = await update(
    { ...weighed, eventWeights },
    ...[before, before, before],
    updated(after, "CREATE IN_PROGRESS"),
    updated(after),
  );

  expect(sent).toEqual([{ solutionArn: arns.solution, solutionUpdateConfig: after }]);
  expect(outs).toMatchObject({ eventWeights });
});

test("event weights that the program gives no more are removed, also from the state", async () => {
  const { eventWeights: _, ...without } = weighed;
  const before = described({ solutionConfig: given });
  const { outs, sent } = await update(without, before, before, before, updated(weights(), "ACTIVE", weights()));

  expect(sent).toEqual([{ solutionArn: arns.solution, solutionUpdateConfig: weights() }]);
  expect(outs).not.toHaveProperty("eventWeights");
});

test.each([
  ["update", given],
  ["configuration, whatever the update says", weights()],
])(
  "event weights that the service keeps in its %s are an error that says what means the same",
  async (_which, config) => {
    const { eventWeights: _, ...without } = weighed;
    const before = described({ solutionConfig: given });
    await expect(update(without, before, before, before, updated(config))).rejects.toThrow(
      "Give each event type the weight 1, which means the same.",
    );
  },
);

test("an update that changes no weights does not update the solution", async () => {
  const { sent } = await update({ ...weighed, tags: { team: "pets" } }, described({ solutionConfig: given }));
  expect(sent).toEqual([]);
});

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
