/**
 * Each operation's success and each of its errors, through SDK clients alone. Runs on the local account; with
 * PERSONALIZE_CONFORMANCE_ROLE_ARN and PERSONALIZE_CONFORMANCE_BUCKET set, and AWS_ENDPOINT_URL not, on the real one of the
 * environment's credentials (hours, and money: two trainings, two campaigns), so that a team can see the differences.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { documentedErrors, sdkOperations, unreached } from "./documented.ts";
import { buildFixture, type Fixture, gone } from "./fixture.ts";
import { type Operation, operations } from "./operations.ts";
import { quietVersions, removeLeftovers, removeSchemas } from "./removal.ts";
import { isReal, openWorld, type World } from "./world.ts";

const patience = isReal ? 6 * 3_600_000 : 60_000;

// The table's names are needed before there are resources; its requests are sent with the real ones only.
const none = { ranking: {} } as World & Fixture;
const named = operations(none, none);
const names = Object.keys(named);

let world: World;
let fixture: Fixture;
let table: Readonly<Record<string, Operation>>;
beforeAll(async () => {
  world = await openWorld();
  fixture = await buildFixture(world);
  table = operations(world, fixture);
}, patience);
afterAll(() => world.close());

const of = (name: string): Operation => {
  const found = table[name];
  if (!found) throw new Error(`No operation ${name} in the table.`);
  return found;
};

describe("the table", () => {
  test.skipIf(isReal)("has every operation that the local account has written", async () => {
    const written: string[] = [];
    for (const { name, send } of sdkOperations(world)) {
      const answer: unknown = await send().catch((error: unknown) => error);
      if (!(answer instanceof Error && answer.name === "NotImplemented")) written.push(name);
    }
    expect(written.sort()).toEqual([...names].sort());
  });

  test("has every error that the SDK documents for an operation, but those that a suite cannot bring about", () => {
    const missing = names.flatMap((name) =>
      documentedErrors(name)
        .filter((error) => !(error in (named[name]?.errors ?? {})))
        .map((error) => `${name} ${error}`),
    );
    expect(missing.filter((one) => !unreached.has(one) && !/ LimitExceededException$/.test(one))).toEqual([]);
  });
});

describe("succeeds", () => {
  test("every Create operation: what it made is ACTIVE", () => {
    const arns = Object.values(fixture).filter((value) => typeof value === "string" && value.startsWith("arn:"));
    expect(new Set(arns).size).toBe(15);
  });

  test.each(names.filter((name) => !named[name]?.once))("%s", async (name) => {
    const { $metadata } = (await of(name).send()) as { $metadata?: { httpStatusCode?: number } };
    expect($metadata?.httpStatusCode).toBe(200);
  });
});

describe("refuses", () => {
  const cases = names.flatMap((name) => Object.keys(named[name]?.errors ?? {}).map((error) => [name, error] as const));
  // The quota of dataset groups is 5: what a case made goes before the next one.
  afterEach(() => removeLeftovers(world, fixture), patience);

  test.each(cases)(
    "%s with %s",
    async (name, error) => {
      await expect(of(name).errors[error]?.()).rejects.toMatchObject({ name: error });
    },
    patience,
  );
});

describe("deletes, what stands on others first", () => {
  const removed = async (name: string, changes: Record<string, unknown>, describeIt: () => Promise<unknown>) => {
    await of(name).send(changes);
    await gone(world, describeIt);
  };

  beforeAll(async () => {
    for (const { solution } of [fixture, fixture.ranking]) await quietVersions(world, solution);
    await removeLeftovers(world, fixture);
  }, patience);

  test.each(["campaign", "solution"] as const)(
    "both of the kind %s",
    async (kind) => {
      const name = kind === "campaign" ? "DeleteCampaign" : "DeleteSolution";
      const { personalize: p } = world;
      for (const { campaign, solution } of [fixture, fixture.ranking]) {
        if (kind === "campaign") {
          await removed(name, { campaignArn: campaign }, () => p.describeCampaign({ campaignArn: campaign }));
        } else {
          await removed(name, { solutionArn: solution }, () => p.describeSolution({ solutionArn: solution }));
        }
      }
    },
    patience,
  );

  test(
    "the others of the group, the group, and the schemas",
    async () => {
      const { personalize: p } = world;
      const { filter, tracker, attribution, group, schema } = fixture;
      await removed("DeleteFilter", {}, () => p.describeFilter({ filterArn: filter }));
      await removed("DeleteEventTracker", {}, () => p.describeEventTracker({ eventTrackerArn: tracker }));
      await removed("DeleteMetricAttribution", {}, () =>
        p.describeMetricAttribution({ metricAttributionArn: attribution }),
      );
      for (const datasetArn of [fixture.users, fixture.items, fixture.interactions]) {
        await removed("DeleteDataset", { datasetArn }, () => p.describeDataset({ datasetArn }));
      }
      await removed("DeleteSchema", {}, () => p.describeSchema({ schemaArn: schema }));
      await removed("DeleteDatasetGroup", {}, () => p.describeDatasetGroup({ datasetGroupArn: group }));
      await removeSchemas(world, fixture.run);
    },
    patience,
  );
});
