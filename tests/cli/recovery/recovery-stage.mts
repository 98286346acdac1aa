import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { SFN } from "@aws-sdk/client-sfn";
import { SSM } from "@aws-sdk/client-ssm";
import { afterAll, vi } from "vitest";
import { toHourFolder } from "../../../cli/archive/objects.ts";
import { allowService, startStage } from "../../../local/tests/personalize/stage.mts";
import { sdk } from "../../../local/tests/support/aws.ts";
import { createRole } from "../../../local/tests/support/roles.ts";
import { listParameters, schemaKey, seedKey } from "../../../names/layout.ts";
import { useAccount } from "../../support/use-account.mts";
import { deleteVersions, readVersions } from "../../support/versions.ts";

const place = { account: "000000000000", region: "eu-west-1" };
const minute = 60_000;
const buckets = { archive: "archive", quarantine: "quarantine", data: "pet-data" } as const;
export type Place = Exclude<keyof typeof buckets, "data">;

export const stack = "small";
const header = "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE,RECOMMENDATION_ID,IMPRESSION";
const toRow = (user: string, n: number) => `${user},i-1,${1_767_000_000 + n},DetailView,,,`;
/** An import needs 1,000 rows (Personalize's quotas). */
const others = Array.from({ length: 1_000 }, (_, n) => toRow(`other-${n % 50}`, n));

/**
 * The text of an imported file with a row of each of these users, and with enough rows of others.
 */
export const toSeed = (users: readonly string[], lineEnd = "\n") =>
  [header, ...users.map(toRow), ...others, ""].join(lineEnd);

/**
 * All that the commands for bad days use of a stack, in an account of this process, without its
 * functions.
 */
export async function openRecoveryStage(seedFile: string) {
  const stage = await startStage();
  const { account, s3, personalize, events, roleArn } = stage;
  const clients = {
    cloudwatch: new CloudWatch(sdk(account)),
    kinesis: new Kinesis(sdk(account)),
    sfn: new SFN(sdk(account)),
    ssm: new SSM(sdk(account)),
  };
  for (const Bucket of Object.values(buckets)) {
    if (Bucket !== stage.bucket) await s3.createBucket({ Bucket });
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
  }
  await allowService(s3, buckets.data);
  const schemas = ["interactions", "items"] as const;
  const read = (name: string) => readFileSync(join(import.meta.dirname, `../../../seed/${name}.schema.json`), "utf8");
  for (const name of schemas) await stage.put(schemaKey(name), read(name));
  await stage.put(seedKey("interactions"), seedFile);
  const groupArn = await stage.group();
  const dataset = await stage.dataset(groupArn, "Interactions", JSON.parse(read("interactions")).fields);
  const dataLocation = `s3://${buckets.data}/${seedKey("interactions")}`;
  const { datasetImportJobArn } = await personalize.createDatasetImportJob({
    jobName: "seed",
    datasetArn: dataset,
    dataSource: { dataLocation },
    roleArn,
  });
  await account.clock.advance(5 * minute);
  const { datasetImportJob: job } = await personalize.describeDatasetImportJob({ datasetImportJobArn });
  if (job?.status !== "ACTIVE") throw new Error(`The import is ${job?.status}: ${job?.failureReason}`);
  const { trackingId } = await stage.tracker(groupArn);

  await clients.kinesis.createStream({ StreamName: "events", ShardCount: 1 });
  await account.clock.advance(minute);
  const definition = JSON.stringify({ QueryLanguage: "JSONata", StartAt: "End", States: { End: { Type: "Succeed" } } });
  const machineRole = await createRole(account, "machine", "states.amazonaws.com");
  const { stateMachineArn = "" } = await clients.sfn.createStateMachine({
    name: "retraining",
    definition,
    roleArn: machineRole,
  });
  const paths = listParameters(stack);
  const values = {
    [paths.streamName]: "events",
    [paths.eventTypes]: '["DetailView"]',
    [paths.archiveBucketName]: buckets.archive,
    [paths.quarantineBucketName]: buckets.quarantine,
    [paths.seedBucketName]: buckets.data,
    [paths.datasetGroup]: groupArn,
    [paths.importRole]: roleArn,
    [paths.eventTrackerId]: trackingId,
    [paths.retrainingStateMachine]: stateMachineArn,
    [paths.notificationTopic]: "arn:topic",
    [paths.functionName("recommendation")]: "function",
    [paths.campaign("recommendation")]: "arn:campaign",
    [paths.solutionVersion("recommendation")]: "arn:version",
  };
  const Tags = [{ Key: "Project", Value: "recommender" }];
  for (const [Name, Value] of Object.entries(values)) {
    await clients.ssm.putParameter({ Name, Value, Type: "String", Tags });
  }
  useAccount(account);

  /**
   * All versions of all objects of a bucket, unpacked, by key and in the order of their writing.
   */
  const readAll = async (place: keyof typeof buckets) => {
    const all = Object.entries(await readVersions(s3, buckets[place]));
    return Object.fromEntries(all.filter(([key]) => !key.endsWith(filler)));
  };
  const write = (place: keyof typeof buckets, Key: string, text: string) =>
    s3.putObject({ Bucket: buckets[place], Key, Body: Key.endsWith(".gz") ? gzipSync(text) : text });
  return {
    account,
    personalize,
    s3,
    clients,
    groupArn,
    dataset,
    readAll,
    /** While a command waits, minutes pass in the account. */
    options: { pause: () => account.clock.advance(5 * minute) },
    /** Writes a file of one of the buckets, packed when its name says so. */
    write,
    /**
     * Makes the stream and the archive agree, which have no Firehose between them here: as many
     * records arrive as the archive has lines of this hour, and other hours get lines of somebody.
     */
    async agree() {
      const left = await countArrived(clients.cloudwatch);
      const { Contents = [] } = await s3.listObjectsV2({ Bucket: buckets.archive, Prefix: "events/" });
      for (const { Key = "" } of Contents) {
        const { Body, Metadata } = await s3.getObject({ Bucket: buckets.archive, Key });
        const [, time = ""] = /-(\d{4}(?:-\d\d){3})-[^/]*$/.exec(Key) ?? [];
        const lines = unzip((await Body?.transformToByteArray()) ?? new Uint8Array()).split("\n");
        const records = lines.filter((line) => line.trim() !== "").length + Number(Metadata?.["erased-records"] ?? 0);
        left.set(time, (left.get(time) ?? 0) - records);
      }
      for (const [time, count] of left) {
        const date = time.slice(0, 10);
        const hour = time.slice(11);
        const filled = `${JSON.stringify({ sessionId: "any" })}\n`.repeat(Math.max(0, count));
        if (count > 0) await write("archive", archiveKey(Date.parse(`${date}T${hour}:00:00Z`), filler), filled);
        for (let missing = -count; missing > 0; missing -= 500) {
          const Records = Array.from({ length: Math.min(500, missing) }, () => ({
            PartitionKey: "p",
            Data: Buffer.from("{}"),
          }));
          await clients.kinesis.putRecords({ StreamName: "events", Records });
        }
        // The records of the minute that has begun are not compared yet.
        if (count !== 0) await account.clock.advance(minute);
      }
    },
    /** Delivers an event as the consumer does. */
    deliver: (sessionId: string, userId: string | undefined, eventId: string) =>
      events.putEvents({
        trackingId,
        sessionId,
        userId,
        eventList: [{ eventType: "DetailView", itemId: "i-1", eventId, sentAt: new Date(account.clock.now()) }],
      }),
    /** Deletes all versions of the objects of a bucket whose keys begin with `prefix`. */
    empty: (place: keyof typeof buckets, prefix = "") => deleteVersions(s3, buckets[place], prefix),
    /** The texts of the records that are on the stream. */
    async readStream(): Promise<string[]> {
      const { ShardIterator } = await clients.kinesis.getShardIterator({
        StreamName: "events",
        ShardId: "shardId-000000000000",
        ShardIteratorType: "TRIM_HORIZON",
      });
      const { Records = [] } = await clients.kinesis.getRecords({ ShardIterator });
      return Records.map(({ Data }) => Buffer.from(Data ?? []).toString("utf8"));
    },
    /** The number of a visitor's events in Personalize. */
    countEvents: (id: string) => account.personalize.inspection.events(place, groupArn, id, 1_000).length,
    close() {
      vi.unstubAllEnvs();
      return account.close();
    },
  };
}
export type RecoveryStage = Awaited<ReturnType<typeof openRecoveryStage>>;

/** Such a stage for the tests of a file. */
export async function useRecoveryStage(): Promise<RecoveryStage> {
  const stage = await openRecoveryStage(toSeed([]));
  afterAll(stage.close);
  return stage;
}

/** The end of the key of an object that stands for records of others. */
const filler = "-filler.gz";

/** Unpacks what is packed. */
function unzip(bytes: Uint8Array): string {
  try {
    return gunzipSync(bytes).toString("utf8");
  } catch {
    return "";
  }
}

/** The records that arrived, by their hour. */
async function countArrived(cloudwatch: CloudWatch): Promise<Map<string, number>> {
  const Metric = {
    Namespace: "AWS/Kinesis",
    MetricName: "IncomingRecords",
    Dimensions: [{ Name: "StreamName", Value: "events" }],
  };
  const { MetricDataResults = [] } = await cloudwatch.getMetricData({
    StartTime: new Date(0),
    EndTime: new Date("2100-01-01"),
    MetricDataQueries: [{ Id: "m", MetricStat: { Metric, Period: 3_600, Stat: "Sum" } }],
  });
  const [{ Timestamps = [], Values = [] } = {}] = MetricDataResults;
  return new Map(Timestamps.map((time, i) => [time.toISOString().slice(0, 13).replace("T", "-"), Values[i] ?? 0]));
}

let objects = 0;
/** The key of an archive object that Firehose would write at a time. */
export function archiveKey(time: number, end = ".gz"): string {
  const id = String(++objects).padStart(12, "0");
  const name = new Date(time).toISOString().slice(0, 19).replace(/\D/g, "-");
  return `events/${toHourFolder(new Date(time))}archive-1-${name}-00000000-0000-0000-0000-${id}${end}`;
}

/** The key of an object of the quarantine. */
export const quarantineKey = (time: number): string =>
  `quarantine/${toHourFolder(new Date(time))}shardId-0-${++objects}.json`;

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** An object of the quarantine with one record. */
export const quarantined = (text: string, sequenceNumber: string, time: number) =>
  JSON.stringify({
    reason: "…",
    shardId: "shardId-0",
    sequenceNumber,
    arrivedAt: new Date(time).toISOString(),
    data: base64(text),
  });

/** A visit, with a time: `rebuild` leaves out what may have come from the stream. */
export const visit = (userId: string) =>
  JSON.stringify({
    eventType: "DetailView",
    itemId: "i-1",
    timestamp: "2026-01-01T00:00:00Z",
    userId,
    sessionId: `session of ${userId}`,
  });

/** A batch that was given up. */
export const failedBatch = (records: readonly { text: string; id: string }[], time: number) =>
  JSON.stringify({
    payload: {
      Records: records.map(({ text, id }) => ({
        eventID: `shardId-0:${id}`,
        kinesis: { data: base64(text), approximateArrivalTimestamp: time / 1000 },
      })),
    },
    version: "1.0",
  });
