// The commands for bad days on a deployed stack. Each test has its own visitors.
import { expect, test } from "vitest";
import { eventually } from "../../local/tests/support/eventually.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { useStack } from "../support/use-stack.mts";

const minute = 60_000;

// A batch is given up after its first failure; the archive is written after a minute of the
// account's time.
const deployed = await useStack({ maximumRetryAttempts: "0", archiveBufferSeconds: "60" });
const { s3, eventsOf, isDelivered, listKeys, readText } = deployed;

const beagle = { animal_species_id: "2", animal_primary_breed_id: "Beagle", animal_size_id: "2", animal_age_id: "3" };
const view = (sessionId: string, more: object = {}) => ({
  sessionId,
  eventType: "DetailView",
  animalMetadata: beagle,
  ...more,
});

/** Puts an event on the stream and returns the id that the consumer gives it when it has none. */
const send = async (event: object | string) => (await deployed.put([event]))[0] ?? "";

const quarantined = async (part: string) =>
  (await listKeys(deployed.outputs.quarantineBucketName)).filter((key) => key.includes(part));

/** Waits until a key of the quarantine bucket contains `part`. */
const isQuarantined = (part: string) =>
  eventually(async () => (await quarantined(part))[0], `nothing in the quarantine bucket has ${part} in its key`);

/** Runs a command with `--json`. */
async function run(name: string, ...args: string[]) {
  const { code, out, err } = await deployed.command(name, "--json", ...args);
  return { code, report: out === "" ? undefined : JSON.parse(out), err };
}

/** The event ids of the PutEvents requests that had one of a session, each once. */
function putEventIds(sessionId: string): string[] {
  const inputs = deployed.account.log
    .entries()
    .filter(({ operation }) => operation === "PutEvents")
    .map(({ input }) => input as { sessionId: string; eventList: { eventId: string }[] });
  const events = inputs.filter((input) => input.sessionId === sessionId).flatMap(({ eventList }) => eventList);
  return [...new Set(events.map(({ eventId }) => eventId))];
}

test("`replay` sends a quarantined event with its first id when the consumer accepts it, and never again", async () => {
  // So far ahead that the account's clock, which runs on, does not reach it before the consumer has
  // looked.
  const time = new Date(deployed.account.clock.now() + 180 * minute).toISOString();
  const id = await send(view("s-early", { timestamp: time }));
  const [, sequenceNumber = ""] = id.split(":");
  const key = await isQuarantined(sequenceNumber);
  await deployed.account.clock.advance(180 * minute);

  const dry = await run("replay", "--source", "quarantine", "--dry-run");
  expect(dry).toMatchObject({ code: 0, report: { sent: 1, refused: {} } });
  expect(await quarantined(sequenceNumber)).toEqual([key]);

  expect(await run("replay", "--source", "quarantine", "--yes")).toMatchObject({
    code: 0,
    report: { sent: 1, objects: 1 },
  });
  expect(await isDelivered("s-early")).toMatchObject([
    { itemId: "2-Beagle-2-3", time: Math.floor(Date.parse(time) / 1000) * 1000 },
  ]);
  expect(putEventIds("s-early")).toEqual([id]);
  expect(await quarantined(sequenceNumber)).toEqual([`replayed/${key}`]);
  expect(await run("replay", "--source", "quarantine", "--yes")).toMatchObject({
    code: 0,
    report: { sent: 0, objects: 0 },
  });
});

test("`replay` reads only records of its range: from inclusive, to exclusive", async () => {
  const [, sequenceNumber = ""] = (await send("not an event")).split(":");
  const Key = await isQuarantined(sequenceNumber);
  const { arrivedAt } = JSON.parse(await readText(deployed.outputs.quarantineBucketName, Key));
  const source = ["--source", "quarantine", "--dry-run"];
  expect((await run("replay", ...source, "--from", arrivedAt)).report.objects).toBe(1);
  expect((await run("replay", ...source, "--to", arrivedAt)).report.objects).toBe(0);
  await s3.deleteObject({ Bucket: deployed.outputs.quarantineBucketName, Key });
});

test("`replay` sends the batches that were given up, each event with its first id", async () => {
  const { faults } = deployed.account;
  const outage = { service: "personalize-events", operation: "PutEvents", code: "ServiceUnavailable" } as const;
  faults.inject({ ...outage, message: "down", status: 503, times: 1000 });
  const id = await send(view("s-outage"));
  const key = await isQuarantined("aws/lambda/");
  faults.clear();

  expect(await run("replay", "--source", "failed", "--yes")).toMatchObject({ code: 0, report: { sent: 1 } });
  await isDelivered("s-outage");
  expect(putEventIds("s-outage")).toEqual([id]);
  expect(await quarantined("aws/lambda/")).toEqual([`replayed/${key}`]);
});

test("`replay` sends updates of items too", async () => {
  const itemId = "2-Beagle-2-3";
  const itemOf = () => deployed.findItem(itemId);
  const timestamp = new Date(deployed.account.clock.now() + 180 * minute).toISOString();
  const [, sequenceNumber = ""] = (await send({ itemUpdate: { itemId, available: false }, timestamp })).split(":");
  await isQuarantined(sequenceNumber);
  await deployed.account.clock.advance(180 * minute);
  expect(itemOf().STATUS).not.toBe("unavailable");
  expect(await run("replay", "--source", "quarantine", "--yes")).toMatchObject({ code: 0, report: { sent: 1 } });
  await eventually(() => itemOf().STATUS === "unavailable" || undefined, "the item is still available");
});

test("`replay` sends a range of the archive once, without the copies of replays", async () => {
  // So that no object of the range has records of other tests.
  await deployed.account.clock.advance(5 * minute);
  const from = now();
  await send(view("s-archived", { eventId: "e-archived", timestamp: from }));
  await isArchived(from);
  const range = ["--source", "archive", "--from", from];

  const once = [...range, "--to", now()];
  expect(await run("replay", ...once, "--yes")).toMatchObject({ code: 0, report: { objects: 1, sent: 1, copies: 0 } });
  expect(await run("replay", ...once, "--yes")).toMatchObject({ code: 0, report: { objects: 0, sent: 0, copies: 0 } });
  await eventually(async () => (await isArchived(from))[1], "the replayed event was not archived");
  const later = [...range, "--to", now()];
  expect(await run("replay", ...later, "--yes")).toMatchObject({ code: 0, report: { objects: 1, sent: 0, copies: 1 } });
  expect(eventsOf("s-archived")).toHaveLength(1);
});

test("`rebuild` imports the seed and the archive, each interaction once", async () => {
  const before = now();
  const twice = view("s-rebuilt", { userId: "u-rebuilt", eventId: "e-rebuilt", timestamp: before });
  await send(twice);
  await send(twice);
  await send(view("s-anonymous", { timestamp: before }));
  await send({ itemUpdate: { itemId: "2-Beagle-2-3", available: true } });
  await isArchived(before);
  await deployed.account.clock.advance(5 * minute);

  const { code, report } = await run("rebuild", "--yes");
  expect(code).toBe(0);
  expect(report.status).toBe("ACTIVE");
  expect(report.updates).toBeGreaterThan(0);
  expect(Object.keys(report.refused).join()).not.toContain("itemUpdate");
  expect(report.rows).toBe(report.seedRows + report.archivedEvents - report.duplicates - report.untimed);
  const sources = eventsOf("u-rebuilt").map(({ source }) => source);
  expect(sources.sort()).toEqual(["imported", "streamed"]);
  expect(deployed.findUsers("s-anonymous")).toHaveLength(1);
  // The file has visitors' data.
  expect(await listKeys(deployed.outputs.dataBucketName, "rebuild/")).toEqual([]);
});

test("`forget` removes the visitor from the copy of the imported file, and says with exit code 1 that the file has the rows", async () => {
  const [first, second] = deployed.findUsers();
  const { id = "", events = 0 } = first ?? {};
  const seed = { Bucket: deployed.outputs.dataBucketName, Key: "seed/interactions/interactions.csv" };
  const readSeed = () => readText(seed.Bucket, seed.Key);
  const before = (await readSeed()).split("\n");

  const { code, report } = await run("forget", "--yes", "--user", id);
  expect({ code, rows: report.erased.interactions.records, deleted: report.personalize.numDeleted }).toEqual({
    code: 1,
    rows: events,
    deleted: events,
  });
  expect((await readSeed()).split("\n")).toEqual(before.filter((line) => !line.startsWith(`${id},`)));
  const { Versions = [] } = await s3.listObjectVersions({ Bucket: seed.Bucket, Prefix: seed.Key });
  expect(Versions).toHaveLength(1);
  expect(await run("forget", "--yes", "--user", id)).toMatchObject({ code: 0, report: { files: [] } });

  const { out } = await deployed.command("forget", "--yes", "--user", second?.id ?? "");
  expect(out).toContain(`interactions ${second?.events} records`);
  expect(out).toContain("Left: the visitor's rows in the file of interactionsFile, which");
  expect(out).toContain("stream       records until retentionHours have passed");

  const { code: unknown, report: nothing } = await run("forget", "--yes", "--user", "u-unknown");
  expect([unknown, nothing.erased]).toEqual([0, {}]);
});

test("`forget` is refused while a retraining runs", async () => {
  const executionArn = await deployed.startMachine({ force: true });
  deployed.account.clock.setSpeed(1);
  const { code, err } = await run("forget", "--yes", "--user", "u-unknown");
  deployed.account.clock.setSpeed(hurriedSpeed);
  expect(code).toBe(1);
  expect(err).toContain(`${executionArn} is running.`);
  await deployed.sfn.stopExecution({ executionArn });
});

const now = () => new Date(deployed.account.clock.now()).toISOString();

/** Waits for objects of the archive that were written since, and returns their keys. */
async function isArchived(since: string): Promise<string[]> {
  return eventually(async () => {
    const { Contents = [] } = await s3.listObjectsV2({ Bucket: deployed.outputs.archiveBucketName });
    const found = Contents.filter(({ LastModified }) => Number(LastModified) + 1000 > Date.parse(since));
    return found.length > 0 ? found.map(({ Key = "" }) => Key) : undefined;
  }, "nothing was archived");
}
