/** Valid texts for the members of requests. */

const statement = (more: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:Get*", ...more }] });
const machine = JSON.stringify({
  QueryLanguage: "JSONata",
  StartAt: "Look",
  States: {
    Look: {
      Type: "Choice",
      Choices: [{ Condition: "{% $states.input.a = 1 %}", Next: "All" }],
      Default: "Pass",
    },
    All: {
      Type: "Parallel",
      Branches: [{ StartAt: "One", States: { One: { Type: "Wait", Seconds: 5, End: true } } }],
      Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 }],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Pass" }],
      Next: "Pass",
    },
    Pass: { Type: "Pass", Assign: { a: "{% $states.input %}" }, Output: "{% $states.input %}", End: true },
  },
});
const schema = JSON.stringify({
  type: "record",
  name: "Interactions",
  namespace: "com.amazonaws.personalize.schema",
  fields: [
    ...["USER_ID", "ITEM_ID", "TIMESTAMP"].map((name) => ({ name, type: name === "TIMESTAMP" ? "long" : "string" })),
    { name: "EVENT_TYPE", type: ["null", "string"] },
  ],
  version: "1.0",
});
const event = {
  ...{ id: "1", account: "0", source: "pets", time: "2026-01-01T00:00:00Z", region: "eu-west-1", resources: ["a"] },
  ...{ "detail-type": "a", detail: { a: [{ b: "c" }], "d.e": 1 } },
};
/** One event with metrics, in the embedded metric format. */
const metrics = JSON.stringify({
  _aws: {
    Timestamp: 1_767_225_600_000,
    CloudWatchMetrics: [{ Namespace: "Pets", Dimensions: [["a"]], Metrics: [{ Name: "n", Unit: "Count" }] }],
  },
  a: "b",
  n: [1, 2],
});

type Texts = readonly (readonly [name: RegExp, texts: readonly string[]])[];

/** Documents, patterns and expressions, by a member's name. Most of the work of a request is here. */
export const languages: Texts = [
  [
    /^AssumeRolePolicyDocument$/,
    [statement({ Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com", AWS: ["000000000000"] } })],
  ],
  [
    /^(policyDocument|Policy|PolicyInputList|PermissionsBoundaryPolicyInputList)$/i,
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
      statement({ Resource: ["arn:aws:s3:::pets/*", "arn:aws:s3:::${aws:PrincipalAccount}/?*"] }),
      statement({ Resource: "*", Condition: { StringLike: { "aws:PrincipalArn": ["arn:*:role/*", "a?*b"] } } }),
      statement({ Resource: "*", Principal: { AWS: "000000000000" } }),
    ],
  ],
  [/^(ResourcePolicy)$/, [statement({ Resource: "arn:aws:s3:::pets/*", Principal: "*" })]],
  [/^definition$/, [machine]],
  [/^schema$/, [schema]],
  [
    /^(EventPattern|Pattern)$/,
    [
      '{"source":["pets"]}',
      '{"detail":{"a":[{"prefix":"b"},{"wildcard":"*c*"}],"$or":[{"b":[{"numeric":[">",0]}]},{"c":[{"exists":true}]}]}}',
      '{"detail.a.b":[{"anything-but":["a","b"]},{"cidr":"10.0.0.0/8"},{"equals-ignore-case":"c"}]}',
    ],
  ],
  [/^Event$/, [JSON.stringify(event)]],
  [/^(input|Detail|Input|Message)$/, ["{}", '{"a":[1,2,{"b":null}],"c.d":"e"}', "[]", "null"]],
  [/^InputTemplate$/, ['{"a": <a>, "b": "<aws.events.event.json>"}', '"<a> and <aws.events.event>"']],
  [/^InputPath$/, ["$.detail.a[0]['b']"]],
  [
    /^DashboardBody$/,
    ['{"widgets":[{"type":"metric","x":0,"y":0,"properties":{"metrics":[["Pets","Seen","a","b"]],"title":"a"}}]}'],
  ],
  [
    /^filterPattern$/,
    ['{ $.a.b = "x*" && ($.c >= 1 || $.d[0] NOT EXISTS) }', "%[ab]*a[ab]{9}c%", '?a "b c" -d %e+f?%'],
  ],
  [/^message$/, [metrics, '{"a":{"b":"xyz"},"c":2,"d":[1]}', "ERROR a b c"]],
  [
    /^filterExpression$/,
    [
      'INCLUDE ItemID WHERE Items.A IN ("1", $P) AND (Items.B != "b" OR Items.A NOT IN ("c"))',
      'EXCLUDE ItemID WHERE Items.A IN ("a") | INCLUDE ItemID WHERE Items.B = "a" IF CurrentUser.AGE = "3"',
    ],
  ],
  [
    /^(ScheduleExpression|schedulingExpression)$/,
    ["rate(5 minutes)", "cron(0/5 12,13 ? JAN-MAR MON#1 *)", "at(2030-01-01T00:00:00)"],
  ],
  [/^Expression$/, ["m1 + 1", "FILL(METRICS(), 0) * 2", "SUM([m1, m1]) / 2", "IF(m1 > 1, m1, -m1)"]],
  [/^expression$/, ["SUM(Interactions.EVENT_VALUE)", "SAMPLECOUNT()"]],
  [/^AllowedPattern$/, ["^(a|b)+[cd]{2,9}$|(abab)*", "\\d+", "(?=.*a).{1,9}"]],
  [
    /^(Prefix|ErrorOutputPrefix)$/,
    ["a/!{timestamp:yyyy/MM/dd}/!{firehose:random-string}/", "a/!{firehose:error-output-type}/", "a/"],
  ],
  [/^properties$/, ['{"itemId":"1"}', '{"a":"b","b":"c"}']],
  [/^(Tagging|CopySourceIfMatch|CopySourceIfNoneMatch|IfMatch|IfNoneMatch)$/, ["a=b&c=d", '"a", "b"', "*"]],
  [/^(Range|CopySourceRange)$/, ["bytes=0-1", "bytes=-5", "bytes=2-", "bytes=0-1,3-4"]],
];

/** Other values with a form, by a member's name. */
const values: Texts = [
  [/^(Stat|Statistic)$/, ["Sum", "p99", "Average"]],
  [/^RoleArn$/i, ["arn:aws:iam::000000000000:role/pets"]],
  [/^Role$/, ["arn:aws:iam::000000000000:role/pets"]],
  [/^KeyId$/, ["alias/pets", "alias/aws/ssm"]],
  [/^(AliasName|TargetKeyId)$/, ["alias/pets"]],
  [/^CopySource$/, ["pets/pets", "/pets/a?versionId=null"]],
  [/^ShardId$/, ["shardId-000000000000"]],
  [/^logGroup(Name|Identifier)$/, ["pets"]],
  [/^dataLocation$|^path$/, ["s3://pets/a", "s3://pets/"]],
  [/^trackingId$/, ["00000000-0000-0000-0000-000000000000"]],
  [/^(Endpoint|endpoint)$/, ["pets@example.com"]],
  [/^Protocol$/, ["email"]],
  [/^(ActionNames)$/, ["s3:GetObject", "lambda:InvokeFunction"]],
  [/^(ResourceArns)$/, ["arn:aws:s3:::pets/a", "*"]],
  [/^Name$/, ["pets", "/pets/a", "a"]],
];

export const textsByName: Texts = [...languages, ...values];

/** Names. Nearly all prepared resources have the first one. */
export const names = [
  ...["pets", "a", "A1", "1", "pets-2", "/pets/a", "pets.txt", "INTERACTIONS", "nodejs22.x", "index.handler"],
];

const at = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:000000000000:${resource}`;

/** The ARNs of all prepared resources. */
export const arns = [
  at("sns", "pets"),
  at("kinesis", "stream/pets"),
  at("firehose", "deliverystream/pets"),
  at("lambda", "function:pets"),
  at("states", "stateMachine:pets"),
  at("states", "execution:pets:one"),
  at("personalize", "dataset-group/pets"),
  at("personalize", "schema/pets"),
  at("personalize", "dataset/pets/INTERACTIONS"),
  at("personalize", "solution/pets"),
  at("personalize", "filter/pets"),
  "arn:aws:personalize:::recipe/aws-user-personalization",
  at("events", "rule/pets"),
  at("scheduler", "schedule-group/pets"),
  at("logs", "log-group:pets"),
  at("cloudwatch", "alarm:pets"),
  at("kms", "alias/pets"),
  "arn:aws:iam::000000000000:role/pets",
  "arn:aws:iam::000000000000:policy/pets",
  "arn:aws:s3:::pets",
  `${at("sns", "pets")}:00000000-0000-0000-0000-000000000000`,
];
