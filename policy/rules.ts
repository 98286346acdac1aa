import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { accessRules } from "./access/rules";

// Dynamic resources have no class that a rule could use, so all rules compare type tokens.
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
  solution: "pulumi-nodejs:dynamic/personalize:Solution",
  stream: "aws:kinesis/stream:Stream",
  topic: "aws:sns/topic:Topic",
} as const;

type Check = (properties: Record<string, unknown>, report: (message: string) => void) => void;

function createRule(name: string, description: string, on: string, check: Check): ResourceValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateResource(args, reportViolation) {
      if (args.type === on) check(args.props, reportViolation);
    },
  };
}

export const encryptedStream = createRule(
  "encrypted-stream",
  "Streams are encrypted with a KMS key.",
  types.stream,
  (properties, report) => {
    if (properties.encryptionType !== "KMS")
      report("encryptionType: the stream is not encrypted. Set it to KMS, with kmsKeyId.");
  },
);

export const streamRetention = createRule(
  "stream-retention",
  "Streams keep records for at least two days, so that an outage at a weekend loses no records.",
  types.stream,
  ({ retentionPeriod }, report) => {
    if (typeof retentionPeriod !== "number" || retentionPeriod < 48) {
      report(`retentionPeriod: ${retentionPeriod ?? 24} hours are too short. Set 48 hours or more.`);
    }
  },
);

export const encryptedTopic = createRule(
  "encrypted-topic",
  "Topics are encrypted with a KMS key.",
  types.topic,
  ({ kmsMasterKeyId }, report) => {
    if (!kmsMasterKeyId) report("kmsMasterKeyId: the topic is not encrypted. Give it the stack's key.");
  },
);

export const logGroups = createRule(
  "log-groups",
  "Log groups are encrypted and have a retention.",
  types.logGroup,
  (properties, report) => {
    if (!properties.kmsKeyId) report("kmsKeyId: the log group is not encrypted with the stack's key.");
    if (!properties.retentionInDays)
      report("retentionInDays: the log group keeps events for ever. Set a number of days.");
  },
);

/** Runtimes that Lambda supports and that run this program's code (Lambda's runtime support policy). */
const supportedRuntimes = ["nodejs22.x", "nodejs24.x"];

export const supportedRuntime = createRule(
  "supported-runtime",
  "Functions run on a runtime that is not deprecated.",
  types.lambda,
  (properties, report) => {
    const { runtime } = properties;
    if (typeof runtime !== "string" || !supportedRuntimes.includes(runtime)) {
      report(
        `runtime: ${String(runtime)} is not supported, or will soon not be. Use one of ${supportedRuntimes.join(", ")}.`,
      );
    }
  },
);

export const explicitTimeout = createRule(
  "explicit-timeout",
  "Functions set their timeout.",
  types.lambda,
  ({ timeout }, report) => {
    // Providers add the default before a rule gets the resource, so 3 means: not set.
    if (typeof timeout !== "number" || timeout <= 0 || timeout === 3)
      report("timeout: not set; Lambda's default of 3 s is usually too short. Set another value.");
  },
);

export const boundedRetries = createRule(
  "bounded-retries",
  "A stream's consumer stops retrying a bad batch at some time, and stores it.",
  types.mapping,
  (properties, report) => {
    const attempts = properties.maximumRetryAttempts;
    if (typeof attempts !== "number" || attempts < 0)
      report("maximumRetryAttempts: batches are retried for ever. Set a number of attempts.");
    const destination = properties.destinationConfig as { onFailure?: { destinationArn?: unknown } } | undefined;
    if (!destination?.onFailure?.destinationArn)
      report("destinationConfig: a batch that failed is lost. Set an on-failure destination.");
  },
);

export const noAutomaticTraining = createRule(
  "no-automatic-training",
  "Solutions do not train automatically: such versions cost money and skip the promotion gate.",
  types.solution,
  ({ performAutoTraining }, report) => {
    if (performAutoTraining !== false)
      report("performAutoTraining: must be false; the state machine trains on its schedule.");
  },
);

export const campaignCap: ResourceValidationPolicy = {
  name: "campaign-cap",
  description: "A campaign's provisioned throughput, which is paid for by the hour, stays below the limit.",
  enforcementLevel: "mandatory",
  configSchema: { properties: { maximumProvisionedTPS: { type: "number", minimum: 1, default: 10 } } },
  validateResource(args, reportViolation) {
    if (args.type !== types.campaign) return;
    const { maximumProvisionedTPS = 10 } = args.getConfig<{ maximumProvisionedTPS?: number }>();
    const tps = args.props.minProvisionedTPS;
    if (typeof tps === "number" && tps > maximumProvisionedTPS) {
      reportViolation(
        `minProvisionedTPS: ${tps} is above the limit of ${maximumProvisionedTPS}. Lower it, or raise the limit on purpose.`,
      );
    }
  },
};

/** The settings that a bucket must have are separate resources, so the rule checks the whole stack. */
const bucketParts = [
  [types.bucketEncryption, "default encryption"],
  [types.bucketPublicAccess, "a public access block"],
  [types.bucketVersioning, "versioning"],
  [types.bucketLifecycle, "a lifecycle (how long it keeps objects)"],
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

/** During the first preview the bucket's name is unknown, so the dependency is compared. */
function belongsTo(part: PolicyResource, bucket: PolicyResource): boolean {
  if (part.propertyDependencies.bucket?.some(({ urn }) => urn === bucket.urn)) return true;
  return part.props.bucket !== undefined && part.props.bucket === bucket.props.bucket;
}

export const loggedFunctions: StackValidationPolicy = {
  name: "logged-functions",
  description: "Every function has a log group in the stack, so that it is encrypted and has a retention.",
  enforcementLevel: "mandatory",
  validateStack({ resources }, reportViolation) {
    const groups = new Set(resources.filter(({ type }) => type === types.logGroup).map(({ props }) => props.name));
    for (const { type, props, urn } of resources) {
      if (type !== types.lambda || typeof props.name !== "string") continue;
      if (!groups.has(`/aws/lambda/${props.name}`)) {
        reportViolation(
          `The function ${props.name} has no log group in the stack. Add one named /aws/lambda/${props.name}.`,
          urn,
        );
      }
    }
  },
};

export const resourceRules: readonly ResourceValidationPolicy[] = [
  ...accessRules,
  encryptedStream,
  streamRetention,
  encryptedTopic,
  logGroups,
  supportedRuntime,
  explicitTimeout,
  boundedRetries,
  noAutomaticTraining,
  campaignCap,
];
export const stackRules: readonly StackValidationPolicy[] = [completeBuckets, loggedFunctions];
