export interface Place {
  readonly account: string;
  readonly region: string;
}

export const toArn = ({ account, region }: Place, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

type Inputs = Readonly<Record<string, unknown>>;

/**
 * The ARN after `arn:aws:`, with `{place}` for Region and account, `{input}` for inputs and `*` for
 * generated ids, and the action that creates a resource, for one type of each service.
 */
type ArnFormat = readonly [arn: string, create?: string];

/** Formats of ARNs (Service Authorization Reference, "Resource types defined by" each service). */
const formats: ReadonlyMap<string, ArnFormat> = new Map<string, ArnFormat>([
  ["aws:cloudwatch/dashboard:Dashboard", ["cloudwatch::{account}:dashboard/{dashboardName}"]],
  ["aws:cloudwatch/eventRule:EventRule", ["events:{place}:rule/{name}", "PutRule"]],
  ["aws:cloudwatch/logGroup:LogGroup", ["logs:{place}:log-group:{name}", "CreateLogGroup"]],
  ["aws:cloudwatch/metricAlarm:MetricAlarm", ["cloudwatch:{place}:alarm:{name}", "PutMetricAlarm"]],
  ["aws:iam/policy:Policy", ["iam::{account}:policy/{name}"]],
  ["aws:iam/role:Role", ["iam::{account}:role/{name}", "CreateRole"]],
  [
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    ["firehose:{place}:deliverystream/{name}", "CreateDeliveryStream"],
  ],
  ["aws:kinesis/stream:Stream", ["kinesis:{place}:stream/{name}", "CreateStream"]],
  ["aws:kms/alias:Alias", ["kms:{place}:{name}"]],
  ["aws:kms/key:Key", ["kms:{place}:key/*"]],
  ["aws:lambda/eventSourceMapping:EventSourceMapping", ["lambda:{place}:event-source-mapping:*"]],
  ["aws:lambda/function:Function", ["lambda:{place}:function:{name}", "CreateFunction"]],
  ["aws:s3/bucket:Bucket", ["s3:::{bucket}", "CreateBucket"]],
  ["aws:scheduler/schedule:Schedule", ["scheduler:{place}:schedule/{groupName}/{name}", "CreateSchedule"]],
  ["aws:scheduler/scheduleGroup:ScheduleGroup", ["scheduler:{place}:schedule-group/{name}"]],
  ["aws:sfn/stateMachine:StateMachine", ["states:{place}:stateMachine:{name}", "CreateStateMachine"]],
  ["aws:sns/topic:Topic", ["sns:{place}:{name}", "CreateTopic"]],
  ["aws:ssm/parameter:Parameter", ["ssm:{place}:parameter{name}", "PutParameter"]],
  [personalizeType("Campaign"), ["personalize:{place}:campaign/{physicalName}"]],
  [personalizeType("Dataset"), ["personalize:{place}:dataset/{groupName}/{collection}"]],
  [personalizeType("DatasetGroup"), ["personalize:{place}:dataset-group/{physicalName}", "CreateDatasetGroup"]],
  [personalizeType("DatasetImportJob"), ["personalize:{place}:dataset-import-job/{physicalName}"]],
  // The ARNs of event trackers and of versions end in generated digits.
  [personalizeType("EventTracker"), ["personalize:{place}:event-tracker/*"]],
  [personalizeType("Filter"), ["personalize:{place}:filter/{physicalName}"]],
  [personalizeType("MetricAttribution"), ["personalize:{place}:metric-attribution/{physicalName}"]],
  [personalizeType("Schema"), ["personalize:{place}:schema/{physicalName}"]],
  [personalizeType("Solution"), ["personalize:{place}:solution/{physicalName}"]],
  [personalizeType("SolutionVersion"), ["{solutionArn}/*"]],
]);

/** The type of a kind of Amazon Personalize, such as `Campaign`. */
export function personalizeType(kind: string): string {
  return `pulumi-nodejs:dynamic/personalize:${kind}`;
}

/** The names of resources in Personalize end with a hash that is not known before they exist. */
const anyHash = "-00000000";

export type ResourceArn = NonNullable<ReturnType<typeof findArn>>;

/**
 * The ARN that a resource will have; undefined for components and for parts of others, such as the
 * settings of a bucket: a right on another resource of the stack is a right on them, or, in EC2,
 * one by the stack's tags.
 */
export function findArn(place: Place, type: string, inputs: Inputs) {
  const [format, create] = formats.get(type) ?? [];
  if (format === undefined) return undefined;
  const filled = fillText(place, format, inputs);
  const arn = filled.startsWith("arn:") ? filled : `arn:aws:${filled}`;
  const [, , service = ""] = arn.split(":");
  return { service, arn, create: create && `${service}:${create}` };
}

/** Replaces `{input}` by the inputs' values. */
function fillText({ account, region }: Place, text: string, inputs: Inputs): string {
  const values: Inputs = { account, place: `${region}:${account}`, ...namesInPersonalize(inputs), ...inputs };
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

/**
 * Parts of ARNs in Personalize that are made from inputs: see `completeName` in
 * dynamic-providers/resource/names.ts.
 */
const namesInPersonalize = (inputs: Inputs) => ({
  physicalName: `${String(inputs.name).slice(0, 54)}${anyHash}`,
  groupName: String(inputs.datasetGroupArn).split("/").at(-1) ?? "",
  collection: String(inputs.datasetType).toUpperCase(),
});

/**
 * Returns a pattern for everything whose name begins with one of the prefixes, such as
 * `recommender-prod-`. Other names are named. Where a name was cut, the hash at its end is left
 * out: all names of a long stack are then cut to the same text.
 */
export function widenArn(arn: string, prefixes: readonly string[]): string {
  for (const prefix of prefixes) {
    const at = arn.indexOf(prefix);
    if (at >= 0) return `${arn.slice(0, at + prefix.length)}*`;
  }
  const known = arn.replace(/-[0-9a-f]{8}(?=$|\/|-\d{12}$)/, "-*");
  return known.endsWith("*") ? known : `${known}*`;
}
