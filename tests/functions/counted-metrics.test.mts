// Each metric that counts: what happened, with repetitions and refusals among it, and what of it
// the name promises.
import { expect, test } from "vitest";
import { recommendPetsFactory } from "../../functions/recommend-pets.ts";
import { rerankPetsFactory } from "../../functions/rerank-pets.ts";
import type { MetricName } from "../../names/layout.ts";
import { captureLines } from "./capture-lines.mts";
import { createRecord } from "./ingestion.mts";
import { consumer } from "./item-consumers.mts";
import type { Scripted } from "./scripted-endpoint.mts";
import { serve } from "./serving.mts";

/**
 * The others are ages, minimums, and what the state machine publishes
 * (tests/components/retraining-run.test.mts).
 */
type Counted = Exclude<MetricName, `${string}${"Days" | "Hours" | "TPS"}` | "CandidateMetric" | "Decisions">;

const popular = { body: { items: ["2-Pug-1-4"] } };
const answered = { body: { itemList: [{ itemId: "2-Pug-1-4" }], personalizedRanking: [{ itemId: "2-Pug-1-4" }] } };
const throttled = { error: "ThrottlingException", status: 429 };
const refused = { error: "InvalidInputException", status: 400, message: "no" };
const PLACEMENTS = JSON.stringify({
  recommendation: { campaign: "home-1", needsItem: false },
  cards: { campaign: "home-1", needsItem: false },
  similar: { campaign: "similar-1", needsItem: true },
  popular: { needsItem: false },
});

/**
 * Two requests that a campaign answers, two that the fallback answers, and others that no campaign
 * can answer.
 */
async function serveVisitors(): Promise<void> {
  const ask = async (campaign: Scripted, ...requests: object[]) => {
    const recommender = await serve(recommendPetsFactory, { campaign, popular, more: { PLACEMENTS } });
    for (const request of requests) await recommender.ask(request);
  };
  await ask(answered, { userId: "u" }, { placement: "popular" }, { userId: "u", limit: 0 }, { placement: "none" });
  await ask(refused, { userId: "u" });
  await ask(throttled, { placement: "cards" }, { placement: "similar", itemId: "2-Pug-1-4" });
  const { ask: rank } = await serve(rerankPetsFactory, { campaign: answered, popular });
  await rank({ userId: "u", itemMetadataList: [{ itemId: "2-Pug-1-4" }] });
  await rank({ userId: "u", itemMetadataList: [] });
}

/**
 * Three events, two updates of items and three bad records: a batch that is delivered four times
 * until all have ended.
 */
async function sendRecords(): Promise<void> {
  let failures = 3;
  const { handlers } = await consumer({
    answer: ({ operation, body }) =>
      operation === "POST /events" && JSON.stringify(body).includes("s-2") && failures-- > 0 ? throttled : undefined,
  });
  const event = (sessionId: string) => ({ sessionId, eventType: "DetailView", itemId: "2-Pug-1-4" });
  const update = (available: boolean) => ({ itemUpdate: { itemId: "2-Pug-1-4", available } });
  const refused = { itemUpdate: { itemId: "2-Pug-1-4", columns: { COLOUR: "red" } } };
  const contents = [event("s-1"), update(false), "{", event("s-2"), "not JSON", refused, update(true), event("s-1")];
  const all = contents.map((content, position) => createRecord(position, content));
  for (const handle of handlers) {
    let left = all;
    while (left.length > 0) {
      const { batchItemFailures } = await handle({ Records: left });
      const [first] = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      const place = left.findIndex(({ kinesis }) => kinesis.sequenceNumber === first);
      left = place < 0 ? [] : left.slice(place);
    }
  }
}

const counts: Record<Counted, { of(): Promise<void>; is: number }> = {
  CampaignRequests: { of: serveVisitors, is: 4 },
  FallbackAnswers: { of: serveVisitors, is: 2 },
  DeliveredEvents: { of: sendRecords, is: 5 },
  QuarantinedRecords: { of: sendRecords, is: 3 },
};

test.each(Object.entries(counts))("%s", async (name, { of, is }) => {
  const lines = await captureLines(of);
  expect(lines.reduce((sum, line) => sum + Number(line[name] ?? 0), 0)).toBe(is);
});
