/** A stack, as the words for its resources and their ARNs need it. */
export interface StackNames {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  /** The key has a generated id. */
  readonly keyArn: string;
  /** The role that runs the commands. */
  readonly callerArn: string;
}

/**
 * Words for what the commands use, and the patterns of the ARNs; `{at}` is Region and account,
 * `{name}` begins the names.
 */
const places: Readonly<Record<string, readonly string[]>> = {
  "`*`": ["*"],
  "the stack's parameters": [
    "arn:aws:ssm:{at}:parameter/animal-recommender/{stack}",
    "arn:aws:ssm:{at}:parameter/animal-recommender/{stack}/*",
  ],
  "the archive bucket": ["arn:aws:s3:::{name}archive-{account}"],
  "the data bucket": ["arn:aws:s3:::{name}data-{account}"],
  "the quarantine bucket": ["arn:aws:s3:::{name}quarantine-{account}"],
  "the stream": ["arn:aws:kinesis:{at}:stream/{name}events"],
  "the delivery stream": ["arn:aws:firehose:{at}:deliverystream/{name}archive"],
  "the functions": ["arn:aws:lambda:{at}:function:{name}*"],
  "the state machine": ["arn:aws:states:{at}:stateMachine:{name}retraining"],
  "the state machine's executions": ["arn:aws:states:{at}:execution:{name}retraining:*"],
  "the schedules": ["arn:aws:scheduler:{at}:schedule/{name}schedules/*"],
  "all alarms": ["arn:aws:cloudwatch:{at}:alarm:*"],
  "the import role": ["arn:aws:iam::{account}:role/{name}personalize-import"],
  "the caller's role": ["{caller}"],
  "the stack's key": ["{key}"],
  "the campaigns": ["arn:aws:personalize:{at}:campaign/{name}*"],
  "the solutions": ["arn:aws:personalize:{at}:solution/{name}*"],
  "the filters": ["arn:aws:personalize:{at}:filter/{name}*"],
  "the dataset group": ["arn:aws:personalize:{at}:dataset-group/{name}*"],
  "the datasets": ["arn:aws:personalize:{at}:dataset/{name}*"],
  "the schemas": ["arn:aws:personalize:{at}:schema/{name}*"],
  "the import jobs": ["arn:aws:personalize:{at}:dataset-import-job/{name}*"],
  "the deletion jobs": ["arn:aws:personalize:{at}:data-deletion-job/{name}*"],
};

function fill(pattern: string, { stack, account, region, keyArn, callerArn }: StackNames): string {
  const values: Readonly<Record<string, string>> = {
    stack,
    account,
    at: `${region}:${account}`,
    name: `recommender-${stack}-`,
    key: keyArn,
    caller: callerArn,
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Objects of a bucket, by the first part of their keys: "`decisions/` in the data bucket". */
const inside = /^`(.+\/)` in (.+)$/;

/** The patterns of the ARNs that the words mean. */
export function toPatterns(place: string, names: StackNames): string[] {
  const [, prefix, bucket] = inside.exec(place) ?? [];
  const patterns = places[bucket ?? place];
  if (patterns === undefined) throw new Error(`No resource is called "${place}": see tools/permissions/places.ts.`);
  return patterns.map((pattern) => fill(pattern, names) + (prefix === undefined ? "" : `/${prefix}*`));
}

/** The words for an ARN. */
export function nameArn(arn: string, names: StackNames): string {
  const [, bucket, prefix] = /^(arn:aws:s3:::[^/]+)\/([^/]*\/)/.exec(arn) ?? [];
  for (const place of Object.keys(places)) {
    const isNamed = (text: string) =>
      toPatterns(place, names).some((pattern) =>
        pattern.endsWith("*") && pattern !== "*" ? text.startsWith(pattern.slice(0, -1)) : text === pattern,
      );
    if (bucket !== undefined && isNamed(bucket)) return `\`${prefix}\` in ${place}`;
    if (isNamed(arn)) return place;
  }
  throw new Error(`No words for ${arn}: add them to tools/permissions/places.ts.`);
}
