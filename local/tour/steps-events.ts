import { gunzipSync } from "node:zlib";
import { listInWords, recommend } from "./functions";
import { eventually, holds, type Journey, type Step } from "./journey";

/** One visitor's taste in twelve events: large dogs of three breeds. */
const breeds = ["Great_Dane", "Saint_Bernard", "Mastiff"];
const event = (sessionId: string, i: number) => ({
  sessionId,
  eventType: "DetailView",
  animal_id: `pet-${100 + i}`,
  animalMetadata: {
    animal_species_id: "2",
    animal_primary_breed_id: breeds[i % breeds.length],
    animal_size_id: String(3 + (i % 3)),
    animal_age_id: String(1 + (i % 4)),
  },
});

const put = ({ aws, outputs }: Journey, PartitionKey: string, data: string) =>
  aws.call("kinesis", "PutRecord", { StreamName: outputs.eventStreamName, PartitionKey, Data: Buffer.from(data) });

/**
 * What the model thinks of the pets for a visitor, by pet. Lists vary a little by themselves, because the campaign
 * explores; a pet's score changes only when the visitor's events arrive.
 */
async function scores({ aws, outputs }: Journey, userId: string): Promise<Map<string | undefined, number | undefined>> {
  const campaignArn = outputs.campaignArns.recommendation;
  const input = { campaignArn, userId, numResults: 500 };
  const { itemList = [] } = await aws.call("personalize-runtime", "GetRecommendations", input);
  return new Map(itemList.map(({ itemId, score }) => [itemId, score]));
}

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
    for (let i = 0; i < 12; i++) await put(journey, session, JSON.stringify(event(session, i)));
    await eventsArrive(
      journey,
      session,
      untouched,
      "the recommendations did not change after twelve events on the stream",
    );
    const milliseconds = Math.round(performance.now() - started);
    const after = await recommend(journey, { sessionId: session, limit: 10 });
    say(
      `Session ${session} looked at twelve large dogs; ${milliseconds} ms after the first record its list is another:`,
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
    for (let i = 0; i < 3; i++) await put(journey, "same-shard", JSON.stringify(event(behind, i)));
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

/** The SDK hands a body over as a stream that knows how to become bytes. */
async function bytesOf(body: unknown): Promise<Uint8Array> {
  return (body as { transformToByteArray(): Promise<Uint8Array> }).transformToByteArray();
}
export const textOf = async (body: unknown) => Buffer.from(await bytesOf(body)).toString("utf8");

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
