import { expect, test } from "vitest";
import type { Field } from "../../account/services/personalize/formats/avro-schema.ts";
import type { TrainedModel } from "../../account/services/personalize/recommender/data/types.ts";
import { computeExposureBoosts } from "../../account/services/personalize/recommender/serving/exploration.ts";
import { itemFacts } from "../../account/services/personalize/serving/item-facts.ts";
import { InteractionsData } from "../../account/services/personalize/state/interactions.ts";
import { RecordsData } from "../../account/services/personalize/state/records.ts";
import {
  createState,
  type InteractionsDataset,
  type SolutionVersion,
} from "../../account/services/personalize/state/state.ts";

const field = (name: string, type: Field["type"]): Field => ({
  name,
  type,
  nullable: true,
  categorical: false,
  textual: false,
});
const interactionFields = [field("USER_ID", "string"), field("ITEM_ID", "string"), field("TIMESTAMP", "long")];
const itemFields = [field("ITEM_ID", "string"), field("CREATION_TIMESTAMP", "long")];
const day = 86_400;
const resource = (arn: string) => ({
  arn,
  name: arn,
  created: 0,
  updated: 0,
  status: "ACTIVE",
  groupArn: "group",
  schemaArn: "schema",
});

/** A version of the items `a` to `e`; the last interaction is on day 100, and `e` has none. */
function exploredVersion() {
  const state = createState();
  const data = new InteractionsData(interactionFields);
  for (const [itemId, at] of [
    ["a", 10],
    ["b", 95],
    ["a", 100],
    ["c", 80],
    ["d", 99],
  ] as const) {
    data.bulk.append(["user", itemId, at * day]);
  }
  const dataset: InteractionsDataset = { ...resource("interactions"), type: "INTERACTIONS", data };
  const items = { ...resource("items"), type: "ITEMS" as const, data: new RecordsData(itemFields, "ITEM_ID") };
  state.datasets.add(dataset);
  state.datasets.add(items);
  const modelOf = (itemIds: readonly string[]): TrainedModel => ({
    recipe: "aws-user-personalization",
    itemIds,
    metrics: {},
    diagnostics: {},
    userCounts: new Float64Array(itemIds.length),
  });
  const version: SolutionVersion = {
    ...resource("version"),
    solutionArn: "solution",
    trainingMode: "FULL",
    trainingType: "MANUAL",
    config: {},
    snapshot: data.snapshot(),
    model: modelOf(["a", "b", "c", "d", "e"]),
  };
  const stream = (itemId: string, shown: readonly string[] = []) =>
    data.streamed.put("user", "session", [
      {
        eventId: `event ${data.streamed.table.length}`,
        cells: ["user", itemId, 200 * day + data.streamed.table.length],
        shown,
      },
    ]);
  return { version, items: items.data, modelOf, stream, facts: () => itemFacts(state, dataset, version) };
}

const boostsOf = (...exposures: number[]) => computeExposureBoosts(Float64Array.from(exposures));
const young = (facts: ReturnType<typeof itemFacts>, cutOff = 30) => [...facts.young(cutOff)];

test("exposure counts imported and streamed events and impressions, those that come between two requests too", () => {
  const { stream, facts } = exploredVersion();
  expect(facts().boosts).toEqual(boostsOf(2, 1, 1, 1, 0));
  stream("b");
  stream("e", ["a", "b", "e"]);
  expect(facts().boosts).toEqual(boostsOf(3, 3, 1, 1, 2));
  stream("unknown to the model", ["c", "also unknown"]);
  stream("e");
  expect(facts().boosts).toEqual(boostsOf(3, 3, 2, 1, 3));
});

test("an item's age is counted from its creation time, else from its first interaction", () => {
  const { items, facts } = exploredVersion();
  expect(young(facts())).toEqual([1, 2, 3]);
  items.streamed.put(["a", 90 * day]);
  expect(young(facts())).toEqual([0, 1, 2, 3]);
  items.streamed.put(["a", 20 * day]);
  expect(young(facts())).toEqual([1, 2, 3]);
});
