import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { checkTrainingDataFactory } from "../../functions/check-training-data.ts";
import { refreshPopularItemsFactory } from "../../functions/refresh-popular-items.ts";
import { reportModelHealthFactory } from "../../functions/report-model-health.ts";
import { captureLines } from "./capture-lines.mts";
import { type Scripted, type ScriptedEndpoint, type Seen, startScriptedEndpoint } from "./scripted-endpoint.mts";

/** Answers by operation; an operation without an answer is an error of the service. */
function play(answers: Record<string, (body: Record<string, string>) => Scripted>): Promise<ScriptedEndpoint> {
  return startScriptedEndpoint(({ operation, body }: Seen) => {
    const answer = answers[operation] ?? (() => ({ error: "InternalFailure", status: 500, message: operation }));
    return answer(body as Record<string, string>);
  });
}

const day = 86_400;
const seconds = (date: string) => Date.parse(date) / 1_000;

describe("check-training-data", () => {
  const models = [
    {
      name: "recommendation",
      solutionArn: "arn:solution/recommendation",
      campaignArn: "arn:campaign/recommendation",
    },
    { name: "reranking", solutionArn: "arn:solution/reranking", campaignArn: "arn:campaign/reranking" },
  ];
  const now = Math.floor(Date.now() / 1_000);
  const versions = (...list: { status: string; age: number }[]) => ({
    body: {
      solutionVersions: list.map(({ status, age }, i) => ({
        solutionVersionArn: `arn:version/${i}`,
        status,
        creationDateTime: now - age,
      })),
    },
  });
  const world = {
    DescribeDatasetGroup: (): Scripted => ({ body: { datasetGroup: { status: "ACTIVE" } } }),
    ListDataDeletionJobs: (_body: Record<string, string>): Scripted => ({
      body: { dataDeletionJobs: [{ jobName: "earlier", status: "COMPLETED" }] },
    }),
    DescribeCampaign: (_body: Record<string, string>): Scripted => ({ body: { campaign: { status: "ACTIVE" } } }),
    ListSolutionVersions: (_body: Record<string, string>): Scripted =>
      versions({ status: "ACTIVE", age: 3 * day }, { status: "ACTIVE", age: day }),
    ListDatasetImportJobs: (): Scripted => ({
      body: { datasetImportJobs: [{ status: "ACTIVE", lastUpdatedDateTime: now - 2 * day }] },
    }),
    GetMetricStatistics: (_body: Record<string, string>): Scripted => ({ body: { Datapoints: [] } }),
  };
  const start = (answers: Partial<typeof world> = {}) => {
    Object.assign(process.env, {
      DATASET_ARNS: '["arn:interactions","arn:items"]',
      DATASET_GROUP_ARN: "arn:group",
      LEAST_NEW_EVENTS: "5",
      STACK: "test",
      STREAM_NAME: "events",
    });
    return play({ ...world, ...answers }).then((played) => ({ check: checkTrainingDataFactory(), played }));
  };

  test.each(["PENDING", "IN_PROGRESS"])(
    "trains nothing, even by force, while a data deletion job is %s",
    async (status) => {
      // On the second page.
      const jobs = (token: string | undefined) =>
        token === undefined
          ? { dataDeletionJobs: [{ jobName: "earlier", status: "FAILED" }], nextToken: "2" }
          : { dataDeletionJobs: [{ jobName: "forget-1", status }] };
      const { check, played } = await start({ ListDataDeletionJobs: ({ nextToken }) => ({ body: jobs(nextToken) }) });
      expect(await check({ models, force: true })).toEqual({
        train: [],
        reason: `the data deletion job forget-1 is ${status}, and users might not be deleted completely`,
      });
      expect(played.of("ListDataDeletionJobs")[0]?.body).toMatchObject({ datasetGroupArn: "arn:group" });
    },
  );

  test("counts the delivered events since the newest version, in five-minute steps", async () => {
    const { check, played } = await start({
      GetMetricStatistics: () => ({ body: { Datapoints: [{ Sum: 3 }, { Sum: 2 }] } }),
    });
    expect((await check({ models, force: false })).train).toEqual(["recommendation", "reranking"]);
    expect(played.of("GetMetricStatistics")[0]?.body).toMatchObject({
      Namespace: "recommender",
      MetricName: "DeliveredEvents",
      Dimensions: [{ Name: "Stack", Value: "test" }],
      StartTime: Math.ceil((now - day) / 300) * 300,
      Period: 300,
      Statistics: ["Sum"],
    });
  });

  test("trains, and says so, when the stream had records but nothing counted their delivery", async () => {
    const { check } = await start({
      GetMetricStatistics: ({ MetricName }) => ({
        body: { Datapoints: MetricName === "IncomingRecords" ? [{ Sum: 7 }] : [] },
      }),
    });
    const lines = await captureLines(async () => {
      expect((await check({ models, force: false })).train).toEqual(["recommendation", "reranking"]);
    });
    expect(lines).toContainEqual(expect.objectContaining({ level: "error", uncounted: 7 }));
  });

  test("an import that became active later is new data", async () => {
    const { check } = await start({
      ListSolutionVersions: () => versions({ status: "ACTIVE", age: 3 * day }),
    });
    expect((await check({ models, force: false })).train).toEqual(["recommendation", "reranking"]);
  });

  test("a failed training used no data: the version before it counts", async () => {
    const { check, played } = await start({
      ListSolutionVersions: () => versions({ status: "CREATE FAILED", age: 60 }, { status: "ACTIVE", age: day }),
    });
    await check({ models, force: false });
    expect(played.of("GetMetricStatistics")[0]?.body).toMatchObject({ StartTime: Math.ceil((now - day) / 300) * 300 });
  });

  test("force trains all of it, without looking for new data", async () => {
    const { check, played } = await start();
    expect(await check({ models, force: true })).toEqual({ train: ["recommendation", "reranking"], reason: "forced" });
    expect(new Set(played.seen.map(({ operation }) => operation))).toEqual(
      new Set(["DescribeDatasetGroup", "ListDataDeletionJobs", "DescribeCampaign"]),
    );
  });

  const missing = { status: 400, body: { __type: "ResourceNotFoundException", message: "Not found" } };
  const deleting = { body: { campaign: { status: "DELETE IN_PROGRESS" } } };
  test.each([missing, deleting])(
    "a model without a campaign is not trained, even by force, and the others are",
    async (gone) => {
      const reason = "reranking: its campaign does not exist; `pulumi up --refresh` creates it again";
      const { check } = await start({
        GetMetricStatistics: () => ({ body: { Datapoints: [{ Sum: 5 }] } }),
        DescribeCampaign: ({ campaignArn }) =>
          campaignArn === "arn:campaign/reranking" ? gone : world.DescribeCampaign({}),
      });
      expect(await check({ models, force: true })).toEqual({ train: ["recommendation"], reason: `${reason}; forced` });
      const { train, ...answer } = await check({ models, force: false });
      expect(train).toEqual(["recommendation"]);
      expect(answer.reason).toMatch(`${reason}; recommendation: 5 new events`);
      const { check: checkNone } = await start({ DescribeCampaign: () => gone });
      const none = await checkNone({ models, force: true });
      expect(none.train).toEqual([]);
      expect(none.reason).toContain("recommendation: its campaign does not exist");
    },
  );

  test("a dataset group that is not active trains nothing, even by force", async () => {
    const { check } = await start({
      DescribeDatasetGroup: () => ({ body: { datasetGroup: { status: "CREATE FAILED" } } }),
    });
    expect(await check({ models, force: true })).toEqual({
      train: [],
      reason: "the dataset group is CREATE FAILED, not ACTIVE",
    });
  });
});

describe("refresh-popular-items", () => {
  const listKey = "/data/fallback/popular.json";
  /**
   * `find` returns what is known about a changed item, by its id and whether the list was written.
   */
  const start = async (
    itemList: unknown[],
    find = (_itemId: string, _written: boolean): object | undefined => undefined,
  ) => {
    let list = '{"items":["old"]}';
    const hash = (itemId: string) => createHash("sha256").update(itemId).digest("hex");
    const played = await startScriptedEndpoint(({ operation, body }) => {
      if (operation === "POST /recommendations") return { body: { itemList } };
      if (operation === `GET ${listKey}`) return { text: list };
      if (operation === `PUT ${listKey}`) {
        list = JSON.stringify(body);
        return {};
      }
      const known = ["a", "b", "c"].find((itemId) => operation === `GET /data/items/${hash(itemId)}.json`);
      const item = known && find(known, list !== '{"items":["old"]}');
      return item ? { text: JSON.stringify(item) } : { text: "<Error><Code>NoSuchKey</Code></Error>", status: 404 };
    });
    Object.assign(process.env, {
      CAMPAIGN_ARN: "arn:campaign",
      CHANGED_ITEMS: "items/",
      DATA_BUCKET: "data",
      FALLBACK_KEY: "fallback/popular.json",
      AVAILABILITY_FILTER_ARN: "arn:filter/availability",
    });
    return { refresh: refreshPopularItemsFactory(), played, written: () => played.of("PUT").map(({ body }) => body) };
  };
  afterEach(() => {
    delete process.env.AVAILABILITY_FILTER_ARN;
  });
  const change = (itemId: string, STATUS: string) => ({ itemId, columns: { STATUS } });

  test("requests 500 items for an unknown user, without what is not available, and keeps their order", async () => {
    const { refresh, played, written } = await start([{ itemId: "b" }, {}, { itemId: "a" }]);
    expect(await refresh()).toEqual({ items: 2 });
    const request = { campaignArn: "arn:campaign", userId: "unknown", numResults: 500 };
    expect(played.of("POST")[0]?.body).toEqual({ ...request, filterArn: "arn:filter/availability" });
    expect(written()).toEqual([{ items: ["b", "a"] }]);
  });

  test("asks for no filter, and looks for no changed items, where items have no availability", async () => {
    const { played } = await start([{ itemId: "a" }]);
    delete process.env.AVAILABILITY_FILTER_ARN;
    await refreshPopularItemsFactory()();
    expect(played.of("POST")[0]?.body).not.toHaveProperty("filterArn");
    expect(played.of("GET /data/items/")).toEqual([]);
  });

  test("removes an item that becomes unavailable while the list is written", async () => {
    const { refresh, written } = await start([{ itemId: "a" }, { itemId: "b" }], (itemId, isWritten) =>
      itemId === "a" && isWritten ? change("a", "unavailable") : undefined,
    );
    await refresh();
    expect(written()).toEqual([{ items: ["a", "b"] }, { items: ["b"] }]);
  });

  test("keeps the old fallback when the campaign recommends nothing", async () => {
    const { refresh, written } = await start([]);
    await expect(refresh()).rejects.toThrow("the campaign recommends nothing; the old fallback is kept");
    expect(written()).toEqual([]);
  });
});

// tests/system/alarms.test.mts brings about what makes a model stale or idle, and the stream
// silent.
describe("report-model-health", () => {
  const trainedAt = seconds("2024-11-24T00:00:00Z");
  interface World {
    campaigns?: Record<string, Scripted>;
    versions?: { status: string; creationDateTime: number }[];
  }
  const start = async ({ campaigns = {}, versions = [] }: World = {}) => {
    await play({
      DescribeCampaign: ({ campaignArn = "" }) =>
        campaigns[campaignArn] ?? {
          body: {
            campaign: {
              solutionVersionArn: `${campaignArn.replace("campaign", "solution")}/version`,
              creationDateTime: trainedAt,
              minProvisionedTPS: 3,
            },
          },
        },
      ListSolutionVersions: ({ solutionArn }) => {
        const creationDateTime = solutionArn === "arn:solution/a" ? trainedAt : trainedAt + day;
        const served = { solutionVersionArn: `${solutionArn}/version`, status: "ACTIVE", creationDateTime };
        return { body: { solutionVersions: [served, ...versions] } };
      },
      GetMetricStatistics: () => ({ body: { Datapoints: [] } }),
    });
    Object.assign(process.env, {
      CAMPAIGN_ARNS: '{"recommendation":"arn:campaign/a","reranking":"arn:campaign/b"}',
      LEAST_NEW_EVENTS: "100",
      STACK: "test",
      STREAM_NAME: "events",
    });
    return reportModelHealthFactory();
  };
  const metricsIn = (lines: Record<string, unknown>[]) => lines.filter((line) => "Model" in line);

  test("publishes the days since the training of the version that each campaign serves, and its minimum", async () => {
    const report = await start();
    const metrics = metricsIn(await captureLines(report));
    expect(metrics).toMatchObject([
      { Stack: "test", Model: "recommendation", ModelAgeDays: expect.any(Number), MinimumTPS: 3 },
      { Stack: "test", Model: "reranking", ModelAgeDays: expect.any(Number) },
    ]);
    const [first, second] = metrics.map(({ ModelAgeDays }) => Number(ModelAgeDays));
    expect(Number(first) - Number(second)).toBeCloseTo(1, 3);
    expect(Number(first)).toBeGreaterThan(365);
  });

  test("counts the days since the oldest newer version that could be served, but is not", async () => {
    const versions = [
      { status: "ACTIVE", creationDateTime: trainedAt },
      { status: "CREATE FAILED", creationDateTime: trainedAt + day },
      { status: "ACTIVE", creationDateTime: trainedAt + 3 * day },
      { status: "ACTIVE", creationDateTime: trainedAt + 2 * day },
    ];
    const [first] = metricsIn(await captureLines(await start({ versions })));
    expect(Number(first?.ModelAgeDays) - Number(first?.UnservedVersionDays)).toBeCloseTo(2, 3);
  });

  test("a deleted campaign fails the report, but not the other model's", async () => {
    const gone = { error: "ResourceNotFoundException", status: 400, message: "gone" };
    const report = await start({ campaigns: { "arn:campaign/a": gone } });
    const lines = await captureLines(() =>
      expect(report()).rejects.toThrow("report-model-health: recommendation: gone"),
    );
    expect(metricsIn(lines)).toMatchObject([{ Model: "reranking" }]);
  });
});
