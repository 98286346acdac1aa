import type { Account } from "../../account.ts";
import { createViewCalls } from "../../console/server/caller.ts";

/** Each service's list operations: what a page has, and the member that names one of it. */
const listings: readonly (readonly [service: string, operation: string, things: string, key: string])[] = [
  ["personalize", "ListDatasetGroups", "datasetGroups", "datasetGroupArn"],
  ["personalize", "ListSchemas", "schemas", "schemaArn"],
  ["personalize", "ListDatasets", "datasets", "datasetArn"],
  ["personalize", "ListDatasetImportJobs", "datasetImportJobs", "datasetImportJobArn"],
  ["personalize", "ListSolutions", "solutions", "solutionArn"],
  ["personalize", "ListSolutionVersions", "solutionVersions", "solutionVersionArn"],
  ["personalize", "ListCampaigns", "campaigns", "campaignArn"],
  ["personalize", "ListRecommenders", "recommenders", "recommenderArn"],
  ["personalize", "ListEventTrackers", "eventTrackers", "eventTrackerArn"],
  ["personalize", "ListFilters", "Filters", "filterArn"],
  ["kms", "ListAliases", "Aliases", "AliasName"],
  ["iam", "ListRoles", "Roles", "RoleName"],
  ["iam", "ListPolicies", "Policies", "Arn"],
  ["lambda", "ListFunctions", "Functions", "FunctionName"],
  ["lambda", "ListEventSourceMappings", "EventSourceMappings", "UUID"],
  ["cloudwatch-logs", "DescribeLogGroups", "logGroups", "logGroupName"],
  ["cloudwatch", "DescribeAlarms", "MetricAlarms", "AlarmName"],
  ["cloudwatch", "ListDashboards", "DashboardEntries", "DashboardName"],
  ["eventbridge", "ListRules", "Rules", "Name"],
  ["s3", "ListBuckets", "Buckets", "Name"],
  ["scheduler", "ListSchedules", "Schedules", "Name"],
  ["sfn", "ListStateMachines", "stateMachines", "name"],
  ["ssm", "DescribeParameters", "Parameters", "Name"],
  ["sns", "ListTopics", "Topics", "TopicArn"],
  ["kinesis", "ListStreams", "StreamSummaries", "StreamName"],
];

/** Calls an operation by its name, which the table has. */
type View = (service: string, operation: string, input: object) => Promise<Readonly<Record<string, unknown>>>;

/**
 * All resources in the account, as `service: name`, from all pages of every service's list
 * operations. Without the keys, aliases and policies of AWS, and without keys that are scheduled
 * for deletion, which KMS keeps for 30 days. Firehose has no token; its page has more than a stack.
 */
export async function listEverything({ host }: Pick<Account, "host">): Promise<string[]> {
  const view = createViewCalls(host, { account: "000000000000", region: "eu-west-1" }) as unknown as View;

  async function list(service: string, operation: string, things: string, key: string, input = {}): Promise<string[]> {
    const names: string[] = [];
    for (let request: object | undefined = input; request; ) {
      const page = await view(service, operation, request);
      for (const thing of (page[things] ?? []) as Record<string, string>[]) names.push(`${service}: ${thing[key]}`);
      const [name = "", token] = Object.entries(page).find(([member]) => /(token|marker)$/i.test(member)) ?? [];
      request = token === undefined ? undefined : { ...input, [name.replace("NextMarker", "Marker")]: token };
    }
    return names;
  }
  async function isOwnKey(key: string): Promise<boolean> {
    const { KeyMetadata } = await view("kms", "DescribeKey", { KeyId: key.replace("kms: ", "") });
    const { KeyManager, KeyState } = KeyMetadata as Record<string, string>;
    return KeyManager === "CUSTOMER" && KeyState !== "PendingDeletion";
  }

  const found = await Promise.all(listings.map((listing) => list(...listing)));
  const names = found.flat().filter((name) => !/^kms: alias.aws.|^iam: arn:aws:iam::aws:/.test(name));
  for (const topic of await list("sns", "ListTopics", "Topics", "TopicArn")) {
    const TopicArn = topic.replace("sns: ", "");
    names.push(...(await list("sns", "ListSubscriptionsByTopic", "Subscriptions", "SubscriptionArn", { TopicArn })));
  }
  for (const key of await list("kms", "ListKeys", "Keys", "KeyArn")) if (await isOwnKey(key)) names.push(key);
  const { DeliveryStreamNames } = await view("firehose", "ListDeliveryStreams", {});
  return [...names, ...(DeliveryStreamNames as string[]).map((name) => `firehose: ${name}`)].sort();
}
