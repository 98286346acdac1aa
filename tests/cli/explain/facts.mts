// Facts of a healthy stack: a visitor with an imported event, and a full list of its campaign.
import type { Facts, ItemFacts, KnownEvent, LostRecord, PlainItem } from "../../../cli/explain/facts/facts.ts";
import { toQuestion } from "../../../cli/explain/question.ts";
import { readClauses } from "../../../dynamic-providers/checks/filter-expression.ts";
import { recipes } from "../../../dynamic-providers/checks/recipes.ts";
import type { Columns } from "../../../values/columns.ts";

export const trainedAt = new Date("2026-11-20T03:00:00Z");
export const before = new Date("2026-11-10T12:00:00Z");
export const after = new Date("2026-11-25T12:00:00Z");
export const later = new Date("2026-11-28T12:00:00Z");
const now = new Date("2026-12-01T12:00:00Z");

export const listed = Array.from({ length: 10 }, (_, index) => `item-${index + 1}`);
export const toPlain = (ids: readonly string[]): PlainItem[] => ids.map((itemId) => ({ itemId }));
/** The campaign's list, as long as it was asked for. */
export const longList = Array.from({ length: 500 }, (_, index) => `item-${index + 1}`);
export const answered = (ids: readonly string[], asked = 500) => ({
  plain: { kind: "answered" as const, items: toPlain(ids), asked },
});
export const refusedList = { plain: { kind: "refused", problem: "ThrottlingException: Rate exceeded" } } as const;

export const object = { bucket: "data", key: "items/1.json" };
export const event = (more: Partial<KnownEvent> = {}): KnownEvent => ({
  itemId: "item-1",
  eventType: "View",
  sentAt: before,
  ...more,
});
export const withEvents = (known: readonly KnownEvent[], more: Partial<Facts["events"]> = {}) => ({
  events: { known, extent: { isWhole: true as const }, firstOfItem: undefined, userColumn: 0, ...more },
});
export const notWhole = { extent: { isWhole: false as const, why: "earlier events were not read" } };

export const list = (items: readonly string[], more: Partial<Extract<Facts["answer"], { kind: "list" }>> = {}) => ({
  answer: { kind: "list" as const, items, source: "personalize", filterApplied: true, ...more },
});
export const fallback = list(listed, { source: "fallback" });

/** A question about an item that is in the catalogue, unless the row is another one. */
export const about = (id: string, columns: Columns | undefined = {}, more: Partial<ItemFacts> = {}) => ({
  question: toQuestion({ userId: "10042" }, id),
  item: {
    id,
    row: { value: { row: columns && { id, columns }, object } },
    wasTrained: { value: true },
    ...more,
  } satisfies ItemFacts,
});
/** A question about an item that is in no dataset. */
export const aboutUnknown = (id: string) => about(id, undefined, { row: { value: { row: undefined, object } } });

export const filtered = (expression: string) => ({
  filter: { kind: "found" as const, arn: "arn:filter", expression, clauses: readClauses(expression) },
});

export const lost = (more: Partial<LostRecord> = {}): LostRecord => ({
  of: "event",
  object: { bucket: "quarantine", key: "quarantine/1.json" },
  arrivedAt: after,
  fate: { kind: "refused", reason: "eventType: is not one of them" },
  ...more,
});
export const withLost = (...records: LostRecord[]) => ({ lost: { records, extent: { isWhole: true as const } } });

export const placement = (more: object = {}) => ({
  serving: {
    functionName: "recommend",
    found: { name: "home", placement: { needsItem: false, campaign: "main", ...more } },
    input: { campaignArn: "arn:campaign/main", userId: "10042", numResults: 10 },
  },
});
export const listPlacement = {
  serving: { functionName: "recommend", found: { name: "popular", placement: { needsItem: false } }, input: undefined },
  model: { kind: "none" as const },
  ...list(listed, { source: "list" }),
};

export const model = (recipeName: keyof typeof recipes = "aws-user-personalization-v2") => ({
  model: { kind: "found" as const, versionArn: "arn:version", trainedAt, recipeName, recipe: recipes[recipeName] },
});

export const createFacts = (...changes: readonly Partial<Facts>[]): Facts => ({
  stack: { stack: "prod", retrainingArn: "arn:retraining", asleepSince: undefined, dataBucket: "data", now },
  question: toQuestion({ userId: "10042" }, undefined),
  ...placement(),
  ...list(listed),
  plain: { kind: "not asked", why: "the list is full" },
  ...model(),
  filter: { kind: "none" },
  promotionFilter: { kind: "none" },
  ...withEvents([event()]),
  ...withLost(),
  consumer: { name: "ingest-events", state: "Enabled", changedAt: before, lastResult: "OK" },
  rows: { user: { value: { row: undefined, object } }, currentItem: { value: {} } },
  item: undefined,
  from: new Date("2026-11-01T12:00:00Z"),
  suggest: (text) => `npx recommender ${text}`,
  ...Object.assign({}, ...changes),
});
