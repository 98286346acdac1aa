import type { ResourceDetail, ResourceGroup, ResourceItem, Stack } from "../../messages";
import { type Calls, readAllPages } from "../caller";
import { groupOf } from "./visitors";

/** Components in the order in which data pass through them, and what the names of their resources have in common. */
const components: readonly (readonly [string, RegExp])[] = [
  ["Retraining", /retrain|check-training|evaluate-model|refresh-popular/],
  ["Observability", /alarm|topic|notification|model-health|overview|failed-executions|rule|dashboard/i],
  ["Serving", /recommend-pets|rerank-pets|invoke/],
  ["Ingestion", /event|ingest|quarantine|archive|producer|mapping/],
  ["Models", /solution|campaign|filter|dataset|tracker|schema|recommendation|reranking|personalize/i],
  ["Data", /data/],
];

const componentOf = ({ type, name }: ResourceItem, prefix: string) => {
  // The project's own name says nothing about a part of it.
  const text = `${type} ${name.replaceAll(prefix, "")}`;
  return components.find(([, pattern]) => pattern.test(text))?.[0] ?? "Foundation";
};

type Lister = (
  view: Calls,
  stack: Stack,
) => Promise<readonly (readonly [name: string | undefined, arn: string | undefined])[]>;

const listers: Readonly<Record<string, Lister>> = {
  "Kinesis stream": async (view, { account, region }) => {
    const { StreamNames = [] } = await view("kinesis", "ListStreams", {});
    return StreamNames.map((name) => [name, `arn:aws:kinesis:${region}:${account}:stream/${name}`]);
  },
  "Lambda function": (view) =>
    readAllPages(async (Marker) => {
      const { Functions = [], NextMarker } = await view("lambda", "ListFunctions", { Marker });
      return { items: Functions.map((each) => [each.FunctionName, each.FunctionArn] as const), next: NextMarker };
    }),
  "Delivery stream": async (view, { account, region }) => {
    const { DeliveryStreamNames = [] } = await view("firehose", "ListDeliveryStreams", {});
    return DeliveryStreamNames.map((name) => [name, `arn:aws:firehose:${region}:${account}:deliverystream/${name}`]);
  },
  Bucket: async (view) => {
    const { Buckets = [] } = await view("s3", "ListBuckets", {});
    return Buckets.map(({ Name }) => [Name, `arn:aws:s3:::${Name}`]);
  },
  "Dataset group": async (view, stack) => {
    const arn = await groupOf(stack, view);
    return [[arn.split("/").at(-1), arn]];
  },
  Dataset: async (view, stack) => {
    const { datasets = [] } = await view("personalize", "ListDatasets", {
      datasetGroupArn: await groupOf(stack, view),
    });
    return datasets.map(({ name, datasetArn }) => [name, datasetArn]);
  },
  Solution: async (view, stack) => {
    const { solutions = [] } = await view("personalize", "ListSolutions", {
      datasetGroupArn: await groupOf(stack, view),
    });
    return solutions.map(({ name, solutionArn }) => [name, solutionArn]);
  },
  Campaign: async (_view, stack) => stack.models.map(({ campaignArn }) => [campaignArn.split("/").at(-1), campaignArn]),
  "Event tracker": async (view, stack) => {
    const { eventTrackers = [] } = await view("personalize", "ListEventTrackers", {
      datasetGroupArn: await groupOf(stack, view),
    });
    return eventTrackers.map(({ name, eventTrackerArn }) => [name, eventTrackerArn]);
  },
  Filter: async (view, stack) => {
    const { Filters = [] } = await view("personalize", "ListFilters", { datasetGroupArn: await groupOf(stack, view) });
    return Filters.map(({ name, filterArn }) => [name, filterArn]);
  },
  "State machine": async (view) => {
    const { stateMachines = [] } = await view("sfn", "ListStateMachines", {});
    return stateMachines.map(({ name, stateMachineArn }) => [name, stateMachineArn]);
  },
  Schedule: async (view) => {
    const { Schedules = [] } = await view("scheduler", "ListSchedules", {});
    return Schedules.map(({ Name, Arn }) => [Name, Arn]);
  },
  Alarm: async (view) => {
    const { MetricAlarms = [] } = await view("cloudwatch", "DescribeAlarms", { MaxRecords: 100 });
    return MetricAlarms.map(({ AlarmName, AlarmArn }) => [AlarmName, AlarmArn]);
  },
  Dashboard: async (view) => {
    const { DashboardEntries = [] } = await view("cloudwatch", "ListDashboards", {});
    return DashboardEntries.map(({ DashboardName, DashboardArn }) => [DashboardName, DashboardArn]);
  },
  Topic: async (view) => {
    const { Topics = [] } = await view("sns", "ListTopics", {});
    return Topics.map(({ TopicArn }) => [TopicArn?.split(":")[5], TopicArn]);
  },
  "Event rule": async (view) => {
    const { Rules = [] } = await view("eventbridge", "ListRules", {});
    return Rules.map(({ Name, Arn }) => [Name, Arn]);
  },
  "Log group": (view) =>
    readAllPages(async (nextToken) => {
      const page = await view("cloudwatch-logs", "DescribeLogGroups", { nextToken });
      const items = (page.logGroups ?? []).map((each) => [each.logGroupName, each.logGroupArn] as const);
      return { items, next: page.nextToken };
    }),
  Role: (view) =>
    readAllPages(async (Marker) => {
      const page = await view("iam", "ListRoles", { Marker });
      return { items: (page.Roles ?? []).map(({ RoleName, Arn }) => [RoleName, Arn] as const), next: page.Marker };
    }),
  Policy: (view) =>
    readAllPages(async (Marker) => {
      const page = await view("iam", "ListPolicies", { Scope: "Local", Marker });
      return {
        items: (page.Policies ?? []).map(({ PolicyName, Arn }) => [PolicyName, Arn] as const),
        next: page.Marker,
      };
    }),
  Key: async (view) => {
    const { Keys = [] } = await view("kms", "ListKeys", {});
    return Keys.map(({ KeyId, KeyArn }) => [KeyId, KeyArn]);
  },
};

/** What is deployed, by component. Resources of other stacks in the same account have their own name in theirs. */
export async function readResources(stack: Stack, view: Calls): Promise<ResourceGroup[]> {
  const prefix = `recommender-${stack.name}`;
  const listed = await Promise.all(
    Object.entries(listers).map(async ([type, list]) =>
      (await list(view, stack)).map(([name = "", arn = ""]): ResourceItem => ({ type, name, arn })),
    ),
  );
  const ours = listed.flat().filter(({ name, type }) => type === "Key" || name.includes(prefix));
  const names = [...components.map(([name]) => name), "Foundation"];
  return names
    .map((component) => ({ component, resources: ours.filter((item) => componentOf(item, prefix) === component) }))
    .filter((group) => group.resources.length > 0);
}

type Describer = (view: Calls, arn: string, name: string) => Promise<unknown>;

/** By the service in the ARN, and by the first word of its resource where a service has several kinds. */
const describers: Readonly<Record<string, Describer>> = {
  kinesis: async (view, _arn, StreamName) =>
    (await view("kinesis", "DescribeStreamSummary", { StreamName })).StreamDescriptionSummary,
  lambda: async (view, arn) => (await view("lambda", "GetFunction", { FunctionName: arn })).Configuration,
  firehose: async (view, _arn, DeliveryStreamName) =>
    (await view("firehose", "DescribeDeliveryStream", { DeliveryStreamName })).DeliveryStreamDescription,
  s3: async (view, _arn, Bucket) => ({
    encryption: (await view("s3", "GetBucketEncryption", { Bucket })).ServerSideEncryptionConfiguration,
    tags: (await view("s3", "GetBucketTagging", { Bucket })).TagSet,
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
    const logGroupNamePrefix = arn.split(":")[6];
    return (await view("cloudwatch-logs", "DescribeLogGroups", { logGroupNamePrefix })).logGroups?.[0];
  },
  "iam/role": async (view, _arn, RoleName) => (await view("iam", "GetRole", { RoleName })).Role,
  "iam/policy": async (view, PolicyArn) => (await view("iam", "GetPolicy", { PolicyArn })).Policy,
  kms: async (view, KeyId) => (await view("kms", "DescribeKey", { KeyId })).KeyMetadata,
};

/** The describer of an ARN, and the name that it gives the resource. */
function describerOf(arn: string) {
  const [, , service = "", , , ...rest] = arn.split(":");
  const readResource = rest.join(":");
  const kind = readResource.split(/[:/]/)[0] ?? "";
  const describe = describers[`${service}/${kind}`] ?? describers[service];
  return describe && { describe, name: readResource.split(/[:/]/).at(-1) ?? "" };
}

/** Properties and policies of a resource, by its ARN; undefined for an ARN of a kind that the console cannot open. */
export async function resource(arn: string, view: Calls): Promise<ResourceDetail | undefined> {
  const found = describerOf(arn);
  if (!found) return undefined;
  const properties = await found.describe(view, arn, found.name);
  return { properties: dropMetadata(properties), policies: await policiesOf(arn, found.name, properties, view) };
}

function dropMetadata(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== "$metadata"));
}

const parseDocument = (text: string | undefined): unknown =>
  text === undefined ? undefined : JSON.parse(text.startsWith("%7B") ? decodeURIComponent(text) : text);

async function policiesOf(
  arn: string,
  name: string,
  properties: unknown,
  view: Calls,
): Promise<ResourceDetail["policies"]> {
  const service = arn.split(":")[2];
  const { Role, roleArn, RoleArn, Policy } = (properties ?? {}) as Record<string, unknown>;
  if (arn.includes(":role/")) return readRolePolicies(name, view);
  const role = [Role, roleArn, RoleArn].find((value): value is string => typeof value === "string");
  if (role !== undefined) return readRolePolicies(role.split("/").at(-1) ?? "", view);
  if (service === "iam") {
    const { Policy: policy } = await view("iam", "GetPolicy", { PolicyArn: arn });
    const VersionId = policy?.DefaultVersionId;
    const { PolicyVersion } = await view("iam", "GetPolicyVersion", { PolicyArn: arn, VersionId });
    return [{ name, document: parseDocument(PolicyVersion?.Document) }];
  }
  if (service === "s3") {
    const { Policy: text } = await view("s3", "GetBucketPolicy", { Bucket: name });
    return [{ name: "bucket policy", document: parseDocument(text) }];
  }
  if (service === "kms") {
    const { Policy: text } = await view("kms", "GetKeyPolicy", { KeyId: arn });
    return [{ name: "key policy", document: parseDocument(text) }];
  }
  return typeof Policy === "string" ? [{ name: "resource policy", document: parseDocument(Policy) }] : [];
}

async function readRolePolicies(RoleName: string, view: Calls): Promise<ResourceDetail["policies"]> {
  const { PolicyNames = [] } = await view("iam", "ListRolePolicies", { RoleName });
  const inline = PolicyNames.map(async (PolicyName) => {
    const { PolicyDocument } = await view("iam", "GetRolePolicy", { RoleName, PolicyName });
    return { name: `${RoleName}: ${PolicyName}`, document: parseDocument(PolicyDocument) };
  });
  const { AttachedPolicies = [] } = await view("iam", "ListAttachedRolePolicies", { RoleName });
  const attached = AttachedPolicies.map(async ({ PolicyArn, PolicyName = "" }) => {
    const { Policy } = await view("iam", "GetPolicy", { PolicyArn });
    const { PolicyVersion } = await view("iam", "GetPolicyVersion", { PolicyArn, VersionId: Policy?.DefaultVersionId });
    return { name: PolicyName, document: parseDocument(PolicyVersion?.Document) };
  });
  return Promise.all([...inline, ...attached]);
}
