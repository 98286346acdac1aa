// Whatever producers send, and whatever fails on the way: every good event is in the dataset once,
// every bad record in the quarantine once, and the order of each session is kept.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Fault } from "../../local/account/aws/fault.ts";
import type { FaultRule } from "../../local/account/host/faults/fault-rule.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { useStack } from "../support/use-stack.mts";
import { wrapOperation } from "../support/wrap-operation.ts";
import { check, crash, failCalls, longest } from "./property.mts";

const part = "ingest-events";
const consumer = `recommender-small-${part}`;

const { account, lambda, put, eventsOf, listKeys, readText, outputs } = await useStack();
const { EventSourceMappings: [mapping] = [] } = await lambda.listEventSourceMappings({ FunctionName: consumer });
// A function that hangs does so until its timeout, in real time.
await lambda.updateFunctionConfiguration({ FunctionName: consumer, Timeout: 5 });
// The service refuses some events although the contract accepts them: the API reference does not
// list all of its rules.
wrapOperation(account, "PutEvents", (pass) => (input, call) => {
  const poison = input.eventList?.some(({ itemId }) => itemId?.startsWith("poison"));
  if (poison) throw new Fault("InvalidInputException", "The event is not valid.");
  return pass(input, call);
});

/** Records that no rule of the contract accepts, by what is wrong with them. */
const badRecords = {
  "not JSON": "pets",
  "not UTF-8": Buffer.from([0xff, 0xfe]),
  "not an object": "[]",
  "no session": spoil({ sessionId: undefined }),
  "unknown event type": spoil({ eventType: "Sneeze" }),
  "no item": spoil({ itemId: undefined }),
  "too long": spoil({ more: "x".repeat(11_000) }),
  "too large a value": spoil({ eventValue: "9".repeat(400) }),
  "from the future": spoil({ timestamp: 32_503_680_000 }),
};
function spoil(change: object): string {
  return JSON.stringify({ sessionId: "s", eventType: "DetailView", itemId: "i", ...change });
}
type Bad = keyof typeof badRecords;

/** A record that is put on the stream for one place of the case. */
type Entry =
  | { readonly kind: "good"; readonly session: number; readonly times: number }
  /** The contract's rules accept it, Personalize does not. */
  | { readonly kind: "poison"; readonly session: number }
  | { readonly kind: "bad"; readonly session: number; readonly what: Bad };

interface Case {
  readonly entries: readonly Entry[];
  readonly batchSize: number;
  readonly faults: readonly FaultRule[];
}

const session = fc.integer({ min: 0, max: 3 });
const entry: fc.Arbitrary<Entry> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("good" as const), session, times: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("poison" as const), session }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("bad" as const),
      session,
      what: fc.constantFrom(...(Object.keys(badRecords) as Bad[])),
    }),
  },
);

const fault: fc.Arbitrary<FaultRule> = fc.oneof(
  failCalls(part, "personalize-events", "PutEvents"),
  failCalls(part, "personalize", "DescribeEventTracker"),
  failCalls(part, "s3", "PutObject"),
  failCalls(part, "kinesis", "GetRecords"),
  crash(part),
  fc.constant<FaultRule>({ functionName: consumer, effect: { kind: "hang" } }),
);
const anyCase: fc.Arbitrary<Case> = fc.record({
  entries: fc.array(entry, { minLength: 1, maxLength: 60 }),
  batchSize: fc.integer({ min: 1, max: 40 }),
  faults: fc.array(fault, { maxLength: 4 }),
});

/** The records of a case in the order of the stream, and what must become of them. */
function recordsOf({ entries }: Case, run: string) {
  const records: { session: string; data: Uint8Array }[] = [];
  const items = new Map<string, string[]>();
  const bad: string[] = [];
  for (const [place, one] of entries.entries()) {
    const sessionId = `${run}-s${one.session}`;
    const itemId = `${run}-${place}`;
    const event = { sessionId, eventType: "DetailView", itemId, eventId: itemId, timestamp: 1_700_000_000 };
    const put = (data: string | Uint8Array) => records.push({ session: sessionId, data: Buffer.from(data) });
    if (one.kind === "good") {
      for (let time = 0; time < one.times; time++) put(JSON.stringify(event));
      items.set(sessionId, [...(items.get(sessionId) ?? []), itemId]);
    } else {
      const data = one.kind === "bad" ? badRecords[one.what] : JSON.stringify({ ...event, itemId: `poison-${itemId}` });
      put(data);
      bad.push(Buffer.from(data).toString("base64"));
    }
  }
  return { records, items, bad };
}

/**
 * The items of a session's events in the order in which the dataset got them: all have the same
 * time.
 */
const arrived = (sessionId: string) =>
  eventsOf(sessionId)
    .map(({ itemId }) => itemId)
    .reverse();

const seen = new Set<string>();
/** The data of the records that came into the quarantine since the last case. */
async function quarantined(known: Map<string, string>): Promise<string[]> {
  const Bucket = outputs.quarantineBucketName;
  for (const key of await listKeys(Bucket)) {
    if (!seen.has(key) && !known.has(key)) known.set(key, JSON.parse(await readText(Bucket, key)).data);
  }
  return [...known.values()].sort();
}

const minute = 60_000;
/** More than all retries of a batch take. */
const longestWait = 60 * minute;

let runs = 0;
async function everyRecordArrivesWhereItBelongs(generated: Case): Promise<void> {
  const { records, items, bad } = recordsOf(generated, `r${runs++}`);
  await lambda.updateEventSourceMapping({ UUID: mapping?.UUID, BatchSize: generated.batchSize });
  await eventually(async () => {
    const { State } = await lambda.getEventSourceMapping({ UUID: mapping?.UUID });
    return State === "Enabled" || undefined;
  }, "the mapping is not enabled");
  for (const rule of generated.faults) account.faults.inject(rule);
  await put(
    records.map(({ data }) => data),
    (index) => records[index]?.session ?? "",
  );

  const expected = { items: Object.fromEntries(items), bad: [...bad].sort() };
  const known = new Map<string, string>();
  const state = async () => ({
    items: Object.fromEntries([...items.keys()].map((id) => [id, arrived(id)])),
    bad: await quarantined(known),
  });
  const isAll = (found: Awaited<ReturnType<typeof state>>) =>
    found.bad.length >= bad.length && [...items].every(([id, all]) => (found.items[id]?.length ?? 0) >= all.length);
  try {
    // The account's clock waits for the work that is due, so a case that fails, fails as soon on
    // every machine.
    for (let passed = 0; passed < longestWait && !isAll(await state()); passed += minute) {
      await account.clock.advance(minute);
    }
    expect(await state()).toEqual(expected);
  } finally {
    account.faults.clear();
    for (const key of known.keys()) seen.add(key);
  }
}

/**
 * A value that is read as infinite was retried a hundred times, and blocked its shard until then.
 */
const blocked: Case = {
  entries: [
    { kind: "bad", session: 0, what: "too large a value" },
    { kind: "good", session: 0, times: 1 },
  ],
  batchSize: 1,
  faults: [],
};

test(
  "every good event arrives once and in order, every bad record is quarantined, whatever fails",
  async () => {
    await check(10, anyCase, everyRecordArrivesWhereItBelongs, [blocked]);
  },
  longest,
);
