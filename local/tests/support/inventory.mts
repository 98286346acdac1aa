import { CloudWatch, paginateDescribeAlarms, paginateListDashboards } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs, paginateDescribeLogGroups } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { Firehose } from "@aws-sdk/client-firehose";
import { IAM, paginateListPolicies, paginateListRoles } from "@aws-sdk/client-iam";
import { Kinesis, paginateListStreams } from "@aws-sdk/client-kinesis";
import { KMS, paginateListAliases, paginateListKeys } from "@aws-sdk/client-kms";
import { Lambda, paginateListEventSourceMappings, paginateListFunctions } from "@aws-sdk/client-lambda";
import {
  Personalize,
  paginateListCampaigns,
  paginateListDatasetGroups,
  paginateListDatasetImportJobs,
  paginateListDatasets,
  paginateListEventTrackers,
  paginateListFilters,
  paginateListSchemas,
  paginateListSolutions,
  paginateListSolutionVersions,
} from "@aws-sdk/client-personalize";
import { paginateListBuckets, S3 } from "@aws-sdk/client-s3";
import { paginateListSchedules, Scheduler } from "@aws-sdk/client-scheduler";
import { paginateListStateMachines, SFN } from "@aws-sdk/client-sfn";
import { paginateListSubscriptionsByTopic, paginateListTopics, SNS } from "@aws-sdk/client-sns";
import { paginateDescribeParameters, SSM } from "@aws-sdk/client-ssm";
import type { Account } from "../../account.ts";
import { sdk } from "./aws.ts";

/**
 * All resources in the account, as `service: name`, from all pages of every service's list
 * operations. Without the keys and aliases of AWS, and without keys that are scheduled for
 * deletion, which KMS keeps for 30 days. EventBridge and Firehose have no paginator in the SDK; one
 * of their pages has more resources than a stack.
 */
export async function listEverything(account: Account): Promise<string[]> {
  const of = sdk(account);
  const kms = new KMS(of);
  const personalize = { client: new Personalize(of) };
  const lambda = { client: new Lambda(of) };
  const cloudwatch = { client: new CloudWatch(of) };
  const iam = { client: new IAM(of) };
  const sns = { client: new SNS(of) };
  const found = await Promise.all([
    listNamed("personalize", paginateListDatasetGroups(personalize, {}), "datasetGroups", "datasetGroupArn"),
    listNamed("personalize", paginateListSchemas(personalize, {}), "schemas", "schemaArn"),
    listNamed("personalize", paginateListDatasets(personalize, {}), "datasets", "datasetArn"),
    listNamed(
      "personalize",
      paginateListDatasetImportJobs(personalize, {}),
      "datasetImportJobs",
      "datasetImportJobArn",
    ),
    listNamed("personalize", paginateListSolutions(personalize, {}), "solutions", "solutionArn"),
    listNamed("personalize", paginateListSolutionVersions(personalize, {}), "solutionVersions", "solutionVersionArn"),
    listNamed("personalize", paginateListCampaigns(personalize, {}), "campaigns", "campaignArn"),
    listNamed("personalize", paginateListEventTrackers(personalize, {}), "eventTrackers", "eventTrackerArn"),
    listNamed("personalize", paginateListFilters(personalize, {}), "Filters", "filterArn"),
    listKeys(kms),
    listNamed("iam", paginateListRoles(iam, {}), "Roles", "RoleName"),
    listNamed("iam", paginateListPolicies(iam, { Scope: "Local" }), "Policies", "PolicyName"),
    listNamed("lambda", paginateListFunctions(lambda, {}), "Functions", "FunctionName"),
    listNamed("lambda", paginateListEventSourceMappings(lambda, {}), "EventSourceMappings", "UUID"),
    listNamed("logs", paginateDescribeLogGroups({ client: new CloudWatchLogs(of) }, {}), "logGroups", "logGroupName"),
    listNamed("cloudwatch", paginateDescribeAlarms(cloudwatch, {}), "MetricAlarms", "AlarmName"),
    listNamed("cloudwatch", paginateListDashboards(cloudwatch, {}), "DashboardEntries", "DashboardName"),
    listNamed("events", [await new EventBridge(of).listRules()], "Rules", "Name"),
    listNamed("s3", paginateListBuckets({ client: new S3(of) }, {}), "Buckets", "Name"),
    listNamed("scheduler", paginateListSchedules({ client: new Scheduler(of) }, {}), "Schedules", "Name"),
    listNamed("states", paginateListStateMachines({ client: new SFN(of) }, {}), "stateMachines", "name"),
    listNamed("ssm", paginateDescribeParameters({ client: new SSM(of) }, {}), "Parameters", "Name"),
    listNamed("sns", paginateListTopics(sns, {}), "Topics", "TopicArn"),
    listSubscriptions(sns.client),
    listNamed("kinesis", paginateListStreams({ client: new Kinesis(of) }, {}), "StreamSummaries", "StreamName"),
    new Firehose(of)
      .listDeliveryStreams()
      .then(({ DeliveryStreamNames = [] }) => DeliveryStreamNames.map((name) => `firehose: ${name}`)),
  ]);
  return found.flat().sort();
}

/** The `key` of all resources of all pages, with the service's name. */
async function listNamed<Things extends string, Key extends string>(
  service: string,
  pages: AsyncIterable<Page<Things, Key>> | readonly Page<Things, Key>[],
  things: Things,
  key: Key,
): Promise<string[]> {
  const found: string[] = [];
  for await (const page of pages) for (const thing of page[things] ?? []) found.push(`${service}: ${thing[key]}`);
  return found;
}

type Page<Things extends string, Key extends string> = {
  readonly [name in Things]?: readonly { readonly [name in Key]?: string | undefined }[] | undefined;
};

async function listSubscriptions(client: SNS): Promise<string[]> {
  const found: string[] = [];
  for await (const { Topics = [] } of paginateListTopics({ client }, {})) {
    for (const { TopicArn } of Topics) {
      const pages = paginateListSubscriptionsByTopic({ client }, { TopicArn });
      found.push(...(await listNamed("sns", pages, "Subscriptions", "SubscriptionArn")));
    }
  }
  return found;
}

async function listKeys(client: KMS): Promise<string[]> {
  const aliases = await listNamed("kms", paginateListAliases({ client }, {}), "Aliases", "AliasName");
  const keys: string[] = [];
  for await (const { Keys = [] } of paginateListKeys({ client }, {})) {
    for (const { KeyId } of Keys) {
      const { KeyMetadata: key } = await client.describeKey({ KeyId });
      if (key?.KeyManager === "CUSTOMER" && key.KeyState !== "PendingDeletion") keys.push(`kms: ${key.Arn}`);
    }
  }
  return [...aliases.filter((name) => !name.startsWith("kms: alias/aws/")), ...keys];
}
