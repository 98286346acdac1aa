// Personalize takes ten PutItems requests a second for each dataset group (guide, "Amazon
// Personalize endpoints and quotas"), and the account throttles more. An update of the whole
// catalogue stays below that, whatever the number of shards, and no visitor event waits for it.
// Times are the account's.
import { expect, test } from "vitest";
import { eventually } from "../../local/tests/support/eventually.ts";
import { useStack } from "../support/use-stack.mts";
import { wrapOperation } from "../support/wrap-operation.ts";

const second = 1_000;

/** A PutItems request as the service got it. */
interface Request {
  readonly time: number;
  readonly items: number;
  readonly throttled: boolean;
}

const { account, put, eventsOf } = await useStack({ parallelizationFactor: "8" });
const requests: Request[] = [];
wrapOperation(account, "PutItems", (pass) => (input, call) => {
  const request = { time: account.clock.now(), items: input.items?.length ?? 0 };
  try {
    const answer = pass(input, call);
    requests.push({ ...request, throttled: false });
    return answer;
  } catch (error) {
    requests.push({ ...request, throttled: true });
    throw error;
  }
});

/** The most requests that arrived within a second. */
const busiestSecond = () =>
  Math.max(
    ...requests.map(({ time }) => requests.filter((other) => other.time >= time && other.time < time + second).length),
  );
const sentItems = () => requests.reduce((sum, { items, throttled }) => sum + (throttled ? 0 : items), 0);

const update = (itemId: string, value: number) => ({
  itemUpdate: {
    itemId,
    columns: { ANIMAL_TYPE: "2", ANIMAL_AGE: "3", ANIMAL_SIZE: "2", ANIMAL_BREED: "Beagle", ITEM_VALUE: value },
  },
});

const visitors = Array.from({ length: 40 }, (_, i) => `visitor-${i}`);
const views = visitors.map((sessionId) => ({ sessionId, eventType: "DetailView", itemId: "i" }));
const haveArrived = () => visitors.every((session) => eventsOf(session).length > 0) || undefined;

test("the functions of several shards share one pace, and visitor events pass them", async () => {
  const { speed } = account.clock;
  account.clock.setSpeed(1);
  const pets = Array.from({ length: 300 }, (_, i) => `pet-${i}`);
  await put(
    pets.map((itemId) => update(itemId, 1)),
    (index) => `pet-${index}`,
  );
  await put(views, (index) => `visitor-${index}`);
  await eventually(haveArrived, "visitor events wait");
  expect(sentItems()).toBeLessThan(300);
  await eventually(() => sentItems() === 300 || undefined, "not every update was sent");
  expect(requests.filter(({ throttled }) => throttled)).toEqual([]);
  expect(busiestSecond()).toBeLessThan(10);
  account.clock.setSpeed(speed);
});
