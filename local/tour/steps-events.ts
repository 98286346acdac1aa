import { gunzipSync } from "node:zlib";
import { bytesOf, partsOf, scores, textOf } from "./data";
import { listInWords, recommend } from "./functions";
import { eventually, holds, type Journey, type Step } from "./journey";

const event = (sessionId: string, group: string, i: number) => ({
  sessionId,
  eventType: "DetailView",
  animal_id: `pet-${100 + i}`,
  animalMetadata: partsOf(group),
});

/** Pets of one breed: the one of the group that the model thinks least likely, so that only the events can explain it. */
function unlikelyBreed(likeliestFirst: readonly string[], count: number): { breed: string; groups: string[] } {
  const breedOf = (group: string) => partsOf(group).animal_primary_breed_id;
  const breed = breedOf(likeliestFirst.at(-1) ?? "");
  const own = likeliestFirst.filter((group) => breedOf(group) === breed);
  return { breed, groups: Array.from({ length: count }, (_, i) => own[i % own.length] ?? "") };
}

const put = ({ aws, outputs }: Journey, PartitionKey: string, data: string) =>
  aws.call("kinesis", "PutRecord", { StreamName: outputs.eventStreamName, PartitionKey, Data: Buffer.from(data) });

/** Waits until the visitor's events have reached the model. */
async function eventsArrive(
  journey: Journey,
  userId: string,
  before: Awaited<ReturnType<typeof scores>>,
  otherwise: string,
): Promise<void> {
  await eventually(async () => {
    const now = await scores(journey, userId);
    return [...now].some(([item, score]) => before.has(item) && before.get(item) !== score) ? true : undefined;
  }, otherwise);
}

export const streaming: Step = {
  title: "Twelve events change the next recommendations",
  async run(journey) {
    const { session, say } = journey;
    const before = await recommend(journey, { sessionId: session, limit: 10 });
    const untouched = await scores(journey, session);
    const started = performance.now();
    const { breed, groups } = unlikelyBreed([...untouched.keys()], 12);
    for (const [i, group] of groups.entries()) await put(journey, session, JSON.stringify(event(session, group, i)));
    await eventsArrive(
      journey,
      session,
      untouched,
      "the recommendations did not change after twelve events on the stream",
    );
    const milliseconds = Math.round(performance.now() - started);
    const after = await recommend(journey, { sessionId: session, limit: 10 });
    say(
      `Session ${session} looked at twelve pets of the breed ${breed.replaceAll("_", " ")}; ${milliseconds} ms after the first record its list is another:`,
    );
    for (const line of listInWords(after)) say(line);
    say(`${after.filter((id) => !before.includes(id)).length} of the ten are new.`);
  },
};

export const quarantine: Step = {
  title: "A malformed record is put aside, and what comes behind it arrives",
  async run(journey) {
    const { outputs, say } = journey;
    const malformed = '{"sessionId": "s-broken", "eventType": ';
    const behind = `${journey.session}-behind`;
    const untouched = await scores(journey, behind);
    const { SequenceNumber = "" } = await put(journey, "same-shard", malformed);
    const { groups } = unlikelyBreed([...untouched.keys()], 3);
    for (const [i, group] of groups.entries()) {
      await put(journey, "same-shard", JSON.stringify(event(behind, group, i)));
    }
    const found = await eventually(
      () => findQuarantined(journey, SequenceNumber),
      "the malformed record did not reach the quarantine",
    );
    say(`Put on the stream: ${malformed}`);
    say(`Found in s3://${outputs.quarantineBucketName}/${found.key}`);
    say(`Reason: ${found.reason}`);
    await eventsArrive(journey, behind, untouched, "the good records behind the malformed one did not arrive");
    say("The three good records behind it on the same shard arrived.");
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
    const { account, aws, outputs, say } = journey;
    const Bucket = outputs.archiveBucketName;
    const Key = await eventually(
      async () => {
        const { Contents } = await aws.call("s3", "ListObjectsV2", { Bucket });
        return Contents?.find(({ Key: key }) => /year=\d{4}\/month=\d\d\/day=\d\d\/hour=\d\d\//.test(key ?? ""))?.Key;
      },
      `no object with a date in its name appeared in ${Bucket}; the clock is at ${new Date(account.clock.now()).toISOString()}`,
    );
    const { Body } = await aws.call("s3", "GetObject", { Bucket, Key });
    const lines = gunzipSync(await bytesOf(Body))
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "");
    say(`s3://${Bucket}/${Key}: ${lines.length} records, one per line, compressed.`);
    holds(lines.length > 0, "the archive's object is empty");
  },
};
