/** The services' quotas are checked before the work that they limit. */
import { expect, test } from "vitest";
import type { ServiceName } from "../../account/model/clients.ts";
import { type HostileRequest, openHostileAccount } from "./harness.mts";

const account = await openHostileAccount();
await account.createBucket("bounds");
const json = (service: ServiceName, operation: string, input: object): HostileRequest => ({
  ...{ service, operation, body: JSON.stringify(input) },
});
const attack = (...call: Parameters<typeof json>) => account.attack(json(...call));
const send = (...call: Parameters<typeof json>) => account.send(json(...call));

await send("kinesis", "CreateStream", { StreamName: "first", ShardCount: 300 });
const s3 = (method: string, path: string, body = "", headers = {}): HostileRequest => ({
  ...{ service: "s3", method, path: `/bounds${path}`, body, headers },
});
const many = <T,>(count: number, one: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => one(i));
const form = (count: number) => many(count, (i) => `k${i}=v`).join("&");
const named = (count: number, prefix: string) => Object.fromEntries(many(count, (i) => [`${prefix}${i}`, "v"]));

const Metric = { Namespace: "Pets", MetricName: "Seen" };
const metric = (Id: string) => ({ Id, MetricStat: { Metric, Period: 60, Stat: "Sum" }, ReturnData: false });
const metricData = (MetricDataQueries: object[], EndTime: number, StartTime = 0) =>
  json("cloudwatch", "GetMetricData", { MetricDataQueries, StartTime, EndTime });
const alarm = (EvaluationPeriods: number, Period: number) =>
  json("cloudwatch", "PutMetricAlarm", {
    ...{ AlarmName: "long", ...Metric, Statistic: "Sum", Period, EvaluationPeriods },
    ...{ Threshold: 1, ComparisonOperator: "GreaterThanThreshold" },
  });
const fills = (id: string) => many(100, () => `FILL(${id},0)`).join("+");
const stream = (ShardCount: number) => json("kinesis", "CreateStream", { StreamName: "wide", ShardCount });
const parameter = (more: object) => json("ssm", "PutParameter", { Name: "p", Type: "String", Value: "a", ...more });
const base64 = (bytes: number) => Buffer.alloc(bytes).toString("base64");
const padded = (length: number) => JSON.stringify({ Version: "2012-10-17", Statement: [], Id: "a".repeat(length) });
const rules = (count: number) => {
  const rule = (i: number) =>
    `<Rule><ID>${i}</ID><Status>Enabled</Status><Filter><Prefix>${i}</Prefix></Filter><Expiration><Days>1</Days></Expiration></Rule>`;
  return s3("PUT", "?lifecycle", `<LifecycleConfiguration>${many(count, rule).join("")}</LifecycleConfiguration>`);
};
const hashKey = (ExplicitHashKey: string) =>
  json("kinesis", "PutRecord", { StreamName: "first", Data: "AA==", PartitionKey: "a", ExplicitHashKey });
const putMetrics = (MetricData: unknown[]) => json("cloudwatch", "PutMetricData", { Namespace: "Pets", MetricData });
const twoWeeks = [1_700_000_000 + 14 * 86_400, 1_700_000_000] as const;
const widgets = JSON.stringify({ widgets: many(501, () => ({ type: "text", properties: {} })) });
const event = { Source: "pets", DetailType: "seen", Detail: JSON.stringify({ a: "a".repeat(200_000) }) };
const logEvents = many(10_001, () => ({ timestamp: 1, message: "a" }));

const refused: Readonly<Record<string, Readonly<Record<string, HostileRequest>>>> = {
  LimitExceededException: {
    "a stream of 501 shards": stream(501),
    "a stream of 2e9 shards": stream(2e9),
    "a key policy of 40 KB": json("kms", "CreateKey", { Policy: padded(40_000) }),
  },
  ThrottlingException: {
    "126 years of minutes": metricData([metric("m"), { Id: "e", Expression: "FILL(m, 0)" }], 4_000_000_000),
    "expressions that multiply what they read": metricData(
      [metric("m"), ...many(400, (i) => ({ Id: `e${i}`, Expression: fills(i === 0 ? "m" : `e${i - 1}`) }))],
      ...twoWeeks,
    ),
  },
  InvalidParameterValueException: {
    "a chain of references through 499 expressions": metricData(
      [...many(499, (i) => ({ Id: `e${i}`, Expression: `e${i + 1} + 1` })), metric("e499")],
      3600,
    ),
    "1,001 metrics": putMetrics(many(1001, () => ({ MetricName: "a", Value: 1 }))),
    "101 dashboards": json("cloudwatch", "DeleteDashboards", { DashboardNames: many(101, (i) => `d${i}`) }),
  },
  DashboardInvalidInputError: {
    "a dashboard of 501 widgets": json("cloudwatch", "PutDashboard", { DashboardName: "wide", DashboardBody: widgets }),
  },
  ValidationException: {
    "501 queries": metricData(
      many(501, (i) => metric(`m${i}`)),
      60,
    ),
    "an alarm over 1,441 minutes": alarm(1441, 60),
    "an alarm over 169 hours": alarm(169, 3600),
    "an alarm over 8 days": alarm(8, 86_400),
    "an alarm over a period of 8 days": alarm(1, 691_200),
    "a list with an empty element": putMetrics([null]),
    "a hash key of 20,000 digits": hashKey("9".repeat(20_000)),
    "a hash key that is no number": hashKey("1e3"),
    "a value of 4,097 characters": parameter({ Value: "a".repeat(4097) }),
    "a plaintext of 4,097 bytes": json("kms", "Encrypt", { KeyId: "alias/aws/ssm", Plaintext: base64(4097) }),
    "events of more than 1 MB together": json("eventbridge", "PutEvents", { Entries: many(6, () => event) }),
    "a record of 1,024,001 bytes": json("firehose", "PutRecord", {
      ...{ DeliveryStreamName: "none", Record: { Data: base64(1_024_001) } },
    }),
  },
  InvalidParameterException: {
    "10,001 events": json("cloudwatch-logs", "PutLogEvents", { logGroupName: "g", logStreamName: "s", logEvents }),
  },
  HierarchyLevelLimitExceededException: { "a path of 16 levels": parameter({ Name: "/a".repeat(16) }) },
  KeyTooLongError: {
    "a key of 1,025 bytes": s3("PUT", `/${"a".repeat(1025)}`),
    "the name of a key of 1,026 bytes": s3("GET", `/${"%E2%82%AC".repeat(342)}`),
    "an upload to a key of 1,025 bytes": s3("POST", `/${"a".repeat(1025)}?uploads`),
  },
  InvalidArgument: {
    "the source of a copy with a broken escape": s3("PUT", "/copy", "", { "x-amz-copy-source": "/bounds/%zz" }),
    ...Object.fromEntries(
      ["-1", "1e99", "1.5", "NaN", "99999999999"].map((size) => [
        `a page of ${size} keys`,
        s3("GET", `?list-type=2&max-keys=${size}`),
      ]),
    ),
  },
  MetadataTooLarge: { "metadata beyond 2 KB": s3("PUT", "/meta", "", { "x-amz-meta-a": "a".repeat(2048) }) },
  BadRequest: { "eleven tags of an object": s3("PUT", "/tagged", "", { "x-amz-tagging": form(11) }) },
  MalformedPolicy: { "a bucket's policy beyond 20 KB": s3("PUT", "?policy", padded(20_480)) },
  InvalidRequest: { "1,001 lifecycle rules": rules(1001) },
  MalformedXML: {
    "1,001 keys": s3("POST", "?delete", `<Delete>${"<Object><Key>a</Key></Object>".repeat(1001)}</Delete>`),
  },
};
const rows = Object.entries(refused).flatMap(([code, requests]) =>
  Object.entries(requests).map(([what, request]) => [what, code, request] as const),
);

test.each(rows)("%s: %s", async (_what, code, request) => {
  expect(await account.attack(request)).toMatchObject({ status: 400, code });
});

test("as much as a quota allows is accepted", async () => {
  expect(await account.attack(s3("PUT", `/${"a".repeat(1024)}`))).toMatchObject({ status: 200 });
  expect(await account.attack(rules(1000))).toMatchObject({ status: 200 });
});

test("the shards of all streams are counted together", async () => {
  const create = (ShardCount: number) => attack("kinesis", "CreateStream", { StreamName: "second", ShardCount });
  expect(await create(201)).toMatchObject({ code: "LimitExceededException" });
  expect(await create(200)).toMatchObject({ status: 200 });
});

const createKey = async () => JSON.parse((await send("kms", "CreateKey", {})).text).KeyMetadata.KeyId as string;

test("no more streams, aliases of a key and rules of a bus are created than their quotas", async () => {
  const TargetKeyId = await createKey();
  const StreamModeDetails = { StreamMode: "ON_DEMAND" };
  const stream = (i: number) => json("kinesis", "CreateStream", { StreamName: `d${i}`, StreamModeDetails });
  const alias = (i: number) => json("kms", "CreateAlias", { AliasName: `alias/a${i}`, TargetKeyId });
  const rule = (i: number) => json("eventbridge", "PutRule", { Name: `r${i}`, EventPattern: '{"source":["pets"]}' });
  for (const [most, create] of [
    [50, stream],
    [50, alias],
    [300, rule],
  ] as const) {
    for (let i = 0; i < most; i++) expect(await account.send(create(i))).toMatchObject({ status: 200 });
    expect(await account.attack(create(most))).toMatchObject({ code: "LimitExceededException" });
  }
  // A rule of a full bus can be changed.
  expect(await account.attack(rule(299))).toMatchObject({ status: 200 });
});

test("none of the tags that go beyond 50 is kept", async () => {
  await send("cloudwatch-logs", "CreateLogGroup", { logGroupName: "tagged" });
  const resourceArn = "arn:aws:logs:eu-west-1:000000000000:log-group:tagged";
  const tag = (prefix: string) => attack("cloudwatch-logs", "TagResource", { resourceArn, tags: named(30, prefix) });
  expect(await tag("a")).toMatchObject({ status: 200 });
  expect(await tag("b")).toMatchObject({ code: "TooManyTagsException" });
  const add = (prefix: string) =>
    attack("kinesis", "AddTagsToStream", { StreamName: "first", Tags: named(30, prefix) });
  expect(await add("a")).toMatchObject({ status: 200 });
  expect(await add("b")).toMatchObject({ code: "InvalidArgumentException" });
  const listed = await send("kinesis", "ListTagsForStream", { StreamName: "first" });
  expect(JSON.parse(listed.text).Tags).toHaveLength(30);
  const Tags = many(51, (i) => ({ TagKey: `k${i}`, TagValue: "v" }));
  // Recorded: localstack/localstack, test_create_key_with_too_many_tags_raises_error.
  expect(await attack("kms", "TagResource", { KeyId: await createKey(), Tags })).toMatchObject({
    code: "TagException",
  });
});

test("the parts of an upload are 1 to 10,000", async () => {
  const upload = /<UploadId>([^<]+)</.exec((await account.send(s3("POST", "/parts?uploads"))).text)?.[1];
  for (const number of ["0", "10001", "-1", "1e9", "abc"]) {
    const part = s3("PUT", `/parts?partNumber=${number}&uploadId=${upload}`, "a");
    expect(await account.attack(part), number).toMatchObject({ status: 400, code: "InvalidArgument" });
  }
  const part = "<Part><PartNumber>1</PartNumber><ETag>a</ETag></Part>";
  const body = `<CompleteMultipartUpload>${part.repeat(20_000)}</CompleteMultipartUpload>`;
  expect(await account.attack(s3("POST", `/parts?uploadId=${upload}`, body))).toMatchObject({ status: 400 });
});

test("an error lists ten violations of a request, and counts all", async () => {
  const Tags = many(40, () => ({ Key: "", Value: "" }));
  const answer = await account.attack(parameter({ Tags }));
  expect(answer.status).toBe(400);
  expect(answer.text.match(/failed to satisfy constraint/g)).toHaveLength(10);
  expect(answer.text).toMatch(/[4-9]\d validation errors detected/);
});

test("JSON that nests too deep inside a text of a request is refused", async () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  for (const call of [
    json("eventbridge", "PutRule", { Name: "deep", EventPattern: `${'{"a":'.repeat(600)}[1]${"}".repeat(600)}` }),
    json("eventbridge", "TestEventPattern", { EventPattern: '{"a":[1]}', Event: nested(100_000) }),
    json("personalize", "CreateSchema", { name: "deep", schema: nested(4_000) }),
    json("kms", "CreateKey", { Policy: nested(4_000) }),
    json("cloudwatch", "PutDashboard", { DashboardName: "deep", DashboardBody: nested(100_000) }),
  ]) {
    expect(await account.attack(call), call.operation).toMatchObject({ status: 400 });
  }
});

test("no more of a request is kept in memory than its log shows", async () => {
  const body = JSON.stringify({ Name: "a".repeat(900_000) });
  const before = await account.largestMemory();
  // 300 MiB in all.
  for (let i = 0; i < 350; i++) await account.send({ service: "ssm", operation: "GetParameter", body });
  expect((await account.largestMemory()) - before, "MiB").toBeLessThan(250);
});
