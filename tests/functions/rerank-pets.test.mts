import { describe, expect, test } from "vitest";
import { rerankPetsFactory } from "../../functions/rerank-pets.ts";
import type { Scripted } from "./scripted-endpoint.mts";
import { serve, settings } from "./serving.mts";

const ranked = [
  { itemId: "2-Pug-1-4", score: 0.83 },
  { itemId: "1-Siamese-1-2", score: 0.17 },
];
const popular = { body: { items: ["1-Siamese-1-2", "2-Pug-1-4"] } };

const pet = (itemId: string, breed: string, size: unknown = "1", age: unknown = "4", species: unknown = "2") => ({
  itemId,
  animalMetadata: {
    animal_species_id: species,
    animal_primary_breed_id: breed,
    animal_size_id: size,
    animal_age_id: age,
  },
});
const pets = [pet("pet-1", "Pug"), pet("pet-2", "Siamese", "1", "2", "1"), pet("pet-3", "Pug")];

async function reranker(campaign: Scripted = { body: { personalizedRanking: ranked, recommendationId: "RID-1" } }) {
  const { asked, ...served } = await serve(rerankPetsFactory, { campaign, popular });
  return { ...served, asked: () => asked("personalize-ranking") };
}

const noCall = { RequestId: "", HTTPStatusCode: 0, HTTPHeaders: {}, RetryAttempts: 0 };

describe("a ranking", () => {
  test("contains the pets by their groups, and the service's answer", async () => {
    const { ask, asked } = await reranker();
    expect(await ask({ userId: "10042", itemMetadataList: pets })).toEqual({
      statusCode: 200,
      headers: { "x-recommendation-source": "personalize", "x-recommendation-id": "RID-1" },
      body: {
        ranking: ["pet-1", "pet-3", "pet-2"],
        personalizeResponse: {
          ResponseMetadata: {
            RequestId: "request-1",
            HTTPStatusCode: 200,
            // The headers that boto3 returned to callers of the original sample.
            HTTPHeaders: expect.objectContaining({
              "content-type": "application/json",
              "content-length": expect.stringMatching(/^\d+$/),
              "x-amzn-requestid": "request-1",
              connection: expect.any(String),
              date: expect.any(String),
            }),
            RetryAttempts: 0,
          },
          personalizedRanking: ranked,
          recommendationId: "RID-1",
        },
      },
    });
    expect(asked()).toEqual([
      { campaignArn: settings.CAMPAIGN_ARN, userId: "10042", inputList: ["2-Pug-1-4", "1-Siamese-1-2"] },
    ]);
  });

  test("contains the items of any catalogue by their own ids", async () => {
    const personalizedRanking = [{ itemId: "sku-2" }, { itemId: "2-Pug-1-4" }, { itemId: "sku-1" }];
    const { ask, asked } = await reranker({ body: { personalizedRanking } });
    const itemMetadataList = [{ itemId: "sku-1" }, pets[0], { itemId: "sku-2", animalMetadata: null }];
    expect((await ask({ userId: "u", itemMetadataList })).body.ranking).toEqual(["sku-2", "pet-1", "sku-1"]);
    expect(asked()).toMatchObject([{ inputList: ["sku-1", "2-Pug-1-4", "sku-2"] }]);
  });

  test.each([
    ["a session", { sessionId: "s-1" }, "s-1"],
    ["no visitor", {}, "unknown"],
  ])("can be requested for %s", async (_whom, who, userId) => {
    const { ask, asked } = await reranker();
    await ask({ ...who, itemMetadataList: pets });
    expect(asked()).toMatchObject([{ userId }]);
  });

  test("puts a group that the service leaves out last", async () => {
    const { ask } = await reranker({ body: { personalizedRanking: [{ itemId: "1-Siamese-1-2", score: 1 }] } });
    expect((await ask({ userId: "u", itemMetadataList: pets })).body.ranking).toEqual(["pet-2", "pet-1", "pet-3"]);
  });

  test("leaves out what a filter removes", async () => {
    const { ask, asked } = await reranker({ body: { personalizedRanking: [{ itemId: "1-Siamese-1-2", score: 1 }] } });
    const request = { userId: "u", filter: "adoptable", context: { DEVICE: "phone" }, itemMetadataList: pets };
    expect((await ask(request)).body.ranking).toEqual(["pet-2"]);
    expect(asked()).toMatchObject([
      { filterArn: "arn:aws:personalize:eu-west-1:123456789012:filter/adoptable", context: { DEVICE: "phone" } },
    ]);
  });

  test("of nothing is nothing, without a call", async () => {
    const { ask, endpoint } = await reranker();
    expect(await ask({ userId: "u", itemMetadataList: [] })).toEqual({
      statusCode: 200,
      body: { ranking: [], personalizeResponse: { ResponseMetadata: noCall, personalizedRanking: [] } },
    });
    expect(endpoint.seen).toEqual([]);
  });
});

describe("a request is refused with 400, the index and the key", () => {
  const { animal_size_id: _size, ...withoutSize } = pet("pet-2", "Pug").animalMetadata;
  test.each([
    ["no list", {}, "itemMetadataList: is missing"],
    [
      "a missing attribute",
      { itemMetadataList: [pets[0], { itemId: "pet-2", animalMetadata: withoutSize }] },
      "itemMetadataList[1].animalMetadata.animal_size_id: is missing",
    ],
    [
      "unknown keys in the list and in the metadata",
      {
        itemMetadataList: [
          { itemId: "pet-1", animalMetaData: pets[0]?.animalMetadata },
          { itemId: "pet-2", animalMetadata: { ...pets[1]?.animalMetadata, animal_sizeid: "1" } },
        ],
      },
      "itemMetadataList[0].animalMetaData: is not a known key; did you mean animalMetadata?; " +
        "itemMetadataList[1].animalMetadata.animal_sizeid: is not a known key; did you mean animal_size_id?",
    ],
    [
      "501 groups",
      { itemMetadataList: Array.from({ length: 501 }, (_, i) => pet(`pet-${i}`, `Breed${i}`)) },
      "itemMetadataList: has 501 different animal groups and items; at most 500",
    ],
  ])("%s", async (_what, event, message) => {
    const { ask, asked } = await reranker();
    expect(await ask({ body: event })).toEqual({ statusCode: 400, body: { message } });
    expect(asked()).toEqual([]);
  });
});

describe("when the campaign is not available", () => {
  test("pets are ranked by the popularity of their groups, and a header says so", async () => {
    const { ask } = await reranker({ error: "ThrottlingException", status: 429 });
    expect(await ask({ userId: "u", itemMetadataList: [pet("pet-0", "Unheard_of"), ...pets] })).toEqual({
      statusCode: 200,
      headers: { "x-recommendation-source": "fallback" },
      body: {
        ranking: ["pet-2", "pet-1", "pet-3", "pet-0"],
        personalizeResponse: {
          ResponseMetadata: noCall,
          personalizedRanking: [{ itemId: "1-Siamese-1-2" }, { itemId: "2-Pug-1-4" }, { itemId: "2-Unheard_of-1-4" }],
        },
      },
    });
  });
});
