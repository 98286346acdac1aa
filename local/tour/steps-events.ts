import { gunzipSync } from "node:zlib";
import { bytesOf, readEventTypes, readScores, textOf } from "./data";
import { recommend } from "./functions";
import { describeList, findRelated, nameItem, nounFor } from "./items";
import { failUnless, type Journey, type Step, waitFor } from "./journey";

/** Puts events of a session on the stream, one record each. They begin with the given items and repeat them. */
async function look(journey: Journey, sessionId: string, itemIds: readonly string[], count: number, key = sessionId) {
  const [eventType] = await readEventTypes(journey);
  for (let i = 0; i < count; i++) {
    const item = nameItem(journey, itemIds[i % itemIds.length] ?? "");
    await put(journey, key, JSON.stringify({ sessionId, eventType, ...item }));
  }
}

const put = ({ aws, outputs }: Journey, PartitionKey: string, data: string) =>
  aws.call("kinesis", "PutRecord", { StreamName: outputs.eventStreamName, PartitionKey, Data: Buffer.from(data) });

/** Waits until the visitor's events have reached the model. */
async function waitForEvents(
  journey: Journey,
  userId: string,
  before: Awaited<ReturnType<typeof readScores>>,
  failure: string,
): Promise<void> {
  await waitFor(async () => {
    const now = await readScores(journey, userId);
    return [...now].some(([item, score]) => before.has(item) && before.get(item) !== score) ? true : undefined;
  }, failure);
}

export const streaming: Step = {
  title: "Twelve events change the next recommendations",
  async run(journey) {
    const { session, print } = journey;
    const before = await recommend(journey, { sessionId: session, limit: 10 });
    const untouched = await readScores(journey, session);
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
    const after = await recommend(journey, { sessionId: session, limit: 10 });
    print(`Session ${session} looked at twelve ${nounFor(journey, itemIds[0] ?? "")}: ${inCommon}.`);
    const fresh = after.filter((id) => !before.includes(id)).length;
    print(`${milliseconds} ms after the first record, ${fresh} of its ten recommendations are new:`);
    for (const line of describeList(journey, after, 5)) print(line);
  },
};

export const quarantine: Step = {
  title: "A malformed record goes to the quarantine, the records after it arrive",
  async run(journey) {
    const { outputs, print } = journey;
    const malformed = '{"sessionId": "s-broken", "eventType": ';
    const nextSession = `${journey.session}-next`;
    const untouched = await readScores(journey, nextSession);
    const { SequenceNumber = "" } = await put(journey, "same-shard", malformed);
    const { itemIds } = findRelated(journey, [...untouched.keys()]);
    await look(journey, nextSession, itemIds, 3, "same-shard");
    const found = await waitFor(
      () => findQuarantined(journey, SequenceNumber),
      "the malformed record did not reach the quarantine",
    );
    print(`Put on the stream: ${malformed}`);
    print(`Reason: ${found.reason}`);
    print(`It is in s3://${outputs.quarantineBucketName}.`);
    await waitForEvents(journey, nextSession, untouched, "the valid records after the malformed one did not arrive");
    print("The three valid records after it on the same shard arrived.");
  },
};

async function findQuarantined({ aws, outputs }: Journey, sequenceNumber: string) {
  const Bucket = outputs.quarantineBucketName;
  const { Contents } = await aws.call("s3", "ListObjectsV2", { Bucket });
  const Key = Contents?.find((object) => object.Key?.includes(sequenceNumber))?.Key;
  if (Key === undefined) return undefined;
  const { Body } = await aws.call("s3", "GetObject", { Bucket, Key });
  const { reason } = JSON.parse(await textOf(Body)) as { reason: string };
  return { key: Key, reason };
}

export const archive: Step = {
  title: "The archive keeps every record",
  async run(journey) {
    const { account, aws, outputs, print } = journey;
    const Bucket = outputs.archiveBucketName;
    const Key = await waitFor(
      async () => {
        const { Contents } = await aws.call("s3", "ListObjectsV2", { Bucket });
        return Contents?.find(({ Key: key }) => /year=\d{4}\/month=\d\d\/day=\d\d\/hour=\d\d\//.test(key ?? ""))?.Key;
      },
      `${Bucket} has no object with a date in its name; the clock is at ${new Date(account.clock.now()).toISOString()}`,
    );
    const { Body } = await aws.call("s3", "GetObject", { Bucket, Key });
    const lines = gunzipSync(await bytesOf(Body))
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "");
    print(`s3://${Bucket}: its first object has ${lines.length} records.`);
    failUnless(lines.length > 0, "the archive's object is empty");
  },
};
