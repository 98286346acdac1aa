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
 * The limits of inputs that grow with the configuration and the stack's name. Names are not among
 * them: they are cut to the shortest limit (`physicalName`).
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
