import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { accessRules } from "./access/rules";
import { type Inputs, isGiven, readInputs, readPath, unknown } from "./inputs";
import { kindOf } from "./kinds";
import { completeBuckets, loggedFunctions } from "./stack-rules";

/** Returns true when the value of an input is right; `others` are all inputs of the resource. */
type IsRight = (value: unknown, others: Inputs) => boolean;

/** Creates a rule about inputs of one kind of resource, each with the advice where its value is wrong. */
function createRule(
  name: string,
  description: string,
  kind: string,
  inputs: Readonly<Record<string, readonly [IsRight, advice: string]>>,
): ResourceValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateResource({ type, props }, reportViolation) {
      // Dynamic resources have no class that a rule could use, so all rules compare kinds.
      if (kindOf(type) !== kind) return;
      const found = readInputs(props);
      for (const [input, [isRight, advice]] of Object.entries(inputs)) {
        const value = readPath(found, input);
        if (!isRight(value, found)) reportViolation(`${input} is ${value ?? "not set"}: ${advice}`);
      }
    },
  };
}

const is = (right: unknown) => (value: unknown) => value === right || value === unknown;
/** Numbers from `least`; a value that is not known yet may be one. */
const isFrom = (least: number) => (value: unknown) =>
  value === unknown || (typeof value === "number" && value >= least);

export const encryptedStream = createRule(
  "encrypted-stream",
  "Streams are encrypted with a KMS key.",
  "kinesis/Stream",
  { encryptionType: [is("KMS"), "the stream is not encrypted. Set it to KMS, with kmsKeyId."] },
);

export const streamRetention = createRule(
  "stream-retention",
  "Streams keep records for at least two days, so that an outage at a weekend loses no records.",
  "kinesis/Stream",
  { retentionPeriod: [isFrom(48), "too short. Set 48 hours or more."] },
);

export const encryptedTopic = createRule("encrypted-topic", "Topics are encrypted with a KMS key.", "sns/Topic", {
  kmsMasterKeyId: [isGiven, "the topic is not encrypted. Give it the stack's key."],
});

export const logGroups = createRule(
  "log-groups",
  "Log groups are encrypted and have a retention.",
  "cloudwatch/LogGroup",
  {
    kmsKeyId: [isGiven, "the log group is not encrypted with the stack's key."],
    retentionInDays: [isGiven, "the log group keeps events for ever. Set a number of days."],
  },
);

/** Runtimes that Lambda supports, and still will for months (Lambda guide, "Lambda runtimes", November 2026). */
const supportedRuntimes =
  /^(nodejs2[246]\.x|python3\.1[1-5]|java(17|21|25)|java\d+\.al2023|dotnet10|ruby(3\.[34]|4\.0)|provided\.al2023)$/;

/** An image brings its own runtime. */
const runs: IsRight = (runtime, { packageType }) =>
  packageType === "Image" || runtime === unknown || supportedRuntimes.test(String(runtime));

export const supportedRuntime = createRule(
  "supported-runtime",
  "Functions run on a runtime that is not deprecated.",
  "lambda/Function",
  { runtime: [runs, "not supported, or will soon not be. Use one that is, such as nodejs24.x."] },
);

export const explicitTimeout = createRule("explicit-timeout", "Functions set their timeout.", "lambda/Function", {
  // Providers add the default before a rule gets the resource, so 3 means: not set.
  timeout: [
    (value) => value !== 3 && isFrom(1)(value),
    "Lambda's default of 3 s is usually too short. Set another value.",
  ],
});

/**
 * Adds a condition: mappings of Kinesis and DynamoDB retry for ever by default, others do not (Lambda guide, "Event source
 * mappings"). A new stream's ARN is unknown; a queue's mapping has no position, and one of Kafka has topics.
 */
const onStreams =
  (isRight: IsRight): IsRight =>
  (value, inputs) => {
    const { eventSourceArn: arn, startingPosition, topics } = inputs;
    const isStream =
      arn === unknown ? isGiven(startingPosition) && !topics : /^arn:[^:]*:(kinesis|dynamodb):/.test(String(arn));
    return !isStream || isRight(value, inputs);
  };
const isBounded: IsRight = (attempts, { maximumRecordAgeInSeconds: age }) => isFrom(0)(attempts) || isFrom(1)(age);

export const boundedRetries = createRule(
  "bounded-retries",
  "A stream's consumer stops retrying a bad batch at some time, and stores it.",
  "lambda/EventSourceMapping",
  {
    maximumRetryAttempts: [onStreams(isBounded), "batches are retried for ever. Set a number of attempts."],
    "destinationConfig.onFailure.destinationArn": [
      onStreams(isGiven),
      "a batch that failed is lost. Set an on-failure destination.",
    ],
  },
);

export const campaignCap: ResourceValidationPolicy = {
  name: "campaign-cap",
  description: "A campaign's provisioned throughput, which is paid for by the hour, stays below the limit.",
  enforcementLevel: "mandatory",
  configSchema: { properties: { maximumProvisionedTPS: { type: "number", minimum: 1, default: 10 } } },
  validateResource(args, reportViolation) {
    if (args.type !== "pulumi-nodejs:dynamic/personalize:Campaign") return;
    const { maximumProvisionedTPS = 10 } = args.getConfig<{ maximumProvisionedTPS?: number }>();
    const { minProvisionedTPS: tps } = readInputs(args.props);
    if (Number(tps) > maximumProvisionedTPS) {
      reportViolation(
        `minProvisionedTPS: ${tps} is above the limit of ${maximumProvisionedTPS}. Lower it, or raise the limit on purpose.`,
      );
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
  campaignCap,
];
export const stackRules: readonly StackValidationPolicy[] = [completeBuckets, loggedFunctions];
