// Each cause where it is true, where it is not, and where what was read does not say it.
import { expect, test } from "vitest";
import { type Cause, checks, judge } from "../../../cli/explain/checks.ts";
import type { Facts } from "../../../cli/explain/facts/facts.ts";
import {
  about,
  aboutUnknown,
  after,
  answered,
  before,
  createFacts,
  event,
  fallback,
  filtered,
  later,
  list,
  listed,
  listPlacement,
  longList,
  lost,
  model,
  notWhole,
  placement,
  refusedList,
  trainedAt,
  withEvents,
  withLost,
} from "./facts.mts";

type Change = Partial<Facts>;
/** What is changed of a healthy stack; and words of the reason, or of why it is not known. */
type Row = readonly [what: string, changes: readonly Change[], words?: RegExp];

const promotion = (percent: number) => placement({ promotion: { filter: "new", percent } });
const halted = (state: string, lastResult?: string): Change => ({
  consumer: { name: "ingest-events", state, changedAt: after, lastResult },
});
const seen = 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("view")';
const unseen = 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE NOT IN ("view")';
const cats = 'INCLUDE ItemID WHERE Items.SPECIES IN ("cat")';
const available = 'EXCLUDE ItemID WHERE Items.STATUS IN ("unavailable")';
const unavailable = { STATUS: "unavailable" };
const missing = [about("item-50", { SPECIES: "dog" }), answered(longList)] as const;
const givenUp = (batchSize: number) =>
  ({ kind: "given up", functionName: "ingest-events", condition: "RetryAttemptsExhausted", batchSize }) as const;
const newItem = about("new", {}, { wasTrained: { value: false } });
const goneFilter: Change = { filter: { kind: "gone", arn: "arn:filter" } };
const rowWrittenAt = (writtenAt: Date): Change => ({
  item: {
    id: "new",
    row: { value: { row: { id: "new", columns: {} }, object: { bucket: "data", key: "k" }, writtenAt } },
    wasTrained: { value: true },
  },
});
const ofItem = (arrivedAt: Date) => withLost(lost({ of: "item", arrivedAt }));

const table: Readonly<Record<Cause, { readonly is: Row[]; readonly isNot: Row[]; readonly unknown: Row[] }>> = {
  "request-refused": {
    is: [
      ["the request is wrong", [{ answer: { kind: "refused", message: "limit: is missing" } }], /limit: is missing/],
      ["the function fails", [{ answer: { kind: "failed", message: "RecommenderError" } }], /failed.*RecommenderError/],
    ],
    isNot: [["there is a list", []]],
    unknown: [],
  },
  fallback: {
    is: [
      ["the campaign throttles", [fallback, refusedList], /because the campaign did not answer.*ThrottlingException/],
      ["the campaign answers when it is asked again", [fallback, answered(listed)], /Asked again.* it answered/],
      ["the campaign is gone", [fallback, { model: { kind: "gone" } }], /campaign does not exist/],
      ["the filter is gone", [fallback, goneFilter], /because its filter does not exist: arn:filter/],
      [
        "the promotion's filter is gone",
        [fallback, { promotionFilter: goneFilter.filter ?? { kind: "none" } }],
        /the filter of its promotion does not exist/,
      ],
      ["the stack is asleep", [fallback, { stack: { ...createFacts().stack, asleepSince: before } }], /Asleep since/],
    ],
    isNot: [
      ["the campaign answered", []],
      ["it is a list", [listPlacement]],
    ],
    unknown: [],
  },
  "event-not-delivered": {
    is: [
      [
        "an event was refused",
        [withLost(lost())],
        /^1 record of the visitor 10042 did not reach .* was refused: eventType/,
      ],
      [
        "a batch of one was given up",
        [withLost(lost({ fate: givenUp(1) }))],
        /may, not reach.*was given up by ingest-events \(Retry/,
      ],
      [
        "a batch of several was given up",
        [withLost(lost({ fate: givenUp(9) }))],
        /one of 9 in a batch that ingest-events gave up .*, the batch's record does not say/,
      ],
      ["the mapping is disabled", [halted("Disabled")], /Nothing takes events.*is Disabled/],
      ["the mapping is deleted", [halted("deleted")], /is deleted/],
      ["the last batch failed", [halted("Enabled", "PROBLEM: Function call failed")], /failed with the last batch/],
      ["an update of the item was refused", [newItem, ofItem(after)], /1 record that update new did not/],
      ["the item's row is older than the refused update", [newItem, rowWrittenAt(before), ofItem(after)]],
    ],
    isNot: [
      ["all is well", []],
      ["the mapping is being updated", [halted("Updating", "OK")]],
      ["the mapping is being enabled", [halted("Enabling")]],
      ["the mapping is being created", [halted("Creating")]],
      ["a later update of the item was taken", [newItem, rowWrittenAt(later), ofItem(after)]],
    ],
    unknown: [
      [
        "a part of the quarantine is unreadable",
        [{ lost: { records: [], extent: { isWhole: false, why: "not all objects can be read" } } }],
        /can be read/,
      ],
    ],
  },
  "visitor-unknown": {
    is: [
      ["there is no event", [withEvents([])], /No event of the visitor 10042/],
      ["in an outage", [withEvents([]), fallback, refusedList]],
    ],
    isNot: [
      ["an event was imported", [withEvents([event()])]],
      ["an event was found, and others were not read", [withEvents([event()], notWhole)]],
      ["the model is the same for all", [withEvents([]), model("aws-popularity-count")]],
      ["the list is about an item", [withEvents([]), placement({ needsItem: true })]],
    ],
    unknown: [
      ["not all events were read", [withEvents([], notWhole)], /earlier events were not read/],
      [
        "the only event may be lost",
        [withEvents([event({ arrivedAt: after, doubt: "its batch was given up" })])],
        /given up/,
      ],
    ],
  },
  "item-unknown": {
    is: [
      ["nothing has it", [aboutUnknown("x"), answered(longList)], /no event in the last 30 days or among the imported/],
      [
        "events have it only since the training",
        [aboutUnknown("x"), answered(longList), withEvents([], { firstOfItem: after })],
        /events have it since 2026-11-25/,
      ],
      [
        "not all events were read, and the campaign lists all of its items",
        [aboutUnknown("x"), answered(listed), withEvents([event()], notWhole)],
      ],
      ["at a list of popular items", [aboutUnknown("x"), listPlacement]],
    ],
    isNot: [
      ["it is in the catalogue", [about("item-50"), answered(longList)]],
      ["it is in the list", [aboutUnknown("item-3"), answered(longList)]],
      ["the campaign lists it", [aboutUnknown("item-50"), answered(longList)]],
      [
        "events have it, at a list of popular items",
        [aboutUnknown("x"), listPlacement, withEvents([], { firstOfItem: before })],
      ],
    ],
    unknown: [
      ["the campaign throttles", [aboutUnknown("x"), refusedList], /ThrottlingException/],
      [
        "events had it before the training",
        [aboutUnknown("x"), answered(longList), withEvents([], { firstOfItem: before })],
        /whether the service got them/,
      ],
      [
        "not all events were read",
        [aboutUnknown("x"), answered(longList), withEvents([event()], notWhole)],
        /were not read/,
      ],
      [
        "its row cannot be read",
        [about("x", {}, { row: { unread: "s3://data/items is no row" } }), answered(longList)],
        /no row/,
      ],
    ],
  },
  "events-after-training": {
    is: [
      [
        "all events came later",
        [withEvents([event({ arrivedAt: after })])],
        /It reads the visitor's 1 event at each request/,
      ],
      [
        "the only event may be lost",
        [withEvents([event({ arrivedAt: after, doubt: "its batch was given up" })])],
        /2026-11-25T12:00:00\.000Z\.$/,
      ],
      [
        "the campaign does not answer",
        [withEvents([event({ arrivedAt: after })]), fallback, refusedList],
        /2026-11-25T12:00:00\.000Z\.$/,
      ],
    ],
    isNot: [
      ["one came before", [withEvents([event({ arrivedAt: after }), event({ arrivedAt: before })], notWhole)]],
      ["one was imported", [withEvents([event(), event({ arrivedAt: after })])]],
      ["there is none", [withEvents([])]],
      ["the model is the same for all", [withEvents([event({ arrivedAt: after })]), model("aws-popularity-count")]],
    ],
    unknown: [
      ["earlier ones were not read", [withEvents([event({ arrivedAt: after })], notWhole)], /were not read/],
      ["none was found, and not all were read", [withEvents([], notWhole)], /were not read/],
      [
        "the only one before the training may be lost",
        [withEvents([event({ arrivedAt: before, doubt: "its batch was given up" }), event({ arrivedAt: after })])],
        /given up/,
      ],
    ],
  },
  "item-after-training": {
    is: [
      [
        "the campaign does not list it",
        [newItem, answered(longList)],
        /the 500 items that the campaign lists do not include it/,
      ],
      ["the campaign lists all of its items", [newItem, answered(listed), withEvents([event()], notWhole)]],
    ],
    isNot: [
      ["it was trained", [about("x"), answered(longList)]],
      ["the service has taken it in", [newItem, answered([...longList, "new"])]],
      ["there is no model", [newItem, listPlacement]],
    ],
    unknown: [
      ["the campaign refuses", [newItem, refusedList], /ThrottlingException/],
      [
        "events had it before the training",
        [newItem, answered(longList), withEvents([event()], { firstOfItem: before })],
        /whether the service got them/,
      ],
      [
        "the trained catalogue is gone",
        [about("x", {}, { wasTrained: { unread: "it is not kept any more" } }), answered(longList)],
        /not kept/,
      ],
      ["not all events were read", [newItem, answered(longList), withEvents([event()], notWhole)], /were not read/],
    ],
  },
  "list-for-all": {
    is: [
      ["at a list of popular items", [listPlacement], /popular is a list of popular items/],
      [
        "at a model of popularity",
        [model("aws-popularity-count")],
        /aws-popularity-count: it gives all visitors the same/,
      ],
    ],
    isNot: [
      ["at a personal model", []],
      ["the answer is not the model's", [model("aws-popularity-count"), fallback]],
      ["the request is refused", [listPlacement, { answer: { kind: "refused", message: "filter" } }]],
    ],
    unknown: [],
  },
  "ranked-below": {
    is: [
      ["it is below the end", missing, /puts item-50 at place 50 .*The list has 10 items, and nothing removes/],
      ["it is below all that was asked for", [about("x"), answered(longList)], /below place 500/],
      [
        "a campaign with columns was asked for 50",
        [about("x"), answered(longList.slice(0, 50), 50)],
        /below place 50 /,
      ],
      [
        "the promotion has its place",
        [about("x"), answered([...listed.slice(0, 7), "x"]), promotion(50)],
        /at place 8.* up to 5 of them for the promotion/,
      ],
      [
        "only events have it",
        [aboutUnknown("item-50"), answered(longList), withEvents([], { firstOfItem: before })],
        /is not in the catalogue: the model knows it by events only/,
      ],
      ["the filter takes it", [about("item-50", { SPECIES: "cat" }), answered(longList), filtered(cats)]],
    ],
    isNot: [
      ["it is in the list", [about("item-3"), answered(longList)]],
      ["the list is not full", [...missing, list(listed.slice(0, 2))]],
      ["the filter removes it", [...missing, filtered(cats)]],
      ["the campaign puts it higher", [about("x"), answered(["x", ...longList])]],
      ["the promotion leaves room for it", [about("x"), answered([...listed.slice(0, 4), "x"]), promotion(50)]],
      ["the campaign lists few items", [about("x"), answered(listed)]],
    ],
    unknown: [
      ["the campaign throttles", [about("item-50"), refusedList], /ThrottlingException/],
      ["the filter has another form", [...missing, filtered("SOMETHING ELSE")], /form that this command does not read/],
      [
        "the filter depends on events that were not read",
        [...missing, filtered(seen), withEvents([], notWhole)],
        /were not read/,
      ],
    ],
  },
  "item-unavailable": {
    is: [
      [
        "the filter takes it away",
        [about("item-50", unavailable), answered(longList), filtered(available)],
        /item-50 is unavailable.*at place 50/,
      ],
      ["the list is the fallback", [about("x", unavailable), fallback]],
      ["also without the campaign's list", [about("x", unavailable), filtered(available), refusedList]],
    ],
    isNot: [
      ["it is available", [about("item-50"), answered(longList), filtered(available)]],
      ["it is in the list", [about("item-3", unavailable), answered(longList), filtered(available)]],
      ["no filter is applied", [about("item-50", unavailable), answered(longList)]],
    ],
    unknown: [
      ["its row cannot be read", [about("x", {}, { row: { unread: "it is no row" } }), filtered(available)], /no row/],
      ["the filter is gone", [about("x", unavailable), goneFilter], /does not exist/],
    ],
  },
  "removed-by-filter": {
    is: [
      [
        "no INCLUDE takes it",
        [...missing, filtered(cats)],
        /does not take it\. The item has SPECIES "dog"\. Without the filter it is at place 50/,
      ],
      ["the visitor has not had it", [...missing, filtered(unseen)], /NOT IN \("view"\) takes away it/],
      ["also without the campaign's list", [about("x", { SPECIES: "dog" }), filtered(cats), refusedList]],
    ],
    isNot: [
      ["it is taken", [about("item-50", { SPECIES: "cat" }), answered(longList), filtered(cats)]],
      ["it is in the list", [about("item-3", { SPECIES: "dog" }), answered(longList), filtered(cats)]],
      ["the list is the fallback", [...missing, filtered(cats), fallback]],
      ["the visitor has had it", [...missing, filtered(seen), withEvents([event({ itemId: "item-50" })])]],
    ],
    unknown: [
      ["not all events were read", [...missing, filtered(unseen), withEvents([], notWhole)], /were not read/],
      ["the filter is gone", [...missing, goneFilter], /does not exist/],
      [
        "the item's row cannot be read",
        [about("x", {}, { row: { unread: "it is no row" } }), filtered(cats)],
        /no row/,
      ],
    ],
  },
  "already-seen": {
    is: [
      [
        "an event has it",
        [...missing, filtered(seen), withEvents([event({ itemId: "item-50" })])],
        /has had item-50 already \(View at 2026-11-10/,
      ],
      ["others were not read", [...missing, filtered(seen), withEvents([event({ itemId: "item-50" })], notWhole)]],
    ],
    isNot: [
      ["no event has it", [...missing, filtered(seen)]],
      ["a filter takes away what was not seen", [...missing, filtered(unseen)]],
      [
        "the event is of another type",
        [...missing, filtered(seen), withEvents([event({ itemId: "item-50", eventType: "Buy" })])],
      ],
    ],
    unknown: [
      ["not all events were read", [...missing, filtered(seen), withEvents([], notWhole)], /were not read/],
      [
        "the event may be lost",
        [
          ...missing,
          filtered(seen),
          withEvents([event({ itemId: "item-50", arrivedAt: after, doubt: "its batch was given up" })]),
        ],
        /given up/,
      ],
    ],
  },
  "filter-leaves-few": {
    is: [
      [
        "the campaign lists more without it",
        [list(listed.slice(0, 2)), filtered(cats), answered(longList)],
        /left 2 items of the 500/,
      ],
      [
        "beside a promotion",
        [list(listed.slice(0, 2)), filtered(cats), answered(longList), promotion(50)],
        /left at most 2 items/,
      ],
    ],
    isNot: [
      ["the list is full", [filtered(cats)]],
      ["the campaign lists no more", [list(["a"]), filtered(cats), answered(["a"])]],
      ["there is no filter", [list(["a"]), answered(longList)]],
    ],
    unknown: [["the campaign throttles", [list(["a"]), filtered(cats), refusedList], /ThrottlingException/]],
  },
};

const rows = (part: "is" | "isNot" | "unknown") =>
  Object.entries(table).flatMap(([cause, parts]) =>
    parts[part].map(([what, changes, words]) => [cause as Cause, what, createFacts(...changes), words ?? /./] as const),
  );

test.each(rows("is"))("%s is a cause: %s", (cause, _what, facts, words) => {
  expect(checks[cause](facts)).toMatchObject({ is: "true", text: expect.stringMatching(words) });
});

test.each(rows("isNot"))("%s is no cause: %s", (cause, _what, facts) => {
  expect(checks[cause](facts)).toEqual({ is: "absent" });
});

test.each(rows("unknown"))("it is not known whether %s is a cause: %s", (cause, _what, facts, words) => {
  expect(checks[cause](facts)).toEqual({ is: "not known", why: expect.stringMatching(words) });
});

test("a healthy stack has no cause, and nothing that is not known", () => {
  expect(judge(createFacts())).toEqual({ found: [], unknown: [] });
});

const names = (...changes: readonly Change[]) => judge(createFacts(...changes)).found.map(({ cause }) => cause);

test.each<[readonly Cause[], readonly Change[]]>([
  [
    ["request-refused", "event-not-delivered"],
    [withLost(lost()), { answer: { kind: "refused", message: "no" } }],
  ],
  [
    ["fallback", "event-not-delivered"],
    [withLost(lost()), fallback, goneFilter],
  ],
  [
    ["fallback", "item-unavailable"],
    [about("x", unavailable), fallback, refusedList],
  ],
  [
    ["event-not-delivered", "visitor-unknown"],
    [withLost(lost()), withEvents([])],
  ],
  [
    ["visitor-unknown", "item-unknown"],
    [aboutUnknown("x"), answered(longList), withEvents([])],
  ],
  [
    ["events-after-training", "already-seen"],
    [...missing, filtered(seen), withEvents([event({ itemId: "item-50", arrivedAt: after })])],
  ],
  [
    ["removed-by-filter", "filter-leaves-few"],
    [...missing, filtered(cats), list(listed.slice(0, 2))],
  ],
  [
    ["removed-by-filter", "already-seen"],
    [...missing, filtered(`${seen} | ${cats}`), withEvents([event({ itemId: "item-50" })])],
  ],
  [
    ["list-for-all", "ranked-below"],
    [...missing, model("aws-popularity-count")],
  ],
])("tells what decides the request first, then in the order of an event's way: %s", (causes, changes) => {
  expect(names(...changes)).toEqual(causes);
});

test("the time of the training is after no event of a trained visitor", () => {
  expect(names(withEvents([event({ arrivedAt: trainedAt })]))).toEqual(["events-after-training"]);
  expect(names(withEvents([event({ arrivedAt: new Date(trainedAt.getTime() - 1) })]))).toEqual([]);
});
