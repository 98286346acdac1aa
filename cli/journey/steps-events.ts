import { prefixes } from "../../names/layout";
import { listHours } from "../archive/objects";
import { listArchive, readArchive } from "../archive/read-archive";
import type { StackReader } from "../stack/stack";
import { toContext } from "./context";
import { listContextColumns, readScores } from "./data";
import { chooseNoun, describeList, findRelated, nameItem } from "./items";
import type { Journey, Step } from "./journey";
import { rankItems, recommend } from "./recommend";

/**
 * Puts events of a session on the stream, one record each. They begin with the given items and
 * repeat them.
 */
async function look(journey: Journey, sessionId: string, itemIds: readonly string[], count: number, key = sessionId) {
  const [eventType] = journey.stack.eventTypes;
  const context = await findContext(journey);
  for (let i = 0; i < count; i++) {
    const item = nameItem(journey, itemIds[i % itemIds.length] ?? "");
    await put(journey, key, JSON.stringify({ sessionId, eventType, ...item, context }));
  }
}

const findContext = async ({ stack, data }: Journey) =>
  toContext(await data.findContext(), await listContextColumns(stack));

const put = ({ stack }: Journey, PartitionKey: string, data: string) =>
  stack.call("kinesis", "PutRecord", { StreamName: stack.streamName, PartitionKey, Data: Buffer.from(data) });

async function waitForEvents(
  journey: Journey,
  userId: string,
  before: Awaited<ReturnType<typeof readScores>>,
  failure: string,
): Promise<void> {
  await journey.waitFor(
    "events",
    async () => {
      const now = await readScores(journey.stack, userId);
      return [...now].some(([item, score]) => before.has(item) && before.get(item) !== score) ? true : undefined;
    },
    failure,
  );
}

export const streaming: Step = {
  title: "Twelve events change the next recommendations",
  async run(journey) {
    const { session, print } = journey;
    const context = await findContext(journey);
    const request = { sessionId: session, limit: 10, context };
    const before = await recommend(journey, request);
    const untouched = await readScores(journey.stack, session);
    const started = performance.now();
    // Those with the lowest score, so that only the events can explain that they are recommended.
    const { itemIds, inCommon } = findRelated(journey, [...untouched.keys()]);
    await look(journey, session, itemIds, 12);
    await waitForEvents(
      journey,
      session,
      untouched,
      "the recommendations did not change after twelve events on the stream",
    );
    const milliseconds = Math.round(performance.now() - started);
    const after = await recommend(journey, request);
    print(`The invented session ${session} looked at twelve ${chooseNoun(journey, itemIds[0] ?? "")}:`);
    print(`  ${inCommon}.`);
    if (context) print(`Its events and requests have the context ${JSON.stringify(context)}.`);
    const fresh = after.filter((id) => !before.includes(id)).length;
    print(`${milliseconds} ms after the first record, ${fresh} of its ten recommendations are new:`);
    for (const line of describeList(journey, after, 5)) print(line);
  },
};

/** Sends a malformed record and valid ones after it; returns the quarantined object. */
export async function sendMalformed(journey: Journey) {
  const { stack, print } = journey;
  const malformed = '{"sessionId": "s-broken", "eventType": ';
  const nextSession = `${journey.session}-next`;
  // Asleep, nothing has scores.
  const untouched = stack.asleepSince ? undefined : await readScores(stack, nextSession);
  const { SequenceNumber = "" } = await put(journey, "same-shard", malformed);
  const { itemIds } = findRelated(journey, await rankItems(journey, nextSession));
  await look(journey, nextSession, itemIds, 3, "same-shard");
  const found = await journey.waitFor(
    "events",
    () => findQuarantined(journey, SequenceNumber),
    "the malformed record did not reach the quarantine",
  );
  print(`Put on the stream: ${malformed}`);
  print(`Reason: ${found.reason}`);
  print(`It is in s3://${stack.quarantineBucket}.`);
  if (!untouched) return found;
  await waitForEvents(journey, nextSession, untouched, "the valid records after the malformed one did not arrive");
  print("The three valid records after it on the same shard arrived.");
  return found;
}

async function findQuarantined({ stack }: Journey, sequenceNumber: string) {
  const Bucket = stack.quarantineBucket;
  for await (const { key: Key } of listHours(stack, Bucket, prefixes.quarantine, { from: startOf(stack) })) {
    if (!Key.includes(sequenceNumber)) continue;
    const { Body, VersionId } = await stack.call("s3", "GetObject", { Bucket, Key });
    const { reason } = JSON.parse((await Body?.transformToString()) ?? "") as { reason: string };
    return { Key, VersionId, reason };
  }
  return undefined;
}

/**
 * The records of the first object of the archive that are as wanted, since the first step began.
 */
export async function findArchived(
  { stack }: Journey,
  wanted: (lines: readonly string[]) => boolean,
): Promise<string[] | undefined> {
  const objects = listArchive(stack, { from: startOf(stack) });
  // What cannot be read was not written by this run: its objects are whole.
  for await (const { records } of readArchive(stack, objects, [])) {
    const lines = Array.from(records, ({ bytes }) => bytes.toString("utf8"));
    if (wanted(lines)) return lines;
  }
  return undefined;
}

/** The hour before the first step: the clocks of this machine and of the service may differ. */
const startOf = ({ now }: StackReader): Date => new Date(now.getTime() - 3_600_000);
