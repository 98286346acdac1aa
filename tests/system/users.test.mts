// A stack that knows something about its users: filters by it, updates of it, a new column, and
// the end.
import { PersonalizeRuntime } from "@aws-sdk/client-personalize-runtime";
import { afterAll, expect, test } from "vitest";
import { interactionsCsv, itemsCsv } from "../../demo/generator/csv.ts";
import { runInParallel } from "../../functions/support/run-in-parallel.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { listEverything } from "../../local/tests/support/inventory.mts";
import { deploySmallStack, openGate, startQuickAccount } from "../support/deployed-stack.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { generateSmallData } from "../support/small-data.ts";
import { createFiles } from "../support/temporary-folder.mts";

const minute = 60_000;
/**
 * Minutes until a filter knows an update (guide, "Filtering recommendations and user segments").
 */
const documented = 20;
const { file: write } = createFiles();

const data = generateSmallData({ users: 1_000 });
const visitors = [...new Set(data.interactions.map(({ userId }) => userId))];
/** What is known about each: of some a part, of others not even a row. */
const known = new Map(
  visitors.flatMap((id, n): [string, { HOME: string | undefined; AGE: number | undefined }][] =>
    n % 10 === 9 ? [] : [[id, { HOME: ["flat", "house", undefined][n % 3], AGE: n % 7 ? 15 + (n % 80) : undefined }]],
  ),
);

/** Writes the users and their schema, with more columns of texts. */
function writeUsers(...more: string[]) {
  const text = { type: ["null", "string"], categorical: true };
  const schema = {
    type: "record",
    name: "Users",
    namespace: "com.amazonaws.personalize.schema",
    fields: [
      { name: "USER_ID", type: "string" },
      { name: "HOME", ...text },
      { name: "AGE", type: ["null", "int"] },
      ...more.map((name) => ({ name, ...text })),
    ],
    version: "1.0",
  };
  const rows = Array.from(known, ([id, { HOME = "", AGE = "" }]) => [id, HOME, AGE, ...more.map(() => "imported")]);
  return {
    usersFile: write("users.csv", ...[["USER_ID", "HOME", "AGE", ...more], ...rows].map(String)),
    usersSchemaFile: write("users.schema.json", JSON.stringify(schema)),
  };
}

const settings = {
  interactionsFile: write("interactions.csv", interactionsCsv(data)),
  itemsFile: write("items.csv", itemsCsv(data)),
  ...writeUsers(),
  filters: JSON.stringify({
    fitting:
      'EXCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ("2") IF CurrentUser.HOME = "flat"' +
      ' | EXCLUDE ItemID WHERE Items.ANIMAL_AGE IN ("1","2") IF CurrentUser.AGE >= 60',
  }),
};

const account = await startQuickAccount();
/** The account's contents before the stack. */
const before = await listEverything(account);
const stack = await deploySmallStack(account, "small", { ...openGate, ...settings });
afterAll(() => stack.close());
const runtime = new PersonalizeRuntime(sdk(account));
const { Filters = [] } = await stack.personalize.listFilters({});
/** The filter's ARN. */
const fitting = Filters.find(({ name }) => name?.includes("-fitting-"))?.filterArn;

/** All items that a visitor can be recommended. */
async function list(userId: string, options: { isFiltered: boolean }): Promise<Set<string>> {
  const campaignArn = stack.outputs.campaignArns.recommendation;
  const filterArn = options.isFiltered ? fitting : undefined;
  const { itemList = [] } = await runtime.getRecommendations({ campaignArn, filterArn, userId, numResults: 500 });
  return new Set(itemList.map(({ itemId = "" }) => itemId));
}

/** The items that the filter is meant to remove; an id is species, breed, size and age. */
function listUnfitting(items: Iterable<string>, { HOME, AGE }: { HOME?: unknown; AGE?: number | undefined }): string[] {
  return [...items].filter((id) => {
    const [species = "", , , age = ""] = id.split("-");
    return (HOME === "flat" && species === "2") || (AGE !== undefined && AGE >= 60 && ["1", "2"].includes(age));
  });
}

test("a filter by CurrentUser removes exactly the planted items, for each of 1,000 users", async () => {
  let removed = 0;
  await runInParallel(visitors, 20, async (userId) => {
    const [all, rest] = await Promise.all([list(userId, { isFiltered: false }), list(userId, { isFiltered: true })]);
    const unfitting = listUnfitting(all, known.get(userId) ?? {});
    expect([userId, all.size]).toEqual([userId, data.items.length]);
    expect([userId, [...all].filter((id) => !rest.has(id))]).toEqual([userId, unfitting]);
    expect(rest.size).toBe(all.size - unfitting.length);
    removed += unfitting.length;
  });
  expect(visitors).toHaveLength(1_000);
  expect(removed).toBeGreaterThan(10_000);
});

const put = (userId: string, properties: object) => stack.put([{ userUpdate: { userId, properties } }]);

/** Waits at most the documented time until the filter takes a visitor for another one. */
async function isTakenFor(userId: string, properties: Parameters<typeof listUnfitting>[1]): Promise<void> {
  const expected = data.items.length - listUnfitting(await list(userId, { isFiltered: false }), properties).length;
  for (let passed = 0; passed < documented && (await list(userId, { isFiltered: true })).size !== expected; passed++) {
    await stack.account.clock.advance(minute);
  }
  expect((await list(userId, { isFiltered: true })).size).toBe(expected);
}

test("`smoke` names what is known, and no value", async () => {
  const { code, printed } = await stack.command("smoke");
  expect(code, printed).toBe(0);
  expect(printed).toContain("Known about users, for filters with CurrentUser: HOME, AGE.");
  expect(printed).not.toMatch(/flat|house/);
});

test("an update reaches the filter within the documented time, of a user whom the file has or has not", async () => {
  stack.account.clock.setSpeed(0);
  const [inFlat = ""] = visitors;
  const unknown = visitors.find((id) => !known.has(id)) ?? "";
  await put(inFlat, { HOME: "house" });
  await put(unknown, { AGE: 80 });
  await isTakenFor(inFlat, { ...known.get(inFlat), HOME: "house" });
  await isTakenFor(unknown, { AGE: 80 });
});

test("`status` shows the delay of updates of users, and what they lost", async () => {
  const { consumers } = JSON.parse((await stack.command("status", "--json")).out);
  const largestDelaySeconds = expect.any(Number);
  expect(consumers.at(-1)).toEqual({ name: "update-users", largestDelaySeconds, givenUp: 0, dropped: 0 });
});

test("a new column in the file and its schema loses nothing that updates wrote", async () => {
  const [inFlat = "", another = ""] = visitors;
  stack.account.clock.setSpeed(hurriedSpeed);
  const changes = await stack.redeploy(writeUsers("GARDEN"));
  expect(changes.filter((change) => change.startsWith("delete"))).toEqual([]);
  stack.account.clock.setSpeed(0);
  await isTakenFor(inFlat, { ...known.get(inFlat), HOME: "house" });
  // An update of the new column sends the others, too.
  await put(inFlat, { GARDEN: "yes" });
  await put(another, { GARDEN: "yes", HOME: "flat" });
  await isTakenFor(another, { ...known.get(another), HOME: "flat" });
  await isTakenFor(inFlat, { ...known.get(inFlat), HOME: "house" });
});

test("`forget` erases the row and the updates, so that the filter knows nothing of the visitor", async () => {
  stack.account.clock.setSpeed(hurriedSpeed);
  const [inFlat = "", another = ""] = visitors;
  // The file still has the visitor, so it ends with 1.
  const { code, out, printed } = await stack.command("forget", "--yes", "--json", "--user", another);
  expect([code, JSON.parse(out || "{}")], printed).toMatchObject([
    1,
    { files: ["interactionsFile", "usersFile"], updates: 1 },
  ]);
  stack.account.clock.setSpeed(0);
  await isTakenFor(another, {});
  await isTakenFor(inFlat, { ...known.get(inFlat), HOME: "house" });
});

test("destroy removes all of it", async () => {
  stack.account.clock.setSpeed(hurriedSpeed);
  await stack.destroy();
  expect(await listEverything(stack.account)).toEqual(before);
});
