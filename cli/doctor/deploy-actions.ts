// The permissions that `pulumi up` and `pulumi destroy` of this program need: the calls that create, change, tag and delete its
// resources. The aws provider reads more than that. Sources: the requests of a deployment to the local account, which
// tests/system/doctor-smoke.test.mts compares with this list, and the Service Authorization Reference for tags, changes and
// deletions.

import { bucketName, physicalName } from "../../components/support/names";
import { listParameters } from "../../stacks/parameters";
import { type Place, partitionOf } from "./arn";

/** Actions on one resource. */
export interface DeployActions {
  readonly resource: string;
  readonly actions: readonly string[];
  /** The service that a role is passed to. */
  readonly passedTo?: string;
}

/**
 * Service, resource, and actions. `<part>` is the physical name of a part of the stack; one resource of each kind is enough,
 * because policies name resources by the stack's prefix. The names of resources in Personalize end with a hash.
 */
const table: readonly (readonly [service: string, resource: string, actions: string])[] = [
  ["iam", "::{account}:role/<retraining>", "CreateRole GetRole UpdateAssumeRolePolicy DeleteRole TagRole"],
  ["iam", "::{account}:role/<retraining>", "PutRolePolicy DeleteRolePolicy"],
  ["iam", "::{account}:policy/<invoke>", "CreatePolicy CreatePolicyVersion DeletePolicy TagPolicy"],
  ["kms", "*", "CreateKey"],
  ["kms", ":{place}:key/*", "DescribeKey EnableKeyRotation PutKeyPolicy TagResource ScheduleKeyDeletion"],
  ["kms", ":{place}:key/*", "CreateAlias DeleteAlias CreateGrant Decrypt GenerateDataKey"],
  ["kms", ":{place}:alias/<key>", "CreateAlias DeleteAlias"],
  ["s3", ":::{bucket}", "CreateBucket DeleteBucket ListBucket ListBucketVersions PutBucketTagging GetBucketTagging"],
  ["s3", ":::{bucket}", "PutBucketPolicy DeleteBucketPolicy PutBucketVersioning PutEncryptionConfiguration"],
  ["s3", ":::{bucket}", "PutBucketPublicAccessBlock PutLifecycleConfiguration PutBucketOwnershipControls"],
  ["s3", ":::{bucket}/*", "PutObject GetObject DeleteObject DeleteObjectVersion"],
  ["kinesis", ":{place}:stream/<events>", "CreateStream DescribeStreamSummary AddTagsToStream DeleteStream"],
  ["kinesis", ":{place}:stream/<events>", "StartStreamEncryption IncreaseStreamRetentionPeriod"],
  ["kinesis", ":{place}:stream/<events>", "DecreaseStreamRetentionPeriod"],
  ["firehose", ":{place}:deliverystream/<archive>", "CreateDeliveryStream DescribeDeliveryStream UpdateDestination"],
  ["firehose", ":{place}:deliverystream/<archive>", "TagDeliveryStream DeleteDeliveryStream"],
  ["lambda", ":{place}:function:<recommend-pets>", "CreateFunction GetFunction GetFunctionConfiguration TagResource"],
  ["lambda", ":{place}:function:<recommend-pets>", "UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction"],
  ["lambda", ":{place}:function:<recommend-pets>", "PutFunctionConcurrency"],
  ["lambda", "*", "CreateEventSourceMapping"],
  ["lambda", ":{place}:event-source-mapping:*", "GetEventSourceMapping UpdateEventSourceMapping"],
  ["lambda", ":{place}:event-source-mapping:*", "DeleteEventSourceMapping"],
  ["logs", ":{place}:log-group:/aws/lambda/<recommend-pets>:log-stream:", "CreateLogGroup CreateLogStream"],
  ["logs", ":{place}:log-group:/aws/lambda/<recommend-pets>:log-stream:", "DescribeLogStreams PutRetentionPolicy"],
  ["logs", ":{place}:log-group:/aws/lambda/<recommend-pets>:log-stream:", "TagResource DeleteLogGroup"],
  ["logs", ":{place}:log-group::log-stream:", "DescribeLogGroups"],
  ["personalize", "*", "ListDatasetGroups ListDatasets ListDatasetImportJobs ListSchemas ListSolutions"],
  ["personalize", "*", "ListSolutionVersions ListCampaigns ListEventTrackers ListFilters"],
  ["personalize", ":{place}:dataset-group/<pets>-01234567", "CreateDatasetGroup DescribeDatasetGroup"],
  ["personalize", ":{place}:dataset-group/<pets>-01234567", "DeleteDatasetGroup TagResource"],
  ["personalize", ":{place}:schema/<items>-01234567", "CreateSchema DescribeSchema DeleteSchema"],
  ["personalize", ":{place}:dataset/<pets>-01234567/ITEMS", "CreateDataset DescribeDataset DeleteDataset"],
  ["personalize", ":{place}:dataset-import-job/<items>-01234567", "CreateDatasetImportJob DescribeDatasetImportJob"],
  ["personalize", ":{place}:solution/<recommendation>-01234567", "CreateSolution DescribeSolution DeleteSolution"],
  ["personalize", ":{place}:solution/<recommendation>-01234567", "CreateSolutionVersion DescribeSolutionVersion"],
  ["personalize", ":{place}:solution/<recommendation>-01234567", "StopSolutionVersionCreation"],
  ["personalize", ":{place}:campaign/<recommendation>-01234567", "CreateCampaign DescribeCampaign UpdateCampaign"],
  ["personalize", ":{place}:campaign/<recommendation>-01234567", "DeleteCampaign"],
  ["personalize", ":{place}:event-tracker/*", "CreateEventTracker DescribeEventTracker DeleteEventTracker"],
  ["personalize", ":{place}:filter/<all>-01234567", "CreateFilter DescribeFilter DeleteFilter"],
  ["personalize", "*", "ListMetricAttributions ListMetricAttributionMetrics"],
  ["personalize", ":{place}:metric-attribution/<events>-01234567", "CreateMetricAttribution DescribeMetricAttribution"],
  ["personalize", ":{place}:metric-attribution/<events>-01234567", "UpdateMetricAttribution DeleteMetricAttribution"],
  ["states", ":{place}:stateMachine:<retraining>", "CreateStateMachine DescribeStateMachine UpdateStateMachine"],
  ["states", ":{place}:stateMachine:<retraining>", "TagResource DeleteStateMachine ValidateStateMachineDefinition"],
  ["scheduler", ":{place}:schedule-group/<schedules>", "CreateScheduleGroup GetScheduleGroup DeleteScheduleGroup"],
  ["scheduler", ":{place}:schedule-group/<schedules>", "TagResource"],
  ["scheduler", ":{place}:schedule/<schedules>/<retraining-schedule>", "CreateSchedule GetSchedule UpdateSchedule"],
  ["scheduler", ":{place}:schedule/<schedules>/<retraining-schedule>", "DeleteSchedule"],
  [
    "sns",
    ":{place}:<notifications>",
    "CreateTopic GetTopicAttributes SetTopicAttributes Subscribe TagResource DeleteTopic",
  ],
  [
    "events",
    ":{place}:rule/<failed-executions>",
    "PutRule DescribeRule PutTargets RemoveTargets TagResource DeleteRule",
  ],
  ["cloudwatch", ":{place}:alarm:<quarantine>", "PutMetricAlarm DescribeAlarms TagResource DeleteAlarms"],
  ["cloudwatch", "::{account}:dashboard/<overview>", "PutDashboard GetDashboard DeleteDashboards"],
  ["ssm", ":{place}:parameter{parameter}", "PutParameter GetParameter AddTagsToResource DeleteParameter"],
];

/** A role that is passed to each service. */
const passedRoles = {
  "ingest-events": "lambda.amazonaws.com",
  archive: "firehose.amazonaws.com",
  retraining: "states.amazonaws.com",
  "retraining-schedule": "scheduler.amazonaws.com",
  "personalize-import": "personalize.amazonaws.com",
};

/** Lists the actions of a deployment by resource. */
export function listDeployActions(place: Place, stack: string): DeployActions[] {
  const { account, region } = place;
  const values: Readonly<Record<string, string>> = {
    account,
    place: `${region}:${account}`,
    bucket: bucketName("recommender", stack, "data", account),
    parameter: listParameters(stack).streamName,
  };
  const toResource = (service: string, resource: string) => {
    if (resource === "*") return resource;
    const filled = resource
      .replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "")
      .replace(/<([\w-]+)>/g, (_, part: string) => physicalName("recommender", stack, part));
    return `arn:${partitionOf(region)}:${service}${filled}`;
  };
  const passed = Object.entries(passedRoles).map(([part, passedTo]) => ({
    resource: toResource("iam", `::{account}:role/<${part}>`),
    actions: ["iam:PassRole"],
    passedTo,
  }));
  const others = table.map(([service, resource, actions]) => ({
    resource: toResource(service, resource),
    actions: actions.split(" ").map((action) => `${service}:${action}`),
  }));
  return [...joinByResource(others), ...passed];
}

/** One entry for each resource, so that each is simulated with one call. */
function joinByResource(entries: readonly DeployActions[]): DeployActions[] {
  const joined = new Map<string, string[]>();
  for (const { resource, actions } of entries) joined.set(resource, [...(joined.get(resource) ?? []), ...actions]);
  return Array.from(joined, ([resource, actions]) => ({ resource, actions }));
}
