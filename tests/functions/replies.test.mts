import { expect, test } from "vitest";
import { recommendPetsFactory } from "../../functions/recommend-pets.ts";
import { rerankPetsFactory } from "../../functions/rerank-pets.ts";
import { validatorOf } from "../support/contract-schemas.mts";
import type { Scripted } from "./scripted-endpoint.mts";
import { serve } from "./serving.mts";

// The replies of the functions are those that the contract's documents describe.

const functions = {
  recommend: { factory: recommendPetsFactory, reply: "recommend-reply.json", answer: "recommend-answer.json" },
  rerank: { factory: rerankPetsFactory, reply: "rerank-reply.json", answer: "rerank-answer.json" },
};
const recommended: Scripted = { body: { itemList: [{ itemId: "sku-1", score: 0.4 }], recommendationId: "RID-1" } };
const ranked: Scripted = { body: { personalizedRanking: [{ itemId: "sku-1", score: 1 }], recommendationId: "RID-2" } };
const throttled: Scripted = { error: "ThrottlingException", status: 429 };
const list = { itemMetadataList: [{ itemId: "sku-1" }] };

test.each<[keyof typeof functions, number, object, Scripted, Scripted]>([
  ["recommend", 200, { userId: "u" }, recommended, { body: { items: [] } }],
  ["recommend", 200, { userId: "u" }, throttled, { body: { items: ["sku-1"] } }],
  ["recommend", 400, { userID: "u" }, recommended, { body: { items: [] } }],
  ["recommend", 503, {}, throttled, { error: "NoSuchKey", status: 404 }],
  ["rerank", 200, list, ranked, { body: { items: [] } }],
  ["rerank", 200, list, throttled, { body: { items: ["sku-1"] } }],
  ["rerank", 200, { itemMetadataList: [] }, ranked, { body: { items: [] } }],
  ["rerank", 400, {}, ranked, { body: { items: [] } }],
])("%s replies %i to %j as documented", async (name, status, request, campaign, popular) => {
  const { factory, reply, answer } = functions[name];
  const { handle } = await serve(factory, { campaign, popular, more: { FILTERS: "{}" } });
  const replied = JSON.parse(JSON.stringify(await handle(request)));
  expect(replied.statusCode).toBe(status);
  const validate = validatorOf(reply);
  expect([validate(replied), validate.errors]).toEqual([true, null]);
  const validateBody = validatorOf(status === 200 ? answer : "refusal.json");
  expect([validateBody(JSON.parse(replied.body)), validateBody.errors]).toEqual([true, null]);
});
