import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { accessRules } from "./access/access-rules";
import { type Inputs, isGiven, readInputs, readPath, unknown } from "./inputs";
import { kindOf } from "./kinds";
import { completeBuckets, loggedFunctions } from "./stack-rules";

/** Returns true when the value of an input is right; `others` are all inputs of the resource. */
type IsRight = (value: unknown, others: Inputs) => boolean;

/**
 * Creates a rule about inputs of one kind of resource, each with the advice where its value is
 * wrong.
 */
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

export const privateFunctions = createRule(
  "private-functions",
  "Other teams invoke functions with IAM; no function is open to the internet.",
  "lambda/FunctionUrl",
  { authorizationType: [is("AWS_IAM"), "callers need no authentication. Set it to AWS_IAM."] },
);

/**
 * Adds a condition: mappings of Kinesis and DynamoDB retry for ever by default, others do not
 * (Lambda guide, "Event source mappings"). A new stream's ARN is unknown; a queue's mapping has no
 * position, and one of Kafka has topics.
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

/** Resources whose content is a template of another tool, in which anything can be open. */
const opaque = /^(aws-native:|(cloudformation|cloudcontrol|serverlessrepository)\/)/;

export const readableResources: ResourceValidationPolicy = {
  name: "readable-resources",
  description: "AWS resources are of the aws provider, whose types these rules can read.",
  enforcementLevel: "mandatory",
  validateResource({ type }, reportViolation) {
    if (opaque.test(kindOf(type))) {
      reportViolation(`${type}: no rule can read what it opens. Use the resource of the aws provider (aws:…).`);
    }
  },
};

export const resourceRules: readonly ResourceValidationPolicy[] = [
  ...accessRules,
  readableResources,
  encryptedStream,
  encryptedTopic,
  logGroups,
  privateFunctions,
  boundedRetries,
];
export const stackRules: readonly StackValidationPolicy[] = [completeBuckets, loggedFunctions];
