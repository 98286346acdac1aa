// A peer that sends nothing, stops after the headers, or closes in the middle: each function still
// ends within its own time.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { checkTrainingDataFactory } from "../../functions/check-training-data.ts";
import { evaluateModelFactory } from "../../functions/evaluate-model.ts";
import { ingestEventsFactory } from "../../functions/ingest-events.ts";
import { recommendPetsFactory } from "../../functions/recommend-pets.ts";
import { refreshPopularItemsFactory } from "../../functions/refresh-popular-items.ts";
import { reportModelHealthFactory } from "../../functions/report-model-health.ts";
import { rerankPetsFactory } from "../../functions/rerank-pets.ts";
import { running } from "../../functions/support/invocation.ts";
import { updateItemsFactory } from "../../functions/update-items.ts";
import { updateUsersFactory } from "../../functions/update-users.ts";
import { functionParts } from "../../names/layout.ts";
import { listFiles, root } from "../support/listed-files.mts";
import { isSecondRing } from "../support/second-ring.ts";
import { captureLines } from "./capture-lines.mts";
import { createRecord, setConsumerEnvironment } from "./ingestion.mts";
import { fields } from "./item-consumers.mts";
import {
  type Scripted,
  type ScriptedEndpoint,
  type Seen,
  silentWays,
  startScriptedEndpoint,
} from "./scripted-endpoint.mts";
import { settings } from "./serving.mts";

type Handler = (event: never, context: { getRemainingTimeInMillis(): number }) => Promise<unknown>;

/** A function, an invocation of it, and Lambda's time-out of it in seconds. */
interface Invoked {
  create: () => Handler;
  event: unknown;
  seconds: number;
}

const bad = "not JSON";
const view = { sessionId: "s", eventType: "DetailView", itemId: "i" };
const removal = { itemUpdate: { itemId: "2-Pug-1-4", available: false } };
const moved = (home: unknown) => ({ userUpdate: { userId: "u", properties: { NOTE: home } } });
const invocations = {
  [functionParts.ingestEvents]: {
    create: ingestEventsFactory,
    event: { Records: [createRecord(1, view), createRecord(2, bad)] },
    seconds: 60,
  },
  [functionParts.updateItems]: {
    create: updateItemsFactory,
    event: { Records: [createRecord(1, removal), createRecord(2, { itemUpdate: { itemId: "a", columns: { X: 1 } } })] },
    seconds: 180,
  },
  [functionParts.updateUsers]: {
    create: () => {
      setConsumerEnvironment("users");
      return updateUsersFactory();
    },
    event: { Records: [createRecord(1, moved("7")), createRecord(2, moved(8))] },
    seconds: 180,
  },
  [functionParts.recommend]: { create: recommendPetsFactory, event: { limit: 1 }, seconds: 11 },
  [functionParts.rerank]: {
    create: rerankPetsFactory,
    event: { itemMetadataList: [{ itemId: "a" }, { itemId: "b" }] },
    seconds: 11,
  },
  [functionParts.checkTrainingData]: {
    create: checkTrainingDataFactory,
    event: { models: [{ name: "recommendation", solutionArn: "arn:solution" }], force: false },
    seconds: 60,
  },
  [functionParts.evaluateModel]: {
    create: evaluateModelFactory,
    event: {
      model: "recommendation",
      candidate: "arn:s/new",
      incumbent: "arn:s/old",
      gate: { promotionMetric: "coverage", promotionThreshold: 0, allowedMetricDrop: 0, comparedVersions: 3 },
    },
    seconds: 60,
  },
  [functionParts.refreshPopularItems]: { create: refreshPopularItemsFactory, event: undefined, seconds: 60 },
  [functionParts.reportModelHealth]: { create: reportModelHealthFactory, event: undefined, seconds: 60 },
} satisfies Record<string, Invoked>;

const noSuchKey = { status: 404, text: "<Error><Code>NoSuchKey</Code></Error>" };
const item = { id: "2-Pug-1-4", columns: { BREED: "Pug", ITEM_VALUE: 1, CREATION_TIMESTAMP: 1_700_000_000 } };
/** What AWS answers, by the beginning of the operation; nothing else is called. */
const answers: Record<string, Scripted> = {
  "POST /events": {},
  "POST /items": {},
  "POST /users": {},
  "PUT /": {},
  "GET /data/schemas/users.json": { text: JSON.stringify({ fields: [{ name: "NOTE", type: ["null", "string"] }] }) },
  "GET /data/schemas/": { text: JSON.stringify({ fields }) },
  "GET /data/catalogue/users.jsonl": { text: JSON.stringify({ id: "u", columns: {} }) },
  "GET /data/catalogue/": { text: JSON.stringify(item) },
  "GET /data/fallback/": { text: '{"items":["2-Pug-1-4","b"]}' },
  "GET /data/": noSuchKey,
  "POST /recommendations": { body: { itemList: [{ itemId: "c" }], recommendationId: "RID-1" } },
  "POST /personalize-ranking": { body: { personalizedRanking: [{ itemId: "b" }, { itemId: "a" }] } },
  DescribeDatasetGroup: { body: { datasetGroup: { status: "ACTIVE" } } },
  ListDataDeletionJobs: { body: {} },
  ListSolutionVersions: { body: { solutionVersions: [{ status: "ACTIVE", creationDateTime: 1_700_000_000 }] } },
  ListDatasetImportJobs: { body: {} },
  GetSolutionMetrics: { body: { metrics: { coverage: 0.5 } } },
  DescribeSolutionVersion: { body: { solutionVersion: {} } },
  DescribeCampaign: { body: { campaign: { solutionVersionArn: "arn:v", creationDateTime: 1_700_000_000 } } },
  GetMetricStatistics: { body: { Datapoints: [] } },
};

const again = (...numbers: string[]) => ({ batchItemFailures: numbers.map((itemIdentifier) => ({ itemIdentifier })) });
const fallback = (body: unknown) => ({
  statusCode: 200,
  headers: { "x-recommendation-source": "fallback" },
  body: JSON.stringify(body),
});
const ranked = (...ids: string[]) => expect.stringContaining(`{"ranking":${JSON.stringify(ids)}`);
const fails = expect.any(Error);

type Row = [part: keyof typeof invocations, silent: string, result: unknown, kept?: string];
/**
 * A function, the requests that get no answer, how the function ends, and a request that it has
 * still made.
 */
const rows: Row[] = [
  ["ingest-events", "POST /events", again("1"), "PUT /quarantine/"],
  ["ingest-events", "PUT /quarantine/", again("2"), "POST /events"],
  ["ingest-events", "DescribeEventTracker", fails],
  ["update-items", "GET /data/schemas/", again("1")],
  ["update-items", "GET /data/items/", again("1")],
  ["update-items", "GET /data/catalogue/", again("1")],
  ["update-items", "POST /items", again("1"), "PUT /quarantine/"],
  ["update-items", "PUT /data/items/", again("1"), "POST /items"],
  ["update-items", "GET /data/fallback/", again("1"), "POST /items"],
  ["update-items", "PUT /data/fallback/", again("1"), "POST /items"],
  ["update-items", "PUT /quarantine/", again("2"), "PUT /data/fallback/"],
  ["update-users", "GET /data/schemas/", again("1")],
  ["update-users", "GET /data/users/", again("1")],
  ["update-users", "GET /data/catalogue/users.jsonl", again("1")],
  ["update-users", "POST /users", again("1"), "PUT /quarantine/"],
  ["update-users", "PUT /data/users/", again("1"), "POST /users"],
  ["update-users", "PUT /quarantine/", again("2"), "PUT /data/users/"],
  ["recommend-pets", "POST /recommendations", fallback([{ id: "2-Pug-1-4" }])],
  ["recommend-pets", "", { statusCode: 503, body: expect.stringContaining("not available at the moment") }],
  ["rerank-pets", "POST /personalize-ranking", { ...fallback(""), body: ranked("b", "a") }],
  ["rerank-pets", "", { ...fallback(""), body: ranked("a", "b") }],
  ["check-training-data", "DescribeDatasetGroup", fails],
  ["check-training-data", "GetMetricStatistics", fails],
  ["evaluate-model", "GET /data/", fails],
  ["evaluate-model", "GetSolutionMetrics", fails],
  ["evaluate-model", "DescribeSolutionVersion", fails],
  ["refresh-popular-items", "POST /recommendations", fails],
  ["refresh-popular-items", "GET /data/items/", fails],
  ["refresh-popular-items", "PUT /data/", fails],
  ["report-model-health", "DescribeCampaign", fails, "GetMetricStatistics"],
  ["report-model-health", "GetMetricStatistics", fails],
];

const realTimer = setTimeout;
const isOf = (operation: string, { operation: seen }: Seen) => seen.startsWith(operation);

/**
 * Lets a handler run with the time that Lambda gives it, which passes while the handler waits for
 * an answer.
 */
async function invoke({ create, event, seconds }: Invoked, endpoint: ScriptedEndpoint): Promise<unknown> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  const end = performance.now() + seconds * 1_000;
  let hasEnded = false;
  const outcome = create()(event as never, { getRemainingTimeInMillis: () => end - performance.now() })
    .catch((error: unknown) => error)
    .finally(() => {
      hasEnded = true;
    });
  while (!hasEnded && performance.now() < end) {
    await new Promise((resolve) => realTimer(resolve, 1));
    await vi.advanceTimersByTimeAsync(endpoint.waiting() > 0 ? seconds * 20 : 1);
  }
  return hasEnded ? outcome : "Lambda ended the invocation";
}

afterEach(() => {
  vi.useRealTimers();
});

/** Each row with each fault in the second ring, and with one of them in the first. */
const cases = rows.flatMap((row, index) =>
  silentWays
    .filter((_, way) => isSecondRing || way === index % silentWays.length)
    .map((way): [(typeof silentWays)[number], ...Row] => [way, ...row]),
);

test.each(cases)("a peer with the fault `%s`: %s, requests %j", async (way, part, silent, result, kept) => {
  const endpoint = await startScriptedEndpoint((seen) => {
    if (isOf(silent, seen)) return way;
    // Asked for when an event is refused.
    if (silent === "DescribeEventTracker") return { error: "InvalidInputException", status: 400 };
    const [, answer] = Object.entries(answers).find(([operation]) => isOf(operation, seen)) ?? [];
    return answer ?? { error: "InternalFailure", status: 500, message: seen.operation };
  });
  setConsumerEnvironment();
  Object.assign(process.env, settings, {
    DEADLINE_MILLISECONDS: "1000",
    CHANGED_ITEMS: "items/",
    DECISIONS_PREFIX: "decisions/",
    DATASET_ARNS: '["arn:items"]',
    DATASET_GROUP_ARN: "arn:group",
    AVAILABILITY_FILTER_ARN: "arn:filter",
    CAMPAIGN_ARNS: '{"recommendation":"arn:a"}',
    LEAST_NEW_EVENTS: "1",
    STREAM_NAME: "events",
  });
  // Lambda sets no limit: the SDK's own number of attempts.
  delete process.env.AWS_MAX_ATTEMPTS;
  let outcome: unknown;
  const lines = await captureLines(async () => {
    outcome = await invoke(invocations[part], endpoint);
  });
  expect(outcome).toEqual(result);
  expect(endpoint.of(silent)).not.toEqual([]);
  if (kept !== undefined) expect(endpoint.of(kept)).not.toEqual([]);
  expect(JSON.stringify([lines, String(outcome)])).not.toMatch(/InternalFailure|Request aborted/);
  // Pulumi serialises this module with its values when a test of the program runs later in the
  // same process.
  expect(running.signals).toEqual({});
});

test("every function is tried", () => {
  expect([...new Set(rows.map(([part]) => part))].sort()).toEqual(Object.values(functionParts).sort());
});

test("clients are made in one place, where they get their limits", () => {
  const making = listFiles("functions/*.ts").filter((file) =>
    /new [\w.]*Client\(/.test(readFileSync(join(root, file), "utf8")),
  );
  expect(making).toEqual(["functions/support/clients.ts"]);
});
