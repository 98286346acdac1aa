import { gunzipSync } from "node:zlib";
import { bytesOf, partsOf, readScores, textOf } from "./data";
import { describeList, recommend } from "./functions";
import { failUnless, type Journey, type Step, waitFor } from "./journey";

const createEvent = (sessionId: string, group: string, i: number) => ({
  sessionId,
  eventType: "DetailView",
  animal_id: `pet-${100 + i}`,
  animalMetadata: partsOf(group),
});

/** Pets of the breed with the lowest score, so that only the events can explain its recommendation. */
function findUnlikelyBreed(likeliestFirst: readonly string[], count: number): { breed: string; groups: string[] } {
  const breedOf = (group: string) => partsOf(group).animal_primary_breed_id;
  const breed = breedOf(likeliestFirst.at(-1) ?? "");
  const ofBreed = likeliestFirst.filter((group) => breedOf(group) === breed);
  return { breed, groups: Array.from({ length: count }, (_, i) => ofBreed[i % ofBreed.length] ?? "") };
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
    const { breed, groups } = findUnlikelyBreed([...untouched.keys()], 12);
    for (const [i, group] of groups.entries())
      await put(journey, session, JSON.stringify(createEvent(session, group, i)));
    await waitForEvents(
      journey,
      session,
      untouched,
      "the recommendations did not change after twelve events on the stream",
    );
    const milliseconds = Math.round(performance.now() - started);
    const after = await recommend(journey, { sessionId: session, limit: 10 });
    print(
      `Session ${session} looked at twelve pets of the breed ${breed.replaceAll("_", " ")}; ${milliseconds} ms after the first record its list has changed:`,
    );
    for (const line of describeList(after)) print(line);
    print(`${after.filter((id) => !before.includes(id)).length} of the ten are new.`);
  },
};

export const quarantine: Step = {
  title: "A malformed record goes to the quarantine, and the records after it arrive",
  async run(journey) {
    const { outputs, print } = journey;
    const malformed = '{"sessionId": "s-broken", "eventType": ';
    const nextSession = `${journey.session}-next`;
    const untouched = await readScores(journey, nextSession);
    const { SequenceNumber = "" } = await put(journey, "same-shard", malformed);
    const { groups } = findUnlikelyBreed([...untouched.keys()], 3);
    for (const [i, group] of groups.entries()) {
      await put(journey, "same-shard", JSON.stringify(createEvent(nextSession, group, i)));
    }
    const found = await waitFor(
      () => findQuarantined(journey, SequenceNumber),
      "the malformed record did not reach the quarantine",
    );
    print(`Put on the stream: ${malformed}`);
    print(`Found in s3://${outputs.quarantineBucketName}/${found.key}`);
    print(`Reason: ${found.reason}`);
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
    print(`s3://${Bucket}/${Key}: ${lines.length} records, one per line, compressed with gzip.`);
    failUnless(lines.length > 0, "the archive's object is empty");
  },
};
