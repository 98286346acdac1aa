import { afterAll, beforeAll, expect, test } from "vitest";
import { args, createFilledGroup, openStack, type Stored, type TestStack } from "./stack.mts";

let stack: TestStack;
beforeAll(async () => {
  stack = await openStack();
});
afterAll(() => stack.close());

test("deleting in the engine's order, dependants first and in parallel, leaves nothing", async () => {
  const { group, jobs, interactions, items, interactionsSchema, itemsSchema } = await createFilledGroup(stack);
  const solution = await stack.create("Solution", "pets", args.solution(group));
  const version = await stack.create("SolutionVersion", "pets-first", args.version(solution));
  const campaign = await stack.create("Campaign", "pets", args.campaign(version));
  const tracker = await stack.create("EventTracker", "pets", args.tracker(group));
  const filter = await stack.create("Filter", "pets", args.filter(group));
  const gone = (...stored: Stored[]) =>
    Promise.all(stored.map(({ id, properties }) => stack.provider.delete(id, properties)));
  // A running retraining must not keep the stack from being destroyed.
  await stack.service.personalize.createSolutionVersion({ solutionArn: solution.id });
  await gone(campaign, tracker, filter);
  await gone(version);
  await gone(solution);
  await gone(...jobs);
  await gone(interactions, items);
  await gone(interactionsSchema, itemsSchema, group);
  await gone(campaign, solution, group);

  const { personalize } = stack.service;
  const lists = [
    (await personalize.listCampaigns({})).campaigns,
    (await personalize.listSolutions({})).solutions,
    (await personalize.listEventTrackers({})).eventTrackers,
    (await personalize.listFilters({})).Filters,
    (await personalize.listDatasets({})).datasets,
    (await personalize.listSchemas({})).schemas,
    (await personalize.listDatasetGroups({})).datasetGroups,
  ];
  expect(lists).toEqual([[], [], [], [], [], [], []]);
});
