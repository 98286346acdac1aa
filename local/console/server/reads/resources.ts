import { ownValue } from "../../../account/aws/record";
import type { ResourceDetail } from "../../messages";
import type { Calls } from "../caller";
import { readPolicies, unlessAbsent } from "./policies";

type Describer = (view: Calls, arn: string, name: string) => Promise<unknown>;

/**
 * The readers of resources, by the service in the ARN, and by the first word of its resource where
 * a service has several kinds.
 */
const describers: Readonly<Record<string, Describer>> = {
  kinesis: async (view, _arn, StreamName) =>
    (await view("kinesis", "DescribeStreamSummary", { StreamName })).StreamDescriptionSummary,
  lambda: async (view, arn) => (await view("lambda", "GetFunction", { FunctionName: arn })).Configuration,
  firehose: async (view, _arn, DeliveryStreamName) =>
    (await view("firehose", "DescribeDeliveryStream", { DeliveryStreamName })).DeliveryStreamDescription,
  s3: async (view, _arn, Bucket) => ({
    region: (await view("s3", "HeadBucket", { Bucket })).BucketRegion,
    encryption: (await unlessAbsent(view("s3", "GetBucketEncryption", { Bucket })))?.ServerSideEncryptionConfiguration,
    tags: (await unlessAbsent(view("s3", "GetBucketTagging", { Bucket })))?.TagSet,
  }),
  "personalize/dataset-group": (view, datasetGroupArn) =>
    view("personalize", "DescribeDatasetGroup", { datasetGroupArn }),
  "personalize/dataset": (view, datasetArn) => view("personalize", "DescribeDataset", { datasetArn }),
  "personalize/solution": (view, arn) =>
    arn.split("/").length > 2
      ? view("personalize", "DescribeSolutionVersion", { solutionVersionArn: arn })
      : view("personalize", "DescribeSolution", { solutionArn: arn }),
  "personalize/campaign": (view, campaignArn) => view("personalize", "DescribeCampaign", { campaignArn }),
  "personalize/event-tracker": (view, eventTrackerArn) =>
    view("personalize", "DescribeEventTracker", { eventTrackerArn }),
  "personalize/schema": (view, schemaArn) => view("personalize", "DescribeSchema", { schemaArn }),
  "personalize/filter": (view, filterArn) => view("personalize", "DescribeFilter", { filterArn }),
  "states/stateMachine": async (view, stateMachineArn) => {
    const { definition, ...others } = await view("sfn", "DescribeStateMachine", { stateMachineArn });
    return { ...others, definition: JSON.parse(definition ?? "null") };
  },
  "states/execution": (view, executionArn) => view("sfn", "DescribeExecution", { executionArn }),
  scheduler: (view, arn) => {
    const [, GroupName, Name] = arn.split(":")[5]?.split("/") ?? [];
    return view("scheduler", "GetSchedule", { GroupName, Name });
  },
  "cloudwatch/alarm": async (view, arn) => {
    const AlarmNames = [arn.split(":").slice(6).join(":")];
    return (await view("cloudwatch", "DescribeAlarms", { AlarmNames })).MetricAlarms?.[0];
  },
  "cloudwatch/dashboard": (view, _arn, DashboardName) => view("cloudwatch", "GetDashboard", { DashboardName }),
  sns: async (view, TopicArn) => (await view("sns", "GetTopicAttributes", { TopicArn })).Attributes,
  events: (view, _arn, Name) => view("eventbridge", "DescribeRule", { Name }),
  logs: async (view, arn) => {
    const name = arn.split(":")[6];
    const { logGroups = [] } = await view("cloudwatch-logs", "DescribeLogGroups", { logGroupNamePrefix: name });
    return logGroups.find(({ logGroupName }) => logGroupName === name);
  },
  "lambda/event-source-mapping": (view, _arn, UUID) => view("lambda", "GetEventSourceMapping", { UUID }),
  "scheduler/schedule-group": (view, _arn, Name) => view("scheduler", "GetScheduleGroup", { Name }),
  "iam/role": async (view, _arn, RoleName) => (await view("iam", "GetRole", { RoleName })).Role,
  "iam/policy": async (view, PolicyArn) => (await view("iam", "GetPolicy", { PolicyArn })).Policy,
  kms: async (view, KeyId) => (await view("kms", "DescribeKey", { KeyId })).KeyMetadata,
  // Without its value, which may be a secret.
  ssm: async (view, arn) => {
    // The ARN of `name` and of `/name` is the same.
    const path = arn.split(":parameter")[1] ?? "";
    const ParameterFilters = [{ Key: "Name", Option: "Equals", Values: [path, path.slice(1)] }];
    return (await view("ssm", "DescribeParameters", { ParameterFilters })).Parameters?.[0];
  },
};

/** The describer of an ARN, and the name that it gives the resource. */
function describerOf(arn: string) {
  const [, , service = "", , , ...rest] = arn.split(":");
  const readResource = rest.join(":");
  const kind = readResource.split(/[:/]/)[0] ?? "";
  const describe = ownValue(describers, `${service}/${kind}`) ?? ownValue(describers, service);
  return describe && { describe, name: readResource.split(/[:/]/).at(-1) ?? "" };
}

/**
 * Properties and policies of a resource, by its ARN; undefined for an ARN of a kind that the
 * console cannot open.
 */
export async function resource(arn: string, view: Calls): Promise<ResourceDetail | undefined> {
  const found = describerOf(arn);
  if (!found) return undefined;
  const properties = await found.describe(view, arn, found.name);
  const { LoggingConfig } = (properties ?? {}) as { LoggingConfig?: { LogGroup?: string } };
  return {
    properties: dropMetadata(properties),
    ...(LoggingConfig?.LogGroup !== undefined && { logGroup: LoggingConfig.LogGroup }),
    policies: await readPolicies(arn, found.name, properties, view),
  };
}

function dropMetadata(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== "$metadata"));
}
