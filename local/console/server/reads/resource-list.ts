import type { Scope } from "../../../account/aws/arn";
import { readAllPages } from "../../../account/aws/read-all-pages";
import type { ResourceGroup, ResourceItem, Stack } from "../../messages";
import type { Calls } from "../caller";
import type { Place } from "../selection";
import type { Views } from "../views";

/** Resources of no stack, or of another one. */
const others = "Other resources of the account";

type Named = readonly (readonly [name: string | undefined, arn: string | undefined])[];
type Lister = (view: Calls, scope: Scope) => Promise<Named>;

/**
 * Reads a listing with pages: the call for a token, the items of its answer, and the token of the
 * next page.
 */
const byPage =
  <P>(
    read: (view: Calls, token: string | undefined) => Promise<P>,
    itemsOf: (page: P) => Named,
    nextOf: (page: P) => string | undefined,
  ): Lister =>
  (view) =>
    readAllPages(async (token) => {
      const page = await read(view, token);
      return { items: itemsOf(page), next: nextOf(page) };
    });

const listers: Readonly<Record<string, Lister>> = {
  "Kinesis stream": byPage(
    (view, NextToken) => view("kinesis", "ListStreams", { NextToken }),
    (page) => (page.StreamSummaries ?? []).map(({ StreamName, StreamARN }) => [StreamName, StreamARN]),
    (page) => page.NextToken,
  ),
  "Lambda function": byPage(
    (view, Marker) => view("lambda", "ListFunctions", { Marker }),
    (page) => (page.Functions ?? []).map(({ FunctionName, FunctionArn }) => [FunctionName, FunctionArn]),
    (page) => page.NextMarker,
  ),
  "Event source mapping": byPage(
    (view, Marker) => view("lambda", "ListEventSourceMappings", { Marker }),
    (page) =>
      (page.EventSourceMappings ?? []).map(({ FunctionArn = "", UUID = "", EventSourceMappingArn }) => [
        `${FunctionArn.split(":")[6]} ${UUID.slice(0, 8)}`,
        EventSourceMappingArn,
      ]),
    (page) => page.NextMarker,
  ),
  "Delivery stream": async (view, { account, region }) => {
    // It has no token: the next page begins after the last name (API reference,
    // ListDeliveryStreams).
    const names = await readAllPages(async (ExclusiveStartDeliveryStreamName) => {
      const page = await view("firehose", "ListDeliveryStreams", { ExclusiveStartDeliveryStreamName });
      const { DeliveryStreamNames: items = [], HasMoreDeliveryStreams } = page;
      return { items, next: HasMoreDeliveryStreams ? items.at(-1) : undefined };
    });
    return names.map((name) => [name, `arn:aws:firehose:${region}:${account}:deliverystream/${name}`]);
  },
  Bucket: byPage(
    (view, ContinuationToken) => view("s3", "ListBuckets", { ContinuationToken }),
    (page) => (page.Buckets ?? []).map(({ Name }) => [Name, `arn:aws:s3:::${Name}`]),
    (page) => page.ContinuationToken,
  ),
  "Dataset group": byPage(
    (view, nextToken) => view("personalize", "ListDatasetGroups", { nextToken }),
    (page) => (page.datasetGroups ?? []).map((each) => [each.name, each.datasetGroupArn]),
    (page) => page.nextToken,
  ),
  Dataset: byPage(
    (view, nextToken) => view("personalize", "ListDatasets", { nextToken }),
    (page) => (page.datasets ?? []).map(({ name, datasetArn }) => [name, datasetArn]),
    (page) => page.nextToken,
  ),
  Schema: byPage(
    (view, nextToken) => view("personalize", "ListSchemas", { nextToken }),
    (page) => (page.schemas ?? []).map(({ name, schemaArn }) => [name, schemaArn]),
    (page) => page.nextToken,
  ),
  Recommender: byPage(
    (view, nextToken) => view("personalize", "ListRecommenders", { nextToken }),
    (page) => (page.recommenders ?? []).map(({ name, recommenderArn }) => [name, recommenderArn]),
    (page) => page.nextToken,
  ),
  Solution: byPage(
    (view, nextToken) => view("personalize", "ListSolutions", { nextToken }),
    (page) => (page.solutions ?? []).map(({ name, solutionArn }) => [name, solutionArn]),
    (page) => page.nextToken,
  ),
  Campaign: byPage(
    (view, nextToken) => view("personalize", "ListCampaigns", { nextToken }),
    (page) => (page.campaigns ?? []).map(({ name, campaignArn }) => [name, campaignArn]),
    (page) => page.nextToken,
  ),
  "Event tracker": byPage(
    (view, nextToken) => view("personalize", "ListEventTrackers", { nextToken }),
    (page) => (page.eventTrackers ?? []).map(({ name, eventTrackerArn }) => [name, eventTrackerArn]),
    (page) => page.nextToken,
  ),
  Filter: byPage(
    (view, nextToken) => view("personalize", "ListFilters", { nextToken }),
    (page) => (page.Filters ?? []).map(({ name, filterArn }) => [name, filterArn]),
    (page) => page.nextToken,
  ),
  "State machine": byPage(
    (view, nextToken) => view("sfn", "ListStateMachines", { nextToken }),
    (page) => (page.stateMachines ?? []).map(({ name, stateMachineArn }) => [name, stateMachineArn]),
    (page) => page.nextToken,
  ),
  Schedule: byPage(
    (view, NextToken) => view("scheduler", "ListSchedules", { NextToken }),
    (page) => (page.Schedules ?? []).map(({ Name, Arn }) => [Name, Arn]),
    (page) => page.NextToken,
  ),
  "Schedule group": byPage(
    (view, NextToken) => view("scheduler", "ListScheduleGroups", { NextToken }),
    (page) => {
      const own = (page.ScheduleGroups ?? []).filter(({ Name }) => Name !== "default");
      return own.map(({ Name, Arn }) => [Name, Arn]);
    },
    (page) => page.NextToken,
  ),
  Alarm: byPage(
    (view, NextToken) => view("cloudwatch", "DescribeAlarms", { NextToken }),
    (page) => (page.MetricAlarms ?? []).map(({ AlarmName, AlarmArn }) => [AlarmName, AlarmArn]),
    (page) => page.NextToken,
  ),
  Dashboard: byPage(
    (view, NextToken) => view("cloudwatch", "ListDashboards", { NextToken }),
    (page) => (page.DashboardEntries ?? []).map((each) => [each.DashboardName, each.DashboardArn]),
    (page) => page.NextToken,
  ),
  Topic: byPage(
    (view, NextToken) => view("sns", "ListTopics", { NextToken }),
    (page) => (page.Topics ?? []).map(({ TopicArn }) => [TopicArn?.split(":")[5], TopicArn]),
    (page) => page.NextToken,
  ),
  "Event rule": byPage(
    (view, NextToken) => view("eventbridge", "ListRules", { NextToken }),
    (page) => (page.Rules ?? []).map(({ Name, Arn }) => [Name, Arn]),
    (page) => page.NextToken,
  ),
  Parameter: byPage(
    (view, NextToken) => view("ssm", "DescribeParameters", { MaxResults: 50, NextToken }),
    (page) => (page.Parameters ?? []).map(({ Name, ARN }) => [Name, ARN]),
    (page) => page.NextToken,
  ),
  "Log group": byPage(
    (view, nextToken) => view("cloudwatch-logs", "DescribeLogGroups", { nextToken }),
    (page) => (page.logGroups ?? []).map((each) => [each.logGroupName, each.logGroupArn]),
    (page) => page.nextToken,
  ),
  Role: byPage(
    (view, Marker) => view("iam", "ListRoles", { Marker }),
    (page) => (page.Roles ?? []).map(({ RoleName, Arn }) => [RoleName, Arn]),
    (page) => page.Marker,
  ),
  Policy: byPage(
    (view, Marker) => view("iam", "ListPolicies", { Scope: "Local", Marker }),
    (page) => (page.Policies ?? []).map(({ PolicyName, Arn }) => [PolicyName, Arn]),
    (page) => page.Marker,
  ),
  Key: listKeys,
};

/** A key has no name, but aliases. */
async function listKeys(view: Calls): Promise<Named> {
  const keys = await readAllPages(async (Marker) => {
    const { Keys, NextMarker } = await view("kms", "ListKeys", { Marker });
    return { items: Keys, next: NextMarker };
  });
  const aliases = await readAllPages(async (Marker) => {
    const { Aliases, NextMarker } = await view("kms", "ListAliases", { Marker });
    return { items: Aliases, next: NextMarker };
  });
  const names = new Map(aliases.map(({ TargetKeyId, AliasName }) => [TargetKeyId, AliasName?.replace("alias/", "")]));
  return keys.map(({ KeyId, KeyArn }) => [names.get(KeyId) ?? KeyId, KeyArn]);
}

/**
 * Everything in the given places: what belongs to the stack by component, and then the rest. An ARN
 * is listed once: buckets and roles are in every Region.
 */
export async function readResources(
  stack: Stack | undefined,
  { components, componentOf }: Pick<Views, "components" | "componentOf">,
  places: readonly Place[],
): Promise<ResourceGroup[]> {
  const found = new Map<string, ResourceItem>();
  for (const { scope, view } of places) {
    const listed = await Promise.all(
      Object.entries(listers).map(async ([type, list]) =>
        (await list(view, scope)).map(([name = "", arn = ""]): ResourceItem => ({ type, name, arn })),
      ),
    );
    for (const item of listed.flat()) if (!found.has(item.arn)) found.set(item.arn, item);
  }
  const items = [...found.values()];
  const partOf = (item: ResourceItem) => (stack && componentOf(item, stack)) ?? others;
  return [...components, others]
    .map((component) => ({ component, resources: items.filter((item) => partOf(item) === component) }))
    .filter(({ resources }) => resources.length > 0);
}
