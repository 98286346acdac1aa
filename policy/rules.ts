import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { statementsOf, tooOpen, tooWide } from "./documents";

// Dynamic resources have no class to be validated by: all rules look at type tokens.
const types = {
  bucket: "aws:s3/bucket:Bucket",
  bucketEncryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  bucketLifecycle: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  bucketPublicAccess: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  bucketVersioning: "aws:s3/bucketVersioning:BucketVersioning",
  campaign: "pulumi-nodejs:dynamic/personalize:Campaign",
  lambda: "aws:lambda/function:Function",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  mapping: "aws:lambda/eventSourceMapping:EventSourceMapping",
  policies: [
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
  ],
  queue: "aws:sqs/queue:Queue",
  solution: "pulumi-nodejs:dynamic/personalize:Solution",
  role: "aws:iam/role:Role",
  stream: "aws:kinesis/stream:Stream",
  topic: "aws:sns/topic:Topic",
} as const;

type Check = (
  properties: Record<string, unknown>,
  report: (message: string) => void,
  args: ResourceValidationArgs,
) => void;

function rule(
  name: string,
  description: string,
  on: string | readonly string[],
  check: Check,
): ResourceValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateResource(args, reportViolation) {
      if (typeof on === "string" ? args.type === on : on.includes(args.type)) check(args.props, reportViolation, args);
    },
  };
}

export const leastPrivilege = rule(
  "least-privilege",
  "Policies name their actions and resources; `*` only where the service has no narrower resource.",
  types.policies,
  ({ policy }, report) => {
    for (const problem of statementsOf(policy).flatMap(tooWide)) {
      report(`policy: ${problem}. Name the actions and the ARNs that the role needs.`);
    }
  },
);

export const inlinePolicies = rule(
  "inline-policies",
  "The policies inside a role are as narrow as those beside it.",
  types.role,
  ({ inlinePolicies }, report) => {
    if (!Array.isArray(inlinePolicies)) return;
    for (const { name, policy } of inlinePolicies as { name?: string; policy?: unknown }[]) {
      for (const problem of statementsOf(policy).flatMap(tooWide)) {
        report(`inlinePolicies: ${name ?? "a policy"}: ${problem}. Name the actions and the ARNs that the role needs.`);
      }
    }
  },
);

/** Types whose policy says who may use them, and the property that holds it. */
const resourcePolicies: Readonly<Record<string, string>> = {
  "aws:s3/bucketPolicy:BucketPolicy": "policy",
  "aws:sns/topicPolicy:TopicPolicy": "policy",
  "aws:sns/topic:Topic": "policy",
  "aws:sqs/queuePolicy:QueuePolicy": "policy",
  "aws:kms/key:Key": "policy",
  "aws:kms/keyPolicy:KeyPolicy": "policy",
  [types.role]: "assumeRolePolicy",
};

export const closedResources: ResourceValidationPolicy = {
  name: "closed-resources",
  description:
    "The policies of buckets, topics, keys and roles name whom they let in, and services act for this account.",
  enforcementLevel: "mandatory",
  validateResource({ type, props }, reportViolation) {
    const property = resourcePolicies[type];
    if (property === undefined) return;
    for (const problem of statementsOf(props[property]).flatMap(tooOpen)) {
      reportViolation(
        `${property}: ${problem}. Name the principals; give a service a condition such as aws:SourceAccount.`,
      );
    }
  },
};

export const encryptedStream = rule(
  "encrypted-stream",
  "Streams are encrypted with a KMS key.",
  types.stream,
  (properties, report) => {
    if (properties.encryptionType !== "KMS")
      report("encryptionType: the stream is not encrypted. Set it to KMS, with kmsKeyId.");
  },
);

export const streamRetention = rule(
  "stream-retention",
  "Streams keep records for two days at least, so that a weekend's outage loses nothing.",
  types.stream,
  ({ retentionPeriod }, report) => {
    if (typeof retentionPeriod !== "number" || retentionPeriod < 48) {
      report(`retentionPeriod: ${retentionPeriod ?? 24} hours are too short. Keep records for 48 hours or more.`);
    }
  },
);

export const encryptedTopic = rule(
  "encrypted-topic",
  "Topics are encrypted with a KMS key.",
  types.topic,
  ({ kmsMasterKeyId }, report) => {
    if (!kmsMasterKeyId) report("kmsMasterKeyId: the topic is not encrypted. Give it the stack's key.");
  },
);

export const encryptedQueue = rule("encrypted-queue", "Queues are encrypted.", types.queue, (properties, report) => {
  if (!properties.kmsMasterKeyId && properties.sqsManagedSseEnabled !== true) {
    report("kmsMasterKeyId: the queue is not encrypted. Give it the stack's key.");
  }
});

export const logGroups = rule(
  "log-groups",
  "Log groups are encrypted and forget.",
  types.logGroup,
  (properties, report) => {
    if (!properties.kmsKeyId) report("kmsKeyId: the log group is not encrypted with the stack's key.");
    if (!properties.retentionInDays)
      report("retentionInDays: the log group keeps everything for ever. Set a number of days.");
  },
);

/** Runtimes that Lambda still patches and that run ES2021 modules without a build (Lambda's runtime support policy). */
const supportedRuntimes = ["nodejs22.x", "nodejs24.x"];

export const supportedRuntime = rule(
  "supported-runtime",
  "Functions run on a runtime that is not deprecated.",
  types.lambda,
  (properties, report) => {
    const { runtime } = properties;
    if (typeof runtime !== "string" || !supportedRuntimes.includes(runtime)) {
      report(`runtime: ${String(runtime)} is deprecated or about to be. Use one of ${supportedRuntimes.join(", ")}.`);
    }
  },
);

export const explicitTimeout = rule(
  "explicit-timeout",
  "Functions state their timeout.",
  types.lambda,
  ({ timeout }, report) => {
    // Providers fill the default in before a rule sees the resource.
    if (typeof timeout !== "number" || timeout <= 0 || timeout === 3)
      report("timeout: not set; Lambda's default of 3 s is seldom meant. State another.");
  },
);

export const boundedRetries = rule(
  "bounded-retries",
  "A stream's consumer gives a bad batch up at some time, and keeps it somewhere.",
  types.mapping,
  (properties, report) => {
    const attempts = properties.maximumRetryAttempts;
    if (typeof attempts !== "number" || attempts < 0)
      report("maximumRetryAttempts: retried for ever. Set a number of attempts.");
    const destination = properties.destinationConfig as { onFailure?: { destinationArn?: unknown } } | undefined;
    if (!destination?.onFailure?.destinationArn)
      report("destinationConfig: what is given up is lost. Set an on-failure destination.");
  },
);

export const noAutomaticTraining = rule(
  "no-automatic-training",
  "Solutions do not train by themselves: such versions cost, and pass by the promotion gate.",
  types.solution,
  ({ performAutoTraining }, report) => {
    if (performAutoTraining !== false)
      report("performAutoTraining: must be false; the state machine trains on its schedule.");
  },
);

export const campaignCap: ResourceValidationPolicy = {
  name: "campaign-cap",
  description: "A campaign's provisioned throughput, which is paid for by the hour, stays below the cap.",
  enforcementLevel: "mandatory",
  configSchema: { properties: { maximumProvisionedTPS: { type: "number", minimum: 1, default: 10 } } },
  validateResource(args, reportViolation) {
    if (args.type !== types.campaign) return;
    const { maximumProvisionedTPS = 10 } = args.getConfig<{ maximumProvisionedTPS?: number }>();
    const tps = args.props.minProvisionedTPS;
    if (typeof tps === "number" && tps > maximumProvisionedTPS) {
      reportViolation(
        `minProvisionedTPS: ${tps} is above the cap of ${maximumProvisionedTPS}. Lower it, or raise the cap on purpose.`,
      );
    }
  },
};

/** The parts that a bucket must have are resources of their own, so the whole stack is looked at. */
const bucketParts = [
  [types.bucketEncryption, "default encryption"],
  [types.bucketPublicAccess, "a public access block"],
  [types.bucketVersioning, "versioning"],
  [types.bucketLifecycle, "a lifecycle (what it keeps, and for how long)"],
] as const;

export const completeBuckets: StackValidationPolicy = {
  name: "complete-buckets",
  description: "Every bucket is encrypted, private, versioned, and has a lifecycle.",
  enforcementLevel: "mandatory",
  validateStack({ resources }, reportViolation) {
    for (const bucket of resources.filter(({ type }) => type === types.bucket)) {
      for (const [type, what] of bucketParts) {
        if (!resources.some((part) => part.type === type && belongsTo(part, bucket))) {
          reportViolation(
            `The bucket ${bucket.name} has no ${what.replace(/^a /, "")}: add ${type.split(":").at(-1)}.`,
            bucket.urn,
          );
        }
      }
    }
  },
};

/** During the first preview the bucket's name is unknown: the dependency tells instead. */
function belongsTo(part: PolicyResource, bucket: PolicyResource): boolean {
  if (part.propertyDependencies.bucket?.some(({ urn }) => urn === bucket.urn)) return true;
  return part.props.bucket !== undefined && part.props.bucket === bucket.props.bucket;
}

export const loggedFunctions: StackValidationPolicy = {
  name: "logged-functions",
  description: "Every function's log group is the stack's own, so that it is encrypted and forgets.",
  enforcementLevel: "mandatory",
  validateStack({ resources }, reportViolation) {
    const groups = new Set(resources.filter(({ type }) => type === types.logGroup).map(({ props }) => props.name));
    for (const { type, props, urn } of resources) {
      if (type !== types.lambda || typeof props.name !== "string") continue;
      if (!groups.has(`/aws/lambda/${props.name}`)) {
        reportViolation(
          `The function ${props.name} has no log group of the stack: add one named /aws/lambda/${props.name}.`,
          urn,
        );
      }
    }
  },
};

export const resourceRules: readonly ResourceValidationPolicy[] = [
  leastPrivilege,
  inlinePolicies,
  closedResources,
  encryptedStream,
  streamRetention,
  encryptedTopic,
  encryptedQueue,
  logGroups,
  supportedRuntime,
  explicitTimeout,
  boundedRetries,
  noAutomaticTraining,
  campaignCap,
];
export const stackRules: readonly StackValidationPolicy[] = [completeBuckets, loggedFunctions];
