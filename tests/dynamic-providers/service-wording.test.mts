import { expect, test } from "vitest";
import { filterKind } from "../../dynamic-providers/filter.ts";
import { createProvider } from "../../dynamic-providers/resource/provider.ts";
import { solutionKind } from "../../dynamic-providers/solution.ts";
import { arns, common, createException, describeTags, ownerTags, scriptService } from "./scripted.mts";

// The guide does not say if Describe repeats what it was given or puts it in a normal form: neither may be drift.
const given = 'EXCLUDE ItemID WHERE Items.STATUS IN ("adopted")';
const inputs = { ...common, datasetGroupArn: arns.group, filterExpression: given };
const normal = 'EXCLUDE ItemID WHERE ITEMS.STATUS in ("adopted")';
const filter = (filterExpression: string) => ({
  filter: { name: "pets-1", datasetGroupArn: arns.group, filterExpression, status: "ACTIVE" },
});
const listTagsForResource = [describeTags(ownerTags)];

async function createdFilter(answer: string) {
  const service = scriptService({
    listFilters: [{ Filters: [] }],
    createFilter: [{ filterArn: arns.filter }],
    describeFilter: [filter(answer)],
  });
  return (await createProvider(filterKind, service.open).create(inputs)).outs;
}

for (const [form, answer] of [
  ["as it was given", given],
  ["in a normal form", normal],
] as const) {
  test(`a text that comes back ${form} is no change, neither after creation nor after a refresh`, async () => {
    const service = scriptService({ describeFilter: [filter(answer)], listTagsForResource });
    const provider = createProvider(filterKind, service.open);

    const outs = await createdFilter(answer);
    expect(outs.filterExpression).toBe(given);
    expect(await provider.diff(arns.filter, outs, inputs)).toMatchObject({ changes: false });

    const { props, inputs: read } = await provider.read(arns.filter, outs);
    expect(read).toEqual(inputs);
    expect(await provider.diff(arns.filter, props ?? outs, inputs)).toMatchObject({ changes: false });
  });
}

test("another answer than the first is drift", async () => {
  const service = scriptService({ describeFilter: [filter("INCLUDE …")], listTagsForResource });
  const provider = createProvider(filterKind, service.open);
  const outs = await createdFilter(normal);

  const { props = outs } = await provider.read(arns.filter, outs);

  expect(props.filterExpression).toBe("INCLUDE …");
  expect(await provider.diff(arns.filter, props, inputs)).toMatchObject({ replaces: ["filterExpression"] });
});

test("a change of another input keeps the stored normal form, and accepts no other answer as one", async () => {
  const tagging = { listTagsForResource, tagResource: [{}] };
  const news = { ...inputs, tags: { team: "dogs" } };
  const outs = await createdFilter(normal);
  const update = async (answer: string) => {
    const service = scriptService({ ...tagging, describeFilter: [filter(answer)] });
    return (await createProvider(filterKind, service.open).update(arns.filter, outs, news)).outs;
  };

  expect(await update(normal)).toEqual({ ...outs, tags: { team: "dogs" } });
  expect(await update("INCLUDE …")).toMatchObject({ filterExpression: "INCLUDE …" });
});

const solution = {
  ...common,
  datasetGroupArn: arns.group,
  recipeArn: arns.recipe,
  algorithmHyperParameters: {},
  performAutoTraining: true,
  performHPO: false,
  schedulingExpression: "rate(7 days)",
};
const solutionWith = (more: object) => ({
  solution: {
    name: "pets-1",
    datasetGroupArn: arns.group,
    recipeArn: arns.recipe,
    solutionConfig: { autoTrainingConfig: { schedulingExpression: "rate(168 hours)" } },
    performAutoTraining: true,
    performHPO: false,
    status: "ACTIVE",
    ...more,
  },
});

test("a setting that could not be changed is still to be changed after a refresh", async () => {
  const service = scriptService({
    listSolutions: [{ solutions: [] }],
    createSolution: [{ solutionArn: arns.solution }],
    describeSolution: [solutionWith({})],
    updateSolution: [createException("InvalidInputException")],
    listTagsForResource,
  });
  const provider = createProvider(solutionKind, service.open);
  const { outs } = await provider.create(solution);
  const news = { ...solution, schedulingExpression: "rate(3 days)" };

  const { properties } = await provider.update(arns.solution, outs, news).catch((error) => error);
  const { props = outs } = await provider.read(arns.solution, properties);

  expect(await provider.diff(arns.solution, props, news)).toMatchObject({ changes: true, replaces: [] });
});

test("a flag has no second wording: a different one is drift", async () => {
  const service = scriptService({
    listSolutions: [{ solutions: [] }],
    createSolution: [{ solutionArn: arns.solution }],
    describeSolution: [solutionWith({ performAutoTraining: true })],
  });
  const given = { ...solution, performAutoTraining: false };
  const provider = createProvider(solutionKind, service.open);

  const { outs } = await provider.create(given);

  expect(await provider.diff(arns.solution, outs, given)).toMatchObject({ changes: true, replaces: [] });
});

test("a setting in its normal form is not sent again with a change of something else", async () => {
  const service = scriptService({
    listSolutions: [{ solutions: [] }],
    createSolution: [{ solutionArn: arns.solution }],
    describeSolution: [solutionWith({})],
    listTagsForResource,
    tagResource: [{}],
  });
  const provider = createProvider(solutionKind, service.open);
  const { outs } = await provider.create(solution);

  await provider.update(arns.solution, outs, { ...solution, tags: { team: "dogs" } });

  expect(service.operations()).not.toContain("updateSolution");
});
