// `recommender explain` about the requests that a page can make: with an experiment, at each kind
// of placement, with filters by the visitor and the item, and by a session.
import { expect, test } from "vitest";
import type { Finding } from "../../cli/explain/checks.ts";
import { chooseVariant } from "../../contract/index.js";
import { createFiles } from "../support/temporary-folder.mts";
import { useStack } from "../support/use-stack.mts";

const flat = "10042";
const house = "10151";
const beagle = "2-Beagle-2-3";
const experiment = { name: "spring", variants: { recommendation: 50, crowd: 50 }, goal: "DetailView" };
const deployed = await useStack({
  usersFile: createFiles().file("users.csv", "USER_ID,HOME", `${flat},flat`, `${house},house`),
  filters: JSON.stringify({
    smallPets: 'EXCLUDE ItemID WHERE Items.ANIMAL_SIZE IN ("4") IF CurrentUser.HOME = "flat"',
    sameBreed: "INCLUDE ItemID WHERE Items.ANIMAL_BREED IN CurrentItem.ANIMAL_BREED",
    newArrivals: "INCLUDE ItemID WHERE Items.CREATION_TIMESTAMP > $SINCE",
  }),
  placements: JSON.stringify({
    crowd: { recipe: "aws-popularity-count" },
    home: { model: "recommendation" },
    similar: { recipe: "aws-similar-items" },
    arrivals: { model: "recommendation", promotion: { filter: "newArrivals", percent: 30 } },
    popular: { list: "popular" },
  }),
  experiment: JSON.stringify(experiment),
  archiveBufferSeconds: "60",
  // Two answers to one request are the same.
  explorationWeight: "0",
});
const { account, findUsers, put, isDelivered, recommend } = deployed;

await put([
  { sessionId: "refused", eventType: "Swim", itemId: beagle },
  { sessionId: "before sign-in", eventType: "DetailView", itemId: beagle },
  { sessionId: "of a wrong id", eventType: "DetailView", itemId: "2-Beagel-2-3" },
]);
await isDelivered("before sign-in");
await isDelivered("of a wrong id");
// Until the archive has it.
await account.clock.advance(25 * 60_000);
account.clock.setSpeed(1);

interface Report {
  readonly sentence: string;
  readonly items: readonly string[];
  readonly causes: readonly Finding[];
  readonly notes: readonly string[];
}

async function ask(...args: readonly string[]): Promise<Report> {
  const { code, out, err } = await deployed.command("explain", "--json", ...args);
  expect(code, err).toBe(0);
  return JSON.parse(out);
}
const namesOf = ({ causes }: Report) => causes.map(({ cause }) => cause);
const listOf = async (request: object) =>
  (JSON.parse((await recommend({ ...request, limit: 500 })).body) as { id: string }[]).map(({ id }) => id);

test("names the variant of each visitor of an experiment, whose list it explains", async () => {
  const variants = new Set<string | undefined>();
  for (const { id } of findUsers("", 6)) {
    const variant = chooseVariant(experiment, { userId: id });
    const report = await ask("--user", id);
    expect(report.notes).toContain(`The experiment spring gives this visitor the variant ${variant}.`);
    expect(report.sentence).toContain(`${id} at ${variant}: 10 items from the campaign.`);
    expect(namesOf(report)).toEqual(variant === "crowd" ? ["list-for-all"] : []);
    variants.add(variant);
  }
  expect(variants).toEqual(new Set(["recommendation", "crowd"]));
});

test("says of an item that only a newer event has that it is not in the catalogue", async () => {
  const report = await ask("--user", flat, "--placement", "home", "--item", "2-Beagel-2-3");
  expect(namesOf(report)).toEqual(["item-unknown"]);
  expect(report.causes[0]?.text).toMatch(/not in the catalogue.* events have it since \S+ only, after the training of/);
});

test("prints the command that sends a record again for the same account", async () => {
  const { port } = new URL(account.origin);
  const [lost] = (await ask("--session", "refused", "--placement", "home", "--port", port)).causes;
  expect(lost).toMatchObject({
    cause: "event-not-delivered",
    run: `npx recommender replay --stack small --source quarantine --port ${port}`,
  });
});

test("names no variant at a placement without an experiment", async () => {
  const { notes } = await ask("--user", flat, "--placement", "home");
  expect(notes.join()).not.toContain("experiment");
});

test("says of a list of popular items that all visitors get it, and that it takes no filter", async () => {
  const list = ["--user", flat, "--placement", "popular"];
  const report = await ask(...list);
  expect(namesOf(report)).toEqual(["list-for-all"]);
  expect(report.sentence).toBe(`${flat} at popular: 10 items from the list.`);
  const [first = ""] = report.items;
  const last = (await listOf({ placement: "popular" })).at(-1) ?? "";
  expect((await ask(...list, "--item", first)).sentence).toContain(`${first} is at place 1 of ${flat}`);
  expect((await ask(...list, "--item", last)).sentence).toContain(`${last} is not in the list of ${flat}`);

  const refused = await ask(...list, "--filter", "smallPets");
  expect(namesOf(refused)).toEqual(["request-refused"]);
  expect(refused.causes[0]?.text).toContain("filter: the placement popular is a list, which takes none");
});

test("says which share of the places a promotion has, and refuses a request without its values", async () => {
  const at = ["--user", flat, "--placement", "arrivals"];
  // The promoted items are drawn; the model's first item is in each list.
  const [first = ""] = await listOf({ userId: flat, placement: "home" });
  const { notes } = await ask(...at, "--promotion", "SINCE=1", "--item", first);
  expect(notes).toContain("30 % of the places are for items that pass the filter newArrivals (promotion).");

  const refused = await ask(...at);
  expect(namesOf(refused)).toEqual(["request-refused"]);
  expect(refused.causes[0]?.text).toContain("promotionValues: is missing SINCE");
});

test("explains related items, of which an unknown visitor is no cause", async () => {
  const at = ["--user", "nobody", "--placement", "similar"];
  const report = await ask(...at, "--related-to", beagle);
  expect(namesOf(report)).toEqual([]);
  expect(report.items).toEqual((await listOf({ placement: "similar", itemId: beagle })).slice(0, 10));

  const refused = await ask(...at);
  expect(namesOf(refused)).toEqual(["request-refused"]);
  expect(refused.causes[0]?.text).toContain("itemId: is missing");
});

/** Expects that an item that the filtered list lacks is said to be removed by it, and no other. */
async function expectJudged(request: object, args: readonly string[], clause: string): Promise<void> {
  const all = await listOf({ ...request, filter: undefined });
  const left = new Set(await listOf(request));
  const removed = all.filter((id) => !left.has(id));
  const [kept] = all.filter((id) => left.has(id)).slice(-1);
  for (const item of [removed[0] ?? "", kept ?? ""]) {
    const report = await ask(...args, "--item", item);
    expect(namesOf(report).includes("removed-by-filter"), item).toBe(!left.has(item));
    if (!left.has(item)) expect(report.causes.map(({ text }) => text).join()).toContain(clause);
  }
}

test("judges a filter by what is known of the visitor", async () => {
  await expectJudged(
    { userId: flat, placement: "home", filter: "smallPets" },
    ["--user", flat, "--placement", "home", "--filter", "smallPets"],
    'EXCLUDE ItemID WHERE Items.ANIMAL_SIZE IN ("4") IF CurrentUser.HOME = "flat"',
  );
});

test("judges a filter by the item that the request is about", async () => {
  await expectJudged(
    { userId: flat, placement: "similar", itemId: beagle, filter: "sameBreed" },
    ["--user", flat, "--placement", "similar", "--related-to", beagle, "--filter", "sameBreed"],
    "INCLUDE ItemID WHERE Items.ANIMAL_BREED IN CurrentItem.ANIMAL_BREED",
  );
});

test("knows a visitor by the session before the sign-in, and not after it", async () => {
  const at = ["--placement", "home", "--session"];
  const known = await ask(...at, "before sign-in");
  expect(known.sentence).toContain("before sign-in at home");
  expect(namesOf(known)).toEqual(["events-after-training"]);
  expect(namesOf(await ask(...at, "another session"))).toEqual(["visitor-unknown"]);

  const after = await ask(...at, "before sign-in", "--user", "signed-in");
  expect(after.sentence).toContain("signed-in at home");
  expect(namesOf(after)).toEqual(["visitor-unknown"]);
  expect(after.causes[0]?.text).toContain("which have only the session before sign-in, are not counted");
});
