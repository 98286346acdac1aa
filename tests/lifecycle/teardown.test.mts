import {
  CreateSolutionVersionCommand,
  DescribeSolutionVersionCommand,
  ListCampaignsCommand,
  ListDatasetGroupsCommand,
  ListDatasetsCommand,
  ListEventTrackersCommand,
  ListFiltersCommand,
  ListSchemasCommand,
  ListSolutionsCommand,
} from "@aws-sdk/client-personalize";
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
  // A retraining that runs must not keep the stack from going.
  await stack.service.personalize.send(new CreateSolutionVersionCommand({ solutionArn: solution.id }));
  await gone(campaign, tracker, filter);
  await gone(version);
  await gone(solution);
  await gone(...jobs);
  await gone(interactions, items);
  await gone(interactionsSchema, itemsSchema, group);
  await gone(campaign, solution, group);

  const { personalize } = stack.service;
  const lists = [
    (await personalize.send(new ListCampaignsCommand({}))).campaigns,
    (await personalize.send(new ListSolutionsCommand({}))).solutions,
    (await personalize.send(new ListEventTrackersCommand({}))).eventTrackers,
    (await personalize.send(new ListFiltersCommand({}))).Filters,
    (await personalize.send(new ListDatasetsCommand({}))).datasets,
    (await personalize.send(new ListSchemasCommand({}))).schemas,
    (await personalize.send(new ListDatasetGroupsCommand({}))).datasetGroups,
  ];
  expect(lists).toEqual([[], [], [], [], [], [], []]);
});

test("deleting a version that is being trained stops the training, and leaves the version to its solution", async () => {
  const { group } = await createFilledGroup(stack, "stopped");
  const solution = await stack.create("Solution", "stopped", args.solution(group));
  const { personalize } = stack.service;
  const { solutionVersionArn = "" } = await personalize.send(
    new CreateSolutionVersionCommand({ solutionArn: solution.id }),
  );
  const inputs = stack.inputs("SolutionVersion", "stopped-first", args.version(solution));

  await stack.provider.delete(solutionVersionArn, { ...inputs, arn: solutionVersionArn });

  const { solutionVersion } = await personalize.send(new DescribeSolutionVersionCommand({ solutionVersionArn }));
  expect(solutionVersion?.status).toBe("CREATE STOPPED");
});
