// Guide, "Amazon Personalize endpoints and quotas": at most 10 PutItems requests a second for each
// dataset group. API reference, "Common errors": ThrottlingException, 400.

import { expect, test } from "vitest";
import { openStage } from "./stage.mts";

const on = await openStage();
const first = await on.filled();
const second = await on.filled();
const datasets = { items: first.items, otherItems: second.items };

const putItem = (datasetArn: string) =>
  on.events.putItems({ datasetArn, items: [{ itemId: "owl", properties: '{"species":"bird"}' }] });
const repeat = (times: number, request: () => Promise<unknown>) =>
  Promise.allSettled(Array.from({ length: times }, request));
const statuses = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.map((result) => (result.status === "rejected" ? `${result.reason.name}: ${result.reason.message}` : "taken"));
const taken = Array.from({ length: 10 }, () => "taken");
const throttled = "ThrottlingException: Rate exceeded";

test("a dataset group takes ten requests a second for items, and throttles the next ones", async () => {
  expect(statuses(await repeat(12, () => putItem(datasets.items)))).toEqual([...taken, throttled, throttled]);
  expect(statuses(await repeat(10, () => putItem(datasets.otherItems)))).toEqual(taken);
  await expect(putItem(datasets.items)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });

  await on.account.clock.advance(999);
  expect(statuses(await repeat(1, () => putItem(datasets.items)))).toEqual([throttled]);
  await on.account.clock.advance(1);
  expect(statuses(await repeat(11, () => putItem(datasets.items)))).toEqual([...taken, throttled]);
});

test("requests that are paced are never throttled, however many there are", async () => {
  await on.account.clock.advance(1_000);
  const results: PromiseSettledResult<unknown>[] = [];
  for (let request = 0; request < 40; request++) {
    results.push(...(await repeat(1, () => putItem(datasets.items))));
    await on.account.clock.advance(125);
  }
  expect(new Set(statuses(results))).toEqual(new Set(["taken"]));
});
