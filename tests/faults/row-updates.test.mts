// Whatever fails on the way: the last update of each item or user is what Personalize has in the
// end, and one that it refuses is in the quarantine once and delays no other. After a lost answer
// the updates of a row are sent again, from the first on.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../../local/account/aws/fault.ts";
import type { FaultRule } from "../../local/account/host/faults/fault-rule.ts";
import { isSecondRing } from "../support/second-ring.ts";
import { createFiles } from "../support/temporary-folder.mts";
import { useStack } from "../support/use-stack.mts";
import { wrapOperation } from "../support/wrap-operation.ts";
import { check, crash, failCalls, longest } from "./property.mts";

const usersFile = createFiles().file("users.csv", "USER_ID,HOME,USER_VALUE", "10000,flat,0.5");
const { account, outputs, put, listKeys, readText } = await useStack({ usersFile });
/** The values of each row in the order in which Personalize took them. */
const taken = new Map<string, number[]>();
wrapOperation(account, "PutItems", (pass) => (input, call) => {
  const rows = input.items?.map(({ itemId, properties }) => ({ id: itemId, properties })) ?? [];
  return note(rows, () => pass(input, call));
});
wrapOperation(account, "PutUsers", (pass) => (input, call) => {
  const rows = input.users?.map(({ userId, properties }) => ({ id: userId, properties })) ?? [];
  return note(rows, () => pass(input, call));
});

/**
 * Notes what Personalize takes, and refuses rows although the contract accepts them: not all of its
 * rules are documented.
 */
function note<T>(rows: readonly { id: string | undefined; properties?: unknown }[], pass: () => T): T {
  if (rows.some(({ id }) => id?.startsWith("poison"))) throw new Fault("InvalidInputException", "A row is not valid.");
  const answer = pass();
  for (const { id = "", properties } of rows) {
    const { itemValue, userValue = itemValue } = JSON.parse(String(properties));
    taken.set(id, [...(taken.get(id) ?? []), userValue]);
  }
  return answer;
}

interface Case {
  /** Rows in the order of their updates; the value of each update is its place. */
  readonly rows: readonly number[];
  /** Places at which an update of a refused row is. */
  readonly poison: readonly number[];
  readonly faults: readonly FaultRule[];
}

const columns = { ANIMAL_TYPE: "2", ANIMAL_AGE: "3", ANIMAL_SIZE: "2", ANIMAL_BREED: "Beagle" };
const kinds = {
  items: {
    updater: "update-items",
    operation: "PutItems",
    update: (itemId: string, value: number) => ({ itemUpdate: { itemId, columns: { ...columns, ITEM_VALUE: value } } }),
  },
  users: {
    updater: "update-users",
    operation: "PutUsers",
    update: (userId: string, value: number) => ({ userUpdate: { userId, properties: { USER_VALUE: value } } }),
  },
} as const;
type Kind = (typeof kinds)[keyof typeof kinds];

function arbitraryOf({ updater, operation }: Kind): fc.Arbitrary<Case> {
  const fault: fc.Arbitrary<FaultRule> = fc.oneof(
    { weight: 3, arbitrary: failCalls(updater, "personalize-events", operation) },
    failCalls(updater, "s3", "GetObject"),
    failCalls(updater, "s3", "PutObject"),
    failCalls(updater, "kinesis", "GetRecords"),
    crash(updater),
  );
  return fc.record({
    rows: fc.array(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 60 }),
    poison: fc.array(fc.integer({ min: 0, max: 59 }), { maxLength: 2 }),
    faults: fc.array(fault, { maxLength: 4 }),
  });
}

async function listQuarantined(): Promise<string[]> {
  const Bucket = outputs.quarantineBucketName;
  const texts = await Promise.all((await listKeys(Bucket)).map((key) => readText(Bucket, key)));
  return texts.map((text) => {
    const { itemUpdate, userUpdate } = JSON.parse(Buffer.from(JSON.parse(text).data, "base64").toString());
    return itemUpdate?.itemId ?? userUpdate.userId;
  });
}

const minute = 60_000;
/** More than all retries of a batch take. */
const longestWait = 60 * minute;

let runs = 0;
/** `beforePart` runs before each hundred of the updates is put on the stream. */
async function theLastUpdateCounts(
  { update }: Kind,
  { rows, poison, faults }: Case,
  beforePart: () => Promise<unknown> = async () => {},
): Promise<void> {
  const run = `r${runs++}`;
  const updates = rows.map((row, value) => ({ id: `${run}-${row}`, value }));
  const refused = [...new Set(poison)].map((place) => `poison-${run}-${place}`);
  for (const id of refused) updates.splice(Number(id.split("-").at(-1)), 0, { id, value: 1 });
  for (const rule of faults) account.faults.inject(rule);
  for (let start = 0; start < updates.length; start += 100) {
    await beforePart();
    const part = updates.slice(start, start + 100);
    await put(
      part.map(({ id, value }) => update(id, value)),
      (index) => part[index]?.id ?? "",
    );
  }

  const last = new Map(rows.map((row, value) => [`${run}-${row}`, value]));
  const arrived = () => [...last].every(([id, value]) => taken.get(id)?.at(-1) === value);
  const quarantined = async () => (await listQuarantined()).filter((id) => id.includes(`-${run}-`)).sort();
  try {
    // The account's clock waits for the work that is due, so a case that fails, fails as soon on
    // every machine.
    for (let passed = 0; passed < longestWait; passed += minute) {
      if (arrived() && (await quarantined()).length >= refused.length) break;
      await account.clock.advance(minute);
    }
    // Whatever is sent again after that must not bring back an older one.
    await account.clock.advance(10 * minute);
    for (const [id, value] of last) expect(taken.get(id)?.at(-1), id).toBe(value);
    expect(await quarantined()).toEqual([...refused].sort());
  } finally {
    account.faults.clear();
  }
}

/** The function sends at its pace in real time. */
const kills = isSecondRing ? 20 : 4;

describe.each(Object.entries(kinds))("of %s", (_what, kind) => {
  test(
    "the last update of each counts, and refused ones are quarantined, whatever fails",
    async () => {
      await check(5, arbitraryOf(kind), (each) => theLastUpdateCounts(kind, each));
    },
    longest,
  );

  test(`${kills} kills lose none of ${100 * kills} updates and bring none back`, async () => {
    let killed = 0;
    const kill = async () => {
      await account.clock.advance(minute);
      const effect = { kind: killed++ % 2 === 0 ? ("crash-before" as const) : ("crash-after" as const) };
      account.faults.inject({ functionName: `recommender-small-${kind.updater}`, effect, times: 1 });
    };
    const rows = Array.from({ length: 100 * kills }, (_, place) => (place * 7) % (10 * kills));
    await theLastUpdateCounts(kind, { rows, poison: [], faults: [] }, kill);
    expect(killed).toBe(kills);
  });
});
