/**
 * Each operation's success and each of its errors, through SDK clients alone: what the local account claims to be.
 *
 * It runs on a separate local account. To see where another account differs, name a role and a bucket that are in it,
 * in addition to the SDK's own settings (AWS_REGION, credentials; AWS_ENDPOINT_URL for one that `npm run account -- --speed
 * 60` started):
 *
 *   PERSONALIZE_CONFORMANCE_ROLE_ARN=arn:aws:iam::… PERSONALIZE_CONFORMANCE_BUCKET=… \
 *     npx vitest run local/tests/conformance/personalize/personalize.test.mts
 *
 * personalize.amazonaws.com must be allowed to assume the role, and both by the role and by the bucket's policy to do
 * s3:GetObject, s3:PutObject and s3:ListBucket. On AWS this takes hours and costs money: two trainings, two campaigns. It
 * needs two free dataset groups; PERSONALIZE_CONFORMANCE_QUOTAS=yes also fills the quotas, for an account that no one
 * else uses. Each run removes what it created.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { findDocumentedStatus, listDocumentedErrors, sdkOperations, unreached } from "./documented.ts";
import { buildFixture, type Fixture, waitUntilDeleted } from "./fixture.ts";
import { type Making, making as makingIn } from "./making.ts";
import type { Changes, Operation, Operations, Suite } from "./operation.ts";
import { listOperations } from "./operations.ts";
import { removeNamed } from "./removal.ts";
import { isReal, mayFillQuotas, openWorld, type World } from "./world.ts";

const patience = isReal ? 6 * 3_600_000 : 60_000;

// The table's names are needed before there are resources; its requests are sent with the real ones only.
const named = listOperations({ world: {}, fixture: { ranking: {} }, making: {} } as Suite);
const names = Object.keys(named);

let world: World;
let fixture: Fixture;
let making: Making;
let table: Operations;
let cleanUp = async () => {};
beforeAll(async () => {
  world = await openWorld();
  cleanUp = async () => {
    await removeNamed(world, world.run);
    await world.close();
  };
  fixture = await buildFixture(world);
  making = makingIn(world, fixture);
  table = listOperations({ world, fixture, making });
}, patience);
// A run that failed on its way leaves nothing either.
afterAll(() => cleanUp(), patience);

const of = (name: string): Operation => {
  const found = table[name];
  if (!found) throw new Error(`No operation ${name} in the table.`);
  return found;
};

describe("the table", () => {
  const cased = (name: string) => [
    ...Object.keys(named[name]?.errors ?? {}),
    ...(named[name]?.quota ? ["LimitExceededException"] : []),
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

describe("succeeds", () => {
  afterEach(() => making.clear(), patience);

  test.each(names.filter((name) => !named[name]?.once))("%s", async (name) => {
    const { $metadata } = (await of(name).send()) as { $metadata?: { httpStatusCode?: number } };
    expect($metadata?.httpStatusCode).toBe(200);
  });
});

describe("answers 501 and its name, what the local account has not written", () => {
  const others = sdkOperations.filter(({ name }) => !names.includes(name));

  test.skipIf(isReal).each(others)("$name", async ({ name, sendTo }) => {
    await expect(sendTo(world)).rejects.toMatchObject({
      name: "NotImplemented",
      message: expect.stringMatching(new RegExp(`\\b${name}\\b`)),
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe("refuses", () => {
  afterEach(() => making.clear(), patience);

  const refused = (name: string, changes: Changes, error: string) =>
    expect(of(name).send(changes)).rejects.toMatchObject({
      name: error,
      $metadata: { httpStatusCode: findDocumentedStatus(name, error) },
    });

  test.each(names.flatMap((name) => Object.keys(named[name]?.errors ?? {}).map((error) => [name, error] as const)))(
    "%s with %s",
    async (name, error) => {
      const given = of(name).errors[error] ?? {};
      await refused(name, typeof given === "function" ? await given() : given, error);
    },
    patience,
  );

  test.skipIf(!mayFillQuotas).each(
    names.flatMap((name) => {
      const { quota } = named[name] ?? {};
      return quota ? [[name, quota.of] as const] : [];
    }),
  )(
    "%s with LimitExceededException, its quota filled: %s",
    async (name) => {
      const changes = (await of(name).quota?.fill()) ?? {};
      await refused(name, changes, "LimitExceededException");
    },
    patience,
  );
});

describe("deletes dependent resources first", () => {
  const removed = async (name: string, changes: Changes, describeIt: () => Promise<unknown>) => {
    await of(name).send(changes);
    await waitUntilDeleted(world, describeIt);
  };

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
    "the others of the group, and the group",
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
    },
    patience,
  );
});

test("every operation of the table has succeeded by now, those too that only make or remove what the cases need", () => {
  expect(names.filter((name) => !world.succeeded.has(name))).toEqual([]);
});
