/** Valid texts for the members of requests. */

const statement = (more: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", ...more }] });
const machine = JSON.stringify({
  QueryLanguage: "JSONata",
  StartAt: "Pass",
  States: { Pass: { Type: "Pass", Output: "{% $states.input %}", End: true } },
});
const schema = JSON.stringify({
  type: "record",
  name: "Interactions",
  namespace: "com.amazonaws.personalize.schema",
  fields: ["USER_ID", "ITEM_ID", "TIMESTAMP"].map((name) => ({ name, type: name === "TIMESTAMP" ? "long" : "string" })),
  version: "1.0",
});

/** Valid texts by a member's name: documents, expressions, and the resources that `prepare` creates. */
export const textsByName: readonly (readonly [name: RegExp, texts: readonly string[]])[] = [
  [
    /^AssumeRolePolicyDocument$/,
    [statement({ Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" })],
  ],
  [/^policyDocument$/i, [statement({ Resource: "*" })]],
  [/^policy$/i, [statement({ Resource: "*", Principal: "*" }), statement({ Resource: "*" })]],
  [/^definition$/, [machine]],
  [/^schema$/, [schema]],
  [/^EventPattern$/, ['{"source":["pets"]}', '{"detail":{"a":[{"prefix":"b"},{"wildcard":"*c*"}]}}']],
  [
    /^Event$/,
    [
      '{"id":"1","account":"0","source":"pets","time":"2026-01-01T00:00:00Z","region":"eu-west-1","resources":[],"detail-type":"a","detail":{}}',
    ],
  ],
  [/^(input|Detail|Input)$/, ["{}", '{"a":[1,2,{"b":null}]}', "[]", "null"]],
  [/^DashboardBody$/, ['{"widgets":[{"type":"text","properties":{"markdown":"a"}}]}']],
  [/^filterPattern$/, ["ERROR", "{ $.a = 1 }", "?a ?b", "%a.c%", '"a b" -c']],
  [
    /^filterExpression$/,
    ['INCLUDE ItemID WHERE Interactions.ITEM_ID IN ("1", $P)', 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")'],
  ],
  [/^ScheduleExpression$/, ["rate(5 minutes)", "cron(0 12 * * ? *)", "at(2030-01-01T00:00:00)"]],
  [/^Expression$/, ["m1 + 1", "FILL(METRICS(), 0)", "SUM(METRICS())", "IF(m1 > 1, m1)"]],
  [/^(AlarmRule|AllowedPattern)$/, ["a.*", "\\d+"]],
  [/^(Stat|Statistic)$/, ["Sum", "p99", "Average"]],
  [/^RoleArn$/i, ["arn:aws:iam::000000000000:role/pets"]],
  [/^Role$/, ["arn:aws:iam::000000000000:role/pets"]],
  [/^KeyId$/, ["alias/pets", "alias/aws/ssm"]],
  [/^(AliasName|TargetKeyId)$/, ["alias/pets"]],
  [/^CopySource$/, ["pets/a", "/pets/a?versionId=null"]],
  [/^(Range|CopySourceRange)$/, ["bytes=0-1", "bytes=-5", "bytes=2-"]],
  [/^ShardId$/, ["shardId-000000000000"]],
  [/^logGroup(Name|Identifier)$/, ["pets"]],
  [/^dataLocation$|^path$/, ["s3://pets/a", "s3://pets/"]],
  [/^trackingId$/, ["00000000-0000-0000-0000-000000000000"]],
  [/^sentAt$/, ["1767225600"]],
  [/^properties$/, ['{"itemId":"1"}']],
  [/^(Endpoint|endpoint)$/, ["pets@example.com"]],
  [/^Protocol$/, ["email"]],
  [/^Name$/, ["pets", "/pets/a", "a"]],
];

/** Names. Nearly all prepared resources have the first one. */
export const names = [
  "pets",
  "a",
  "A1",
  "1",
  "pets-2",
  "/pets/a",
  "pets.txt",
  "INTERACTIONS",
  "nodejs22.x",
  "index.handler",
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
