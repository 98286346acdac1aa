// `recommender explain` on a deployed stack, where the real functions plant one case of each cause:
// that the facts are read from where they are. What follows from them, alone and together, is in
// tests/cli/explain.
import { expect, test } from "vitest";
import { readFailedBatch } from "../../cli/archive/quarantine-file.ts";
import type { Cause, Finding } from "../../cli/explain/checks.ts";
import { eventually } from "../../local/tests/support/eventually.ts";
import { useStack } from "../support/use-stack.mts";

const minute = 60_000;
const filters = {
  dogs: 'INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ("2")',
  unseen: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("favorite")',
  kind: "INCLUDE ItemID WHERE Items.ANIMAL_BREED = $BREED AND Items.ANIMAL_AGE IN ($AGES)",
};
const deployed = await useStack({
  filters: JSON.stringify(filters),
  placements: JSON.stringify({ popular: { list: "popular" } }),
  archiveBufferSeconds: "60",
  maximumRetryAttempts: "0",
});
const { account, outputs, eventsOf, findItem, findUsers, listKeys, personalize, put, recommend } = deployed;
const port = new URL(account.origin).port;

const visitors = findUsers("", 300).map(({ id }) => id);
const [givenUpTo = "", refusedTo = "", ...lucky] = visitors;
const [visitor = ""] = lucky;
const listOf = async (request: object) =>
  (JSON.parse((await recommend({ ...request, limit: 500 })).body) as { id: string }[]).map(({ id }) => id);
const [unavailable = "", ...others] = await listOf({ userId: "nobody" });
const cat = others.find((id) => id.startsWith("1-")) ?? "";
/** A visitor who has favourited an item. */
const [fan = "", favourite = ""] =
  lucky
    .map((id) => [
      id,
      eventsOf(id).find(({ itemId, eventType }) => eventType === "Favorite" && others.includes(itemId))?.itemId,
    ])
    .find(([, item]) => item !== undefined) ?? [];
const newVisitor = "visitor·new";
const newItem = "item·new";
const updated = "item·corrected";

const view = (userId: string, more: object = {}) => ({
  userId,
  sessionId: `of ${userId}`,
  eventType: "DetailView",
  itemId: others[0],
  ...more,
});
const update = (itemId: string, more: object) => ({ itemUpdate: { itemId, ...more } });

/** Makes the consumer give up a batch. */
async function giveUp(event: object): Promise<void> {
  const outage = { service: "personalize-events", operation: "PutEvents", code: "ServiceUnavailable" } as const;
  account.faults.inject({ ...outage, message: "down", status: 503, times: 10_000 });
  await put([event]);
  await eventually(async () => {
    const keys = await listKeys(outputs.quarantineBucketName, "aws/lambda/");
    const texts = await Promise.all(keys.map((key) => deployed.readText(outputs.quarantineBucketName, key)));
    return texts.some((text) => readFailedBatch(text)) || undefined;
  }, "the event was not given up");
  account.faults.clear();
}

// Nothing of what follows may take two hours of the account's time: then the service updates models
// with new items.
account.clock.setSpeed(30);
await giveUp(view(givenUpTo));
await put([
  view(refusedTo, { eventType: "Swim" }),
  view(newVisitor, { eventType: "Favorite" }),
  update(updated, { columns: { NO_SUCH_COLUMN: 1 } }),
]);
const columns = findItem(others[0] ?? "");
const typed = { ...columns, ITEM_VALUE: 1, CREATION_TIMESTAMP: Math.floor(account.clock.now() / 1000) };
await eventually(
  async () => (await listKeys(outputs.quarantineBucketName, "quarantine/")).length >= 2 || undefined,
  "the records were not refused",
);
await put([
  update(newItem, { columns: typed }),
  update(updated, { columns: typed }),
  update(unavailable, { available: false }),
]);
await eventually(async () => {
  const isKnown = eventsOf(newVisitor).length > 0 && findItem(newItem).STATUS && findItem(updated).STATUS;
  return (isKnown && findItem(unavailable).STATUS === "unavailable") || undefined;
}, "the records were not taken");
// Until the archive has them, and filters follow (guide, "Filtering recommendations": 20 minutes).
await account.clock.advance(25 * minute);
account.clock.setSpeed(1);

interface Report {
  readonly sentence: string;
  readonly items: readonly string[];
  readonly causes: readonly Finding[];
  readonly notKnown: readonly { readonly cause: Cause; readonly why: string }[];
  readonly notes: readonly string[];
  readonly item?: { readonly place?: number; readonly placeWithoutFilter?: number };
}

async function ask(...args: readonly string[]): Promise<Report> {
  const { code, out, err } = await deployed.command("explain", "--json", ...args);
  expect(code, err).toBe(0);
  return JSON.parse(out);
}
const namesOf = ({ causes }: Report): Cause[] => causes.map(({ cause }) => cause);

const planted: readonly (readonly [causes: readonly Cause[], args: readonly string[]])[] = [
  [["event-not-delivered"], ["--user", givenUpTo]],
  [["event-not-delivered"], ["--user", refusedTo]],
  [["visitor-unknown"], ["--user", "nobody·new"]],
  [["item-unknown"], ["--user", visitor, "--item", "9-Nothing"]],
  [["events-after-training"], ["--user", newVisitor]],
  [["item-after-training"], ["--user", visitor, "--item", newItem]],
  [["item-after-training"], ["--user", visitor, "--item", updated]],
  [["list-for-all"], ["--user", visitor, "--placement", "popular"]],
  [["item-unavailable"], ["--user", visitor, "--item", unavailable]],
  [["removed-by-filter"], ["--user", visitor, "--item", cat, "--filter", "dogs"]],
  [["already-seen"], ["--user", fan, "--item", favourite, "--filter", "unseen"]],
  [["filter-leaves-few"], ["--user", visitor, "--filter", "kind", 'BREED="Pug"', 'AGES="1"']],
];

test.each(planted)("names what was planted: %s", async (causes, args) => {
  const report = await ask(...args);
  expect(namesOf(report), JSON.stringify(report, null, 1)).toEqual(causes);
});

test("names the rank of an item at the list's end, which a recipe that explores may draw now and then", async () => {
  const last = (await listOf({ userId: visitor })).at(-1) ?? "";
  let report = await ask("--user", visitor, "--item", last);
  while (report.item?.place !== undefined) report = await ask("--user", visitor, "--item", last);
  expect(namesOf(report)).toEqual(["ranked-below"]);
});

test("claims no cause where none is true", async () => {
  const report = await ask("--user", visitor);
  expect(namesOf(report)).toEqual([]);
  expect(report.notKnown).toEqual([]);
});

const throttle = {
  service: "personalize-runtime",
  operation: "GetRecommendations",
  effect: { kind: "error", code: "ThrottlingException", message: "Rate exceeded", status: 429 },
  times: 1_000_000,
} as const;

test("names the fallback first, with what the campaign says", async () => {
  account.faults.inject(throttle);
  const report = await ask("--user", visitor, "--item", unavailable).finally(() => account.faults.clear());
  expect(namesOf(report)).toEqual(["fallback", "item-unavailable"]);
  expect(report.causes[0]?.text).toContain("ThrottlingException");
});

/** A longer line has one word that is too long, such as an ARN, or one quoted value. */
const isReadable = (line: string) =>
  line.length <= 80 || line.trim().split(" ").length <= 3 || /^ +(--\S+|printf %s) '[^']*'( [\\|])?$/.test(line);

test("fits a terminal of 80 columns", async () => {
  const { out } = await deployed.command("explain", "--user", newVisitor);
  expect(out.split("\n").filter((line) => !isReadable(line))).toEqual([]);
  expect(out).toMatch(/^1\. /m);
});

test("in the console, names the account's port in the command to paste", async () => {
  const { causes } = (await account.act("explain", { stack: deployed.stack, userId: refusedTo })) as Report;
  expect(causes[0]?.run).toBe(`npx recommender replay --stack ${deployed.stack} --source quarantine --port ${port}`);
});

// The last tests delete something.

test("does not know whether a visitor is new where somebody has deleted a part of the archive", async () => {
  const [Key = ""] = await listKeys(outputs.archiveBucketName, "events/");
  await deployed.s3.deleteObject({ Bucket: outputs.archiveBucketName, Key });
  const report = await ask("--user", "nobody·new");
  expect(namesOf(report)).toEqual([]);
  expect(report.notKnown.map(({ cause }) => cause)).toEqual(["visitor-unknown", "events-after-training"]);
  expect(report.notKnown[0]?.why).toMatch(/records? arrived, and the archive has \d+ of that time/);
});

test("says of a filter that was deleted by hand that it does not exist", async () => {
  const { datasetGroupArn } = outputs;
  const { Filters = [] } = await personalize.listFilters({ datasetGroupArn });
  const filterArn = Filters.find(({ name }) => name?.includes("-dogs"))?.filterArn;
  await personalize.deleteFilter({ filterArn });
  await eventually(async () => {
    const { Filters: left = [] } = await personalize.listFilters({ datasetGroupArn });
    return !left.some((each) => each.filterArn === filterArn) || undefined;
  }, "the filter was not deleted");
  const report = await ask("--user", visitor, "--item", cat, "--filter", "dogs");
  expect(namesOf(report)).toEqual(["fallback"]);
  expect(report.causes[0]?.text).toContain(`because its filter does not exist: ${filterArn}`);
});
