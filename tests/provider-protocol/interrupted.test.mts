import { afterAll, beforeAll, expect, test } from "vitest";
import { writeViews } from "../../local/record/personalize/pets.ts";
import type { InitFailure, Properties } from "./dynamic-provider.mts";
import { args, createFilledGroup, type Kind, openStack, type TestStack } from "./stack.mts";

let stack: TestStack;
let made: Awaited<ReturnType<typeof createFilledGroup>>;
beforeAll(async () => {
  stack = await openStack();
  made = await createFilledGroup(stack);
});
afterAll(() => stack.close());

/** Runs with the account's time standing still: nothing ever becomes ACTIVE. */
async function inFrozenTime<T>(body: () => Promise<T>): Promise<T> {
  const { clock } = stack.service.account;
  const { speed } = clock;
  clock.setSpeed(0);
  try {
    return await body();
  } finally {
    clock.setSpeed(speed);
  }
}

async function initFailureOf(creation: Promise<unknown>): Promise<InitFailure> {
  const error = (await creation.then(
    () => undefined,
    (reason) => reason,
  )) as { initFailure?: InitFailure } | undefined;
  if (!error?.initFailure) throw new Error(`No init failure, but ${error}`);
  return error.initFailure;
}

test("a creation that outlives its deadline is finished by the next run's update, under the same ARN", async () => {
  const inputs = stack.inputs("DatasetGroup", "slow", { timeoutSeconds: 1 });

  const failure = await inFrozenTime(() => initFailureOf(stack.provider.create(inputs)));
  expect(failure.reasons).toEqual([
    expect.stringMatching(/still CREATE PENDING after \d+ (s|min) .* `pulumi up` again to continue waiting/),
  ]);
  // A long code is packed, so that it fits in the response.
  const code = expect.stringMatching(/^exports\.handler = /);
  expect(failure.properties).toMatchObject({ ...inputs, __provider: code, arn: failure.id, unfinished: true });

  await stack.restart();
  const news = stack.inputs("DatasetGroup", "slow", {});
  expect(await stack.provider.diff(failure.id, failure.properties, news)).toMatchObject({
    changes: true,
    replaces: [],
  });
  const outs = await stack.provider.update(failure.id, failure.properties, news);

  expect(outs).toMatchObject({ arn: failure.id });
  expect(outs).not.toHaveProperty("unfinished");
  const { datasetGroups = [] } = await stack.service.personalize.listDatasetGroups({});
  expect(datasetGroups.filter(({ datasetGroupArn }) => datasetGroupArn === failure.id)).toHaveLength(1);
  await stack.provider.delete(failure.id, outs);
});

test("a resource that failed initialisation can be refreshed and destroyed, because its code is in the state", async () => {
  const inputs = stack.inputs("DatasetGroup", "given-up", { timeoutSeconds: 1 });
  const failure = await inFrozenTime(() => initFailureOf(stack.provider.create(inputs)));

  const { properties } = await stack.provider.read(failure.id, failure.properties);
  expect(properties).toMatchObject({ arn: failure.id, __provider: failure.properties.__provider });
  await stack.provider.delete(failure.id, { ...properties, timeoutSeconds: 1_200 });

  expect(await stack.provider.read(failure.id, failure.properties)).toMatchObject({ id: "" });
});

/**
 * Starts a creation, kills the process as soon as `begun` says that the service has it, and runs it
 * again.
 */
async function killedAndRepeated(kind: Kind, name: string, more: Properties, begun: () => Promise<string[]>) {
  const inputs = stack.inputs(kind, name, more);
  const before = await begun();
  const started = await inFrozenTime(async () => {
    const killed = stack.provider.create(inputs).catch((error: Error) => error);
    let now = before;
    while (now.length === before.length) now = await begun();
    await stack.provider.kill();
    expect(await killed).toBeInstanceOf(Error);
    return now.filter((arn) => !before.includes(arn));
  });
  await stack.restart();
  const { id } = await stack.provider.create(inputs);
  expect(await begun()).toEqual([...before, ...started]);
  expect([id]).toEqual(started);
  return id;
}

test("killed during an import, a training and the creation of a campaign: the next run finishes each, and there is one", async () => {
  const { personalize } = stack.service;
  const job = { ...args.job(stack, made.interactions, "interactions.csv"), dataHash: "new" };
  await killedAndRepeated("DatasetImportJob", "pets-interactions", job, async () => {
    const { datasetImportJobs = [] } = await personalize.listDatasetImportJobs({ datasetArn: made.interactions.id });
    return datasetImportJobs.map(({ datasetImportJobArn = "" }) => datasetImportJobArn);
  });

  const solution = await stack.create("Solution", "pets", args.solution(made.group));
  const versionArn = await killedAndRepeated("SolutionVersion", "pets-first", args.version(solution), async () => {
    const { solutionVersions = [] } = await personalize.listSolutionVersions({ solutionArn: solution.id });
    return solutionVersions.map(({ solutionVersionArn = "" }) => solutionVersionArn);
  });

  const campaign = { solutionVersionArn: versionArn, minProvisionedTPS: 1 };
  await killedAndRepeated("Campaign", "pets", campaign, async () => {
    const { campaigns = [] } = await personalize.listCampaigns({});
    return campaigns.map(({ campaignArn = "" }) => campaignArn);
  });
});

test("an import that fails gives the service's reason, and succeeds after the data were corrected", async () => {
  await stack.service.put("short.csv", writeViews().split("\n").slice(0, 500).join("\n"));
  const inputs = stack.inputs("DatasetImportJob", "short", args.job(stack, made.interactions, "short.csv"));

  await expect(stack.provider.create(inputs)).rejects.toThrow(
    /^DatasetImportJob "recommender-dev-short": CREATE FAILED after \d+ (?:s|min) \(arn:.*\)\. Amazon Personalize returned: The job has 499 interactions; an import needs 1000 at least/,
  );

  await stack.service.put("short.csv", writeViews());
  expect((await stack.provider.create(inputs)).id).toMatch(/-2$/);
});
