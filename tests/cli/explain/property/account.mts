// An account that answers the command's calls as AWS would in a world.
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { toHourFolder } from "../../../../cli/archive/objects.ts";
import type { Calls } from "../../../../cli/stack/aws.ts";
import type { StackReader } from "../../../../cli/stack/stack.ts";
import { toRowKey } from "../../../../functions/ingestion/updates/changed-rows.ts";
import { linesKey, schemaKey, seedKey } from "../../../../names/layout.ts";
import { hasParameter, writeFilter } from "./filters.mts";
import { answer } from "./service.mts";
import { hour, now, visitor, type World, type WorldEvent } from "./world.mts";

interface Stored {
  readonly bucket: string;
  readonly key: string;
  readonly body: Buffer;
  readonly modified: Date;
  readonly isUnreadable?: boolean;
}

const error = (name: string, message = "no") => Object.assign(new Error(message), { name });
const minute = 60_000;

export const toRecord = ({ of, item, type, arrivedAt }: WorldEvent): string =>
  JSON.stringify({
    userId: of,
    sessionId: `session of ${of}`,
    eventType: type,
    itemId: item,
    timestamp: arrivedAt.getTime() / 1000,
  });
const toRefusedUpdate = (item: string) => JSON.stringify({ itemUpdate: { itemId: item, columns: { NO_SUCH: 1 } } });

const schema = (...names: readonly string[]) =>
  JSON.stringify({ fields: names.map((name) => ({ name, type: ["string", "null"] })) });
const toLines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const typesOf = { eventTypes: ["view", "Buy"] };

/** The objects of the stack's buckets. */
async function listStored(world: World): Promise<Stored[]> {
  const { born, items, user, item: asked } = world;
  const ofData = (key: string, text: string, modified = born, isUnreadable = false) => ({
    bucket: "data",
    key,
    body: Buffer.from(text),
    modified,
    isUnreadable,
  });
  const imported = items.filter(({ addedAt }) => addedAt === undefined);
  const rows = world.events
    .filter(({ fate }) => fate === "imported")
    .map(({ of, item, type }) => `${of},${item},${type},1760000000\n`);
  const changed = items
    .filter(({ addedAt }) => addedAt !== undefined)
    .map(async ({ id, columns, addedAt }) =>
      ofData(await toRowKey("items/", id), JSON.stringify({ id, columns }), addedAt, world.isRowUnreadable),
    );
  const records = listArrived(world);
  const refused = records
    .filter(({ event }) => event === undefined || event.fate === "refused")
    .map(({ text, arrivedAt }, index) => ({
      bucket: "quarantine",
      key: `quarantine/${toHourFolder(arrivedAt)}shardId-0-${index}.json`,
      body: Buffer.from(
        JSON.stringify({
          reason: "it is refused",
          shardId: "shardId-0",
          sequenceNumber: String(index),
          arrivedAt: arrivedAt.toISOString(),
          data: Buffer.from(text).toString("base64"),
        }),
      ),
      modified: arrivedAt,
      isUnreadable: world.isQuarantineUnreadable,
    }));
  return [
    ofData(schemaKey("interactions"), schema("USER_ID", "ITEM_ID", "EVENT_TYPE")),
    ofData(schemaKey("items"), schema("ITEM_ID", "KIND", "OTHER", "STATUS")),
    ofData(schemaKey("users"), schema("USER_ID", "KIND", "OTHER")),
    ofData(seedKey("interactions"), `USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP\n${rows.join("")}`),
    ofData(linesKey("items"), toLines(imported), born, world.isRowUnreadable && asked !== undefined),
    ofData(linesKey("users"), toLines([{ id: visitor, columns: user }]), born, world.isUserUnreadable),
    ...(await Promise.all(changed)),
    ...refused,
    ...writeBatches(world),
    ...writeArchive(world, records),
  ];
}

interface Arrived {
  readonly text: string;
  readonly arrivedAt: Date;
  /** Undefined for an update of the item. */
  readonly event?: WorldEvent;
}

/** What arrived on the stream. */
function listArrived({ events, item, refusedUpdateAt }: World): Arrived[] {
  const updates =
    item !== undefined && refusedUpdateAt ? [{ text: toRefusedUpdate(item), arrivedAt: refusedUpdateAt }] : [];
  const records = events.flatMap((event) =>
    event.fate === "imported" ? [] : { text: toRecord(event), arrivedAt: event.arrivedAt, event },
  );
  return [...records, ...updates].sort((one, other) => Number(one.arrivedAt) - Number(other.arrivedAt));
}

function groupByHour<T extends { readonly arrivedAt: Date }>(all: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const each of all) {
    const start = Math.floor(each.arrivedAt.getTime() / hour) * hour;
    groups.set(start, [...(groups.get(start) ?? []), each]);
  }
  return groups;
}

/** An object of each hour, whose records arrived within five minutes. */
function writeArchive(world: World, records: readonly Arrived[]): Stored[] {
  return Array.from(groupByHour(records).values()).flatMap((ofHour) => {
    const [first] = ofHour;
    const lost = first ? world.lostOfHour(first.arrivedAt) : "deleted";
    if (!first || lost === "deleted") return [];
    const time = first.arrivedAt.toISOString().slice(0, 19).replace(/\D/g, "-");
    return {
      bucket: "archive",
      key: `events/${toHourFolder(first.arrivedAt)}archive-1-${time}-00000000-0000-0000-0000-000000000000.gz`,
      body: gzipSync(ofHour.map(({ text }) => `${text}\n`).join("")).subarray(
        0,
        lost === "unreadable" ? 12 : undefined,
      ),
      modified: new Date(first.arrivedAt.getTime() + 10 * minute),
    };
  });
}

/** The batches that the mapping gave up. */
function writeBatches({ events, isQuarantineUnreadable }: World): Stored[] {
  const givenUp = events.filter(({ fate }) => fate === "given up");
  return Array.from(groupByHour(givenUp).values(), (batch, index) => ({
    bucket: "quarantine",
    key: `aws/lambda/mapping/shardId-0/2026/${index}`,
    body: Buffer.from(
      JSON.stringify({
        requestContext: {
          functionArn: "arn:aws:lambda:r:a:function:recommender-prod-ingest-events",
          condition: "RetryAttemptsExhausted",
        },
        KinesisBatchInfo: { batchSize: batch.length },
        payload: {
          Records: batch.map((event, number) => ({
            eventID: `shardId-0:${number}`,
            kinesis: {
              data: Buffer.from(toRecord(event)).toString("base64"),
              approximateArrivalTimestamp: event.arrivedAt.getTime() / 1000,
            },
          })),
        },
      }),
    ),
    modified: new Date(Number(batch.at(-1)?.arrivedAt) + 10 * minute),
    isUnreadable: isQuarantineUnreadable,
  }));
}

const recipes = {
  recommendation: "aws-user-personalization-v2",
  crowd: "aws-popularity-count",
  similar: "aws-similar-items",
  popular: "",
};
const filterNames = {
  chosen: "arn:filter/chosen",
  promoted: "arn:filter/promoted",
  availability: "arn:filter/availability",
};

function variablesOf(world: World): Record<string, string> {
  const columns = world.hasColumns ? { columns: ["KIND"] } : {};
  const promotion = world.promotion ? { promotion: { filter: "promoted", percent: world.promotion.percent } } : {};
  return {
    CAMPAIGN_ARN: "arn:campaign/main",
    FILTERS: JSON.stringify({ chosen: "chosen", promoted: "promoted" }),
    FILTER_ARN_PREFIX: "arn:filter/",
    FILTER_PARAMETERS: JSON.stringify(hasParameter(world.clauses) ? { chosen: ["KINDS"] } : {}),
    AVAILABILITY_FILTER: world.filter !== "chosen" && world.clauses.length > 0 ? "availability" : "",
    PLACEMENTS: JSON.stringify({
      recommendation: { campaign: "main", needsItem: false, ...columns, ...promotion },
      crowd: { campaign: "crowd", needsItem: false },
      similar: { campaign: "similar", needsItem: true },
      popular: { needsItem: false },
    }),
  };
}

function invoke(world: World): object {
  const given = answer(world);
  const reply =
    given.kind === "refused"
      ? { statusCode: 400, body: JSON.stringify({ message: "filter: is not one of this stack's filters" }) }
      : {
          statusCode: 200,
          headers: {
            "x-recommendation-source": given.source,
            ...(given.source === "fallback" ? { "x-recommendation-filter": "not-applied" } : {}),
          },
          body: JSON.stringify(given.items.map((id) => ({ id }))),
        };
  return { Payload: Buffer.from(JSON.stringify(reply)) };
}

function describeFilter(world: World, { filterArn }: { filterArn: string }): object {
  if (filterArn === filterNames.promoted) {
    return { filter: { filterExpression: writeFilter(world.promotion?.clauses ?? []) } };
  }
  if (world.isFilterGone) throw error("ResourceNotFoundException");
  return { filter: { filterExpression: writeFilter(world.clauses) } };
}

function countArrivals(world: World, { MetricDataQueries }: MetricRequest): object {
  const results = MetricDataQueries.map(({ Id, MetricStat: { Metric, Period } }) => {
    const counts = groupByHour(Metric.MetricName === "IncomingRecords" && Period === 3600 ? listArrived(world) : []);
    return {
      Id,
      Timestamps: [...counts.keys()].map((time) => new Date(time)),
      Values: [...counts.values()].map(({ length }) => length),
    };
  });
  return { MetricDataResults: results };
}
interface MetricRequest {
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly MetricStat: { readonly Metric: { readonly MetricName: string }; readonly Period: number };
  }[];
}

type Answers = Readonly<Record<string, (input: never) => unknown>>;

/** The stack of a world. */
export async function openWorld(world: World): Promise<StackReader> {
  const stored = await listStored(world);
  const find = ({ Bucket, Key }: { Bucket: string; Key: string }) => {
    const found = stored.find(({ bucket, key }) => bucket === Bucket && key === Key);
    if (!found) throw error("NoSuchKey");
    if (found.isUnreadable) throw error("InvalidObjectState");
    return found;
  };
  const list = ({ Bucket, Prefix }: { Bucket: string; Prefix: string }) =>
    stored
      .filter(({ bucket, key }) => bucket === Bucket && key.startsWith(Prefix))
      .sort((one, other) => (one.key < other.key ? -1 : 1));
  const answers: Answers = {
    GetFunctionConfiguration: () => ({ Environment: { Variables: variablesOf(world) } }),
    Invoke: () => invoke(world),
    ListEventSourceMappings: () => ({
      EventSourceMappings: [
        {
          State: world.consumer === "Disabled" ? "Disabled" : "Enabled",
          LastModified: world.haltedAt,
          LastProcessingResult: world.consumer === "PROBLEM" ? "PROBLEM: Function call failed" : "OK",
        },
      ],
    }),
    GetRecommendations: ({ numResults }: { numResults: number }) => {
      if (world.campaign !== "answers") throw error("ThrottlingException", "Rate exceeded");
      if (world.hasColumns && world.placement === "recommendation" && numResults > 50)
        throw error("InvalidInputException");
      return { itemList: world.ranking.slice(0, numResults).map((itemId) => ({ itemId })) };
    },
    DescribeCampaign: () => ({ campaign: { solutionVersionArn: "arn:version" } }),
    DescribeSolutionVersion: () => ({
      solutionVersion: { creationDateTime: world.trainedAt, recipeArn: `arn:recipe/${recipes[world.placement]}` },
    }),
    DescribeFilter: (input: { filterArn: string }) => describeFilter(world, input),
    ListDatasets: () => ({ datasets: [{ creationDateTime: world.born }] }),
    ListObjectsV2: (input: { Bucket: string; Prefix: string; StartAfter?: string }) => ({
      Contents: list(input)
        .filter(({ key }) => key > (input.StartAfter ?? ""))
        .map(({ key, modified }) => ({ Key: key, LastModified: modified })),
    }),
    ListObjectVersions: (input: { Bucket: string; Prefix: string }) => ({
      Versions: list(input).map(({ key, modified }) => ({
        Key: key,
        VersionId: "1",
        LastModified: modified,
        IsLatest: true,
      })),
    }),
    GetObject: (input: { Bucket: string; Key: string }) => {
      const { body, modified } = find(input);
      return { Body: Readable.from([body]), ContentLength: body.length, LastModified: modified };
    },
    GetMetricData: (input: MetricRequest) => countArrivals(world, input),
  };
  const call = async (_service: string, operation: string, input: object) => {
    const work = answers[operation];
    if (!work) throw new Error(`The world has no answer to ${operation}.`);
    return work(input as never);
  };
  return {
    stack: "prod",
    project: "recommender",
    streamName: "events",
    ...typesOf,
    archiveBucket: "archive",
    quarantineBucket: "quarantine",
    dataBucket: "data",
    datasetGroupArn: "arn:group",
    importRoleArn: "arn:role",
    hasUsers: true,
    trackingId: "tracker",
    retrainingArn: "arn:retraining",
    asleepSince: undefined,
    topicArn: "arn:topic",
    models: [
      {
        name: "recommendation",
        functionName: "recommend",
        campaignArn: "arn:campaign/main",
        recordedVersion: undefined,
      },
    ],
    placements: {},
    account: "000000000000",
    region: "eu-west-1",
    call: call as unknown as Calls,
    now,
  };
}
