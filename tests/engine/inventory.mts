import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { Firehose } from "@aws-sdk/client-firehose";
import { IAM } from "@aws-sdk/client-iam";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { Personalize } from "@aws-sdk/client-personalize";
import { S3 } from "@aws-sdk/client-s3";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SFN } from "@aws-sdk/client-sfn";
import { SNS } from "@aws-sdk/client-sns";
import { SSM } from "@aws-sdk/client-ssm";
import type { Account } from "../../local/account.ts";
import { sdk } from "../support/aws.ts";

/**
 * Everything that stands in the account, as `service: name`, by the list call of every service. Left out is what is not
 * somebody's: the keys and aliases of AWS itself, and keys that wait for their deletion, which KMS keeps for 30 days.
 */
export async function everythingIn(account: Account): Promise<string[]> {
  const of = sdk(account);
  const found = await Promise.all([
    named("personalize", personalizeIn(new Personalize(of))),
    named("kms", keysIn(new KMS(of))),
    named("iam", identitiesIn(new IAM(of))),
    named("lambda", functionsIn(new Lambda(of))),
    named("logs", groupsIn(new CloudWatchLogs(of))),
    named("cloudwatch", watchIn(new CloudWatch(of))),
    named("events", rulesIn(new EventBridge(of))),
    named(
      "s3",
      names(new S3(of).listBuckets(), ({ Buckets }) => Buckets, "Name"),
    ),
    named(
      "scheduler",
      names(new Scheduler(of).listSchedules(), ({ Schedules }) => Schedules, "Name"),
    ),
    named(
      "states",
      names(new SFN(of).listStateMachines(), ({ stateMachines }) => stateMachines, "name"),
    ),
    named(
      "ssm",
      names(new SSM(of).describeParameters(), ({ Parameters }) => Parameters, "Name"),
    ),
    named("sns", topicsIn(new SNS(of))),
    named(
      "kinesis",
      new Kinesis(of).listStreams().then(({ StreamNames = [] }) => StreamNames),
    ),
    named(
      "firehose",
      new Firehose(of).listDeliveryStreams().then(({ DeliveryStreamNames = [] }) => DeliveryStreamNames),
    ),
  ]);
  return found.flat().sort();
}

async function named(service: string, things: Promise<readonly string[]>): Promise<string[]> {
  return (await things).map((thing) => `${service}: ${thing}`);
}

async function names<Page, Thing extends object>(
  answer: Promise<Page>,
  things: (page: Page) => Thing[] | undefined,
  key: keyof Thing,
): Promise<string[]> {
  return (things(await answer) ?? []).map((thing) => String(thing[key]));
}

async function personalizeIn(personalize: Personalize): Promise<string[]> {
  const all = await Promise.all([
    names(personalize.listDatasetGroups(), (page) => page.datasetGroups, "datasetGroupArn"),
    names(personalize.listSchemas(), (page) => page.schemas, "schemaArn"),
    names(personalize.listDatasets(), (page) => page.datasets, "datasetArn"),
    names(personalize.listDatasetImportJobs(), (page) => page.datasetImportJobs, "datasetImportJobArn"),
    names(personalize.listSolutions(), (page) => page.solutions, "solutionArn"),
    names(personalize.listSolutionVersions(), (page) => page.solutionVersions, "solutionVersionArn"),
    names(personalize.listCampaigns(), (page) => page.campaigns, "campaignArn"),
    names(personalize.listEventTrackers(), (page) => page.eventTrackers, "eventTrackerArn"),
    names(personalize.listFilters(), (page) => page.Filters, "filterArn"),
  ]);
  return all.flat();
}

async function keysIn(kms: KMS): Promise<string[]> {
  const { Aliases = [] } = await kms.listAliases();
  const { Keys = [] } = await kms.listKeys();
  const described = await Promise.all(Keys.map(({ KeyId }) => kms.describeKey({ KeyId })));
  return [
    ...Aliases.map(({ AliasName = "" }) => AliasName).filter((name) => !name.startsWith("alias/aws/")),
    ...described
      .filter(({ KeyMetadata: key }) => key?.KeyManager === "CUSTOMER" && key.KeyState !== "PendingDeletion")
      .map(({ KeyMetadata: key }) => key?.Arn ?? ""),
  ];
}

async function identitiesIn(iam: IAM): Promise<string[]> {
  const roles = await names(iam.listRoles(), ({ Roles }) => Roles, "RoleName");
  return [...roles, ...(await names(iam.listPolicies({ Scope: "Local" }), ({ Policies }) => Policies, "PolicyName"))];
}

async function functionsIn(lambda: Lambda): Promise<string[]> {
  const functions = await names(lambda.listFunctions(), ({ Functions }) => Functions, "FunctionName");
  const { EventSourceMappings = [] } = await lambda.listEventSourceMappings();
  return [...functions, ...EventSourceMappings.map(({ UUID = "" }) => UUID)];
}

const groupsIn = (logs: CloudWatchLogs) =>
  names(logs.describeLogGroups(), ({ logGroups }) => logGroups, "logGroupName");

async function watchIn(cloudwatch: CloudWatch): Promise<string[]> {
  const alarms = await names(cloudwatch.describeAlarms(), ({ MetricAlarms }) => MetricAlarms, "AlarmName");
  const boards = await names(cloudwatch.listDashboards(), ({ DashboardEntries }) => DashboardEntries, "DashboardName");
  return [...alarms, ...boards];
}

const rulesIn = (events: EventBridge) => names(events.listRules(), ({ Rules }) => Rules, "Name");

async function topicsIn(sns: SNS): Promise<string[]> {
  const topics = await names(sns.listTopics(), ({ Topics }) => Topics, "TopicArn");
  return [...topics, ...(await names(sns.listSubscriptions(), (page) => page.Subscriptions, "SubscriptionArn"))];
}
