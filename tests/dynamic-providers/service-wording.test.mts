import { expect, test } from "vitest";
import { createProvider } from "../../dynamic-providers/resource/provider.ts";
import { solutionKind } from "../../dynamic-providers/solution.ts";
import { arns, common, createException, describeTags, ownerTags, scriptService } from "./scripted.mts";
import { creating, described, filterOf, inputs } from "./scripted-filter.mts";

// The guide does not say if Describe repeats what it was given or puts it in a normal form: neither may be drift.
const normal = 'EXCLUDE ItemID WHERE ITEMS.STATUS in ("adopted")';
const filter = (filterExpression: string) => described("ACTIVE", { filterExpression });
const listTagsForResource = [describeTags(ownerTags)];

async function createdFilter(answer: string) {
  const service = creating(filter(answer));
  return (await filterOf(service).create(inputs)).outs;
}

// That a normal form is no change after creation or a refresh: tests/lifecycle/service-wording.test.mts, for each kind.
test("another answer than the first is drift", async () => {
  const service = scriptService({ describeFilter: [filter("INCLUDE …")], listTagsForResource });
  const provider = filterOf(service);
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
    return (await filterOf(service).update(arns.filter, outs, news)).outs;
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

/** A service that creates the solution as `more` says. */
const serviceWith = (more: object, answers: Parameters<typeof scriptService>[0] = {}) =>
  scriptService({
    listSolutions: [{ solutions: [] }],
    createSolution: [{ solutionArn: arns.solution }],
    describeSolution: [solutionWith(more)],
    listTagsForResource,
    ...answers,
  });

test("a setting that could not be changed is still to be changed after a refresh", async () => {
  const service = serviceWith({}, { updateSolution: [createException("InvalidInputException")] });
  const provider = createProvider(solutionKind, service.open);
  const { outs } = await provider.create(solution);
  const news = { ...solution, schedulingExpression: "rate(3 days)" };

  const { properties } = await provider.update(arns.solution, outs, news).catch((error) => error);
  const { props = outs } = await provider.read(arns.solution, properties);

  expect(await provider.diff(arns.solution, props, news)).toMatchObject({ changes: true, replaces: [] });
});
