import * as pulumi from "@pulumi/pulumi";

/** The most bytes of an input's text that AWS takes. */
interface Limit {
  readonly type: string;
  readonly input: string;
  readonly bytes: number;
  /** The page of AWS's documentation. */
  readonly source: string;
}

const quotas = "IAM guide, IAM and AWS STS quotas";

/**
 * The limits of inputs that grow with the configuration and the stack's name. Names are not among them: they are cut to the
 * shortest limit (`physicalName`).
 */
export const limits: readonly Limit[] = [
  // IAM counts all inline policies of a role together; a role of this program has one.
  { type: "aws:iam/rolePolicy:RolePolicy", input: "policy", bytes: 10_240, source: quotas },
  { type: "aws:iam/role:Role", input: "assumeRolePolicy", bytes: 2_048, source: quotas },
  { type: "aws:iam/policy:Policy", input: "policy", bytes: 6_144, source: quotas },
  { type: "aws:s3/bucketPolicy:BucketPolicy", input: "policy", bytes: 20_480, source: "S3 guide, Bucket policies" },
  { type: "aws:kms/key:Key", input: "policy", bytes: 32_768, source: "KMS guide, Resource quotas" },
  { type: "aws:lambda/function:Function", input: "environment", bytes: 4_096, source: "Lambda guide, Lambda quotas" },
  {
    type: "aws:ssm/parameter:Parameter",
    input: "value",
    bytes: 4_096,
    source: "Systems Manager guide, Managing parameter tiers",
  },
  {
    type: "aws:sfn/stateMachine:StateMachine",
    input: "definition",
    bytes: 1_048_576,
    source: "Step Functions API reference, CreateStateMachine",
  },
  {
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    input: "alarmDescription",
    bytes: 1_024,
    source: "CloudWatch API reference, PutMetricAlarm",
  },
];

/** The limit of an input. */
export function limitOf(type: string, input: string): number {
  return limits.find((limit) => limit.type === type && limit.input === input)?.bytes ?? Number.POSITIVE_INFINITY;
}

/**
 * Ends the program when an input is beyond its limit, as soon as the value is known: for most in the first preview. The check
 * is beside the input: an input that fails makes everything that depends on it fail, with a text for each.
 */
export const refuseExcess: pulumi.ResourceTransformation = ({ type, name, props }) => {
  const inputs = new Map<string, pulumi.Input<object | string>>(Object.entries(props));
  for (const { input, bytes, source } of limits.filter((limit) => limit.type === type)) {
    pulumi.output(inputs.get(input) ?? "").apply((value: unknown) => {
      const size = countBytes(value);
      if (size <= bytes) return;
      throw new pulumi.RunError(
        `${name}: ${input} needs ${size} bytes, and AWS takes ${bytes} (${source}). Use fewer placements and filters ` +
          "(recommender:placements, recommender:filters), shorter names of them, or a shorter stack name.",
      );
    });
  }
  return undefined;
};

/** Lambda counts the variables of an environment as JSON. */
function countBytes(value: unknown): number {
  const { variables = value } = value as { variables?: unknown };
  return Buffer.byteLength(typeof variables === "string" ? variables : JSON.stringify(variables));
}
