// An account that answers the command's calls as AWS would in a world.
import { Readable } from "node:stream";
import type { Calls } from "../../../../cli/stack/aws.ts";
import type { StackReader } from "../../../../cli/stack/stack.ts";
import { hasParameter, writeFilter } from "./filters.mts";
import { answer, longestListOf } from "./service.mts";
import { groupByHour, listArrived, listStored, type Stored } from "./stored.mts";
import { now, type World } from "./world.mts";

const error = (name: string, message = "no") => Object.assign(new Error(message), { name });
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

/** The answers to the command's calls, by operation. */
function createAnswers(world: World, stored: readonly Stored[]): Answers {
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
  return {
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
      if (numResults > longestListOf(world)) throw error("InvalidInputException");
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
}

/** The stack of a world. */
export async function openWorld(world: World): Promise<StackReader> {
  const answers = createAnswers(world, await listStored(world));
  const call = async (_service: string, operation: string, input: object) => {
    const work = answers[operation];
    if (!work) throw new Error(`The world has no answer to ${operation}.`);
    return work(input as never);
  };
  return {
    stack: "prod",
    project: "recommender",
    streamName: "events",
    eventTypes: ["view", "Buy"],
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
