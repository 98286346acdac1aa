/**
 * The rule for keys (aws/record.ts), over the wire: a name that objects inherit is a name like any other. The
 * requests are written by hand, because the SDK's clients put names into ordinary objects.
 */
import { cbor } from "@smithy/core/cbor";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { dictionary } from "../../account/aws/record.ts";
import type { ServiceName } from "../../account/model/clients.ts";
import { spoken } from "../../account/model/protocols.ts";
import { openAccount } from "../support/account.mts";
import { changedPrototypes, inheritedNames } from "../support/outside-names.ts";
import { createRole } from "../support/roles.ts";

const account = await openAccount({ start: Date.parse("2026-03-01T10:00:00Z") });

afterEach(() => expect(changedPrototypes()).toEqual([]));

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function send(
  service: ServiceName,
  {
    method = "POST",
    path = "/",
    headers = {},
    body,
  }: { method?: string; path?: string; headers?: object; body?: string | URLSearchParams | Uint8Array<ArrayBuffer> },
): Promise<Answer> {
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260301/eu-west-1/${spoken[service].signedAs}/aws4_request`;
  const init = { method, headers: { authorization, ...headers }, ...(body !== undefined && { body }) };
  const response = await fetch(account.origin + path, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** JSON text with each of the names as a member. */
const members = (write: (name: string) => string) =>
  `{${inheritedNames.map((name) => `${JSON.stringify(name)}:${write(name)}`).join(",")}}`;
const mapOfNames = members((name) => JSON.stringify(`value of ${name}`));

/** `input` is a text where a name is a member: in an object it would not be one. */
function sendJson(service: ServiceName, operation: string, input: string | object): Promise<Answer> {
  const protocol = spoken[service].protocols[0];
  const target = "target" in protocol ? protocol.target : "";
  const body = typeof input === "string" ? input : JSON.stringify(input);
  return send(service, { headers: { "x-amz-target": `${target}.${operation}` }, body });
}
async function call(service: ServiceName, operation: string, body: string | object) {
  const { status, text } = await sendJson(service, operation, body);
  expect(status, text).toBe(200);
  return JSON.parse(text || "{}");
}
const sendForm = (service: ServiceName, form: Record<string, string>) =>
  send(service, { headers: { "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams(form) });

const pairs = (key: string, value: string) =>
  inheritedNames.map((name) => ({ [key]: name, [value]: `value of ${name}` }));
const sorted = (names: Iterable<string>) => [...names].sort();
const expected = sorted(inheritedNames);
const keysIn = (xml: string) => sorted(Array.from(xml.matchAll(/<Key>([^<]+)</g), ([, key = ""]) => key));

describe("tags by names that objects inherit are written, read and listed", () => {
  test("in a map of JSON", async () => {
    await call("kinesis", "CreateStream", '{"StreamName":"tagged","ShardCount":1}');
    await call("kinesis", "AddTagsToStream", `{"StreamName":"tagged","Tags":${mapOfNames}}`);
    const { Tags } = await call("kinesis", "ListTagsForStream", '{"StreamName":"tagged"}');
    expect(Tags).toEqual(expect.arrayContaining(pairs("Key", "Value")));
    expect(Tags).toHaveLength(inheritedNames.length);
  });

  test("in a map of CBOR", async () => {
    await call("kinesis", "CreateStream", '{"StreamName":"cbor","ShardCount":1}');
    const Tags = dictionary(inheritedNames.map((name) => [name, "v"]));
    const sent = await send("kinesis", {
      headers: { "content-type": "application/x-amz-cbor-1.1", "x-amz-target": "Kinesis_20131202.AddTagsToStream" },
      body: Buffer.from(cbor.serialize({ StreamName: "cbor", Tags })),
    });
    expect(sent.status, sent.text).toBe(200);
    const listed = await call("kinesis", "ListTagsForStream", '{"StreamName":"cbor"}');
    expect(sorted(listed.Tags.map(({ Key }: { Key: string }) => Key))).toEqual(expected);
  });

  test("in a map that is answered as one", async () => {
    await call("cloudwatch-logs", "CreateLogGroup", `{"logGroupName":"tagged","tags":${mapOfNames}}`);
    const resourceArn = "arn:aws:logs:eu-west-1:000000000000:log-group:tagged";
    const { tags } = await call("cloudwatch-logs", "ListTagsForResource", { resourceArn });
    expect(new Map(Object.entries(tags))).toEqual(new Map(Object.entries(JSON.parse(mapOfNames))));
  });

  test("in a form", async () => {
    const form = Object.fromEntries(
      inheritedNames.flatMap((name, i) => [
        [`Tags.member.${i + 1}.Key`, name],
        [`Tags.member.${i + 1}.Value`, "v"],
      ]),
    );
    expect((await sendForm("sns", { Action: "CreateTopic", Name: "tagged", ...form })).status).toBe(200);
    const ResourceArn = "arn:aws:sns:eu-west-1:000000000000:tagged";
    const { text } = await sendForm("sns", { Action: "ListTagsForResource", ResourceArn });
    expect(keysIn(text)).toEqual(expected);
    await createRole(account, "tagged", "lambda.amazonaws.com");
    expect((await sendForm("iam", { Action: "TagRole", RoleName: "tagged", ...form })).status).toBe(200);
    const listed = await sendForm("iam", { Action: "ListRoleTags", RoleName: "tagged" });
    expect(keysIn(listed.text)).toEqual(expected);
  });

  test("in a list of a REST service", async () => {
    const body = JSON.stringify({ Tags: pairs("Key", "Value") });
    const created = await send("scheduler", { path: "/schedule-groups/tagged", body });
    expect(created.status, created.text).toBe(200);
    const { ScheduleGroupArn } = JSON.parse(created.text);
    const path = `/tags/${encodeURIComponent(ScheduleGroupArn)}`;
    const { Tags } = JSON.parse((await send("scheduler", { method: "GET", path })).text);
    expect(Tags).toEqual(expect.arrayContaining(pairs("Key", "Value")));
  });
});

describe("S3", () => {
  beforeAll(async () => {
    const body =
      "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
    expect((await send("s3", { method: "PUT", path: "/names", body })).status).toBe(200);
  });

  test("stores metadata, tags and keys by names that objects inherit", async () => {
    const metadata = Object.fromEntries(inheritedNames.map((name) => [`x-amz-meta-${name}`, `value of ${name}`]));
    for (const name of inheritedNames) {
      const headers = { ...metadata, "x-amz-tagging": inheritedNames.map((tag) => `${tag}=v`).join("&") };
      const put = await send("s3", { method: "PUT", path: `/names/${name}`, headers, body: name });
      expect(put.status, put.text).toBe(200);
      const got = await send("s3", { method: "GET", path: `/names/${name}` });
      expect(got.text).toBe(name);
      for (const meta of inheritedNames) expect(got.headers.get(`x-amz-meta-${meta}`)).toBe(`value of ${meta}`);
      const tags = await send("s3", { method: "GET", path: `/names/${name}?tagging` });
      expect(keysIn(tags.text)).toEqual(expected);
    }
    const { text } = await send("s3", { method: "GET", path: "/names?list-type=2" });
    expect(keysIn(text)).toEqual(expected);
  });

  test("refuses a document with such elements, or reads past them", async () => {
    for (const name of inheritedNames) {
      const body = `<Delete><${name}>a</${name}><Object><Key>gone</Key></Object></Delete>`;
      const answer = await send("s3", { path: "/names?delete", body });
      expect([200, 400], answer.text).toContain(answer.status);
    }
  });
});

test("KMS compares an encryption context by names that objects inherit", async () => {
  const { KeyMetadata } = await call("kms", "CreateKey", "{}");
  const { KeyId } = KeyMetadata;
  const Plaintext = Buffer.from("secret").toString("base64");
  const input = `{"KeyId":"${KeyId}","Plaintext":"${Plaintext}","EncryptionContext":${mapOfNames}}`;
  const encrypted = await call("kms", "Encrypt", input);
  const decrypt = (context: string) =>
    sendJson("kms", "Decrypt", `{"CiphertextBlob":"${encrypted.CiphertextBlob}","EncryptionContext":${context}}`);
  expect(JSON.parse((await decrypt(mapOfNames)).text)).toMatchObject({ Plaintext });
  for (const other of ["{}", '{"constructor":"value of constructor"}', members((name) => `"${name}"`)]) {
    expect((await decrypt(other)).text).toContain("InvalidCiphertextException");
  }
});

test("SSM finds parameters by names that objects inherit, and only those that exist", async () => {
  for (const Name of ["constructor", "__proto__"]) {
    const Tags = pairs("Key", "Value");
    await call("ssm", "PutParameter", { Name, Value: Name, Type: "String", Tags });
  }
  const Names = ["constructor", "__proto__", "toString"];
  const { Parameters, InvalidParameters } = await call("ssm", "GetParameters", { Names });
  expect(sorted(Parameters.map(({ Value }: { Value: string }) => Value))).toEqual(["__proto__", "constructor"]);
  expect(InvalidParameters).toEqual(["toString"]);
  const ParameterFilters = [{ Key: "tag:hasOwnProperty", Values: ["value of hasOwnProperty"] }];
  const found = await call("ssm", "DescribeParameters", { ParameterFilters });
  expect(found.Parameters).toHaveLength(2);
});

test("CloudWatch keeps dimensions by names that objects inherit", async () => {
  const Dimensions = [{ Name: "constructor", Value: "a" }];
  const MetricData = [{ MetricName: "__proto__", Dimensions, Value: 1 }];
  await call("cloudwatch", "PutMetricData", { Namespace: "names", MetricData });
  await call("cloudwatch", "PutMetricData", { Namespace: "names", MetricData: [{ MetricName: "b", Value: 1 }] });
  const list = (Name: string) => call("cloudwatch", "ListMetrics", { Namespace: "names", Dimensions: [{ Name }] });
  expect((await list("constructor")).Metrics).toEqual([{ Namespace: "names", MetricName: "__proto__", Dimensions }]);
  expect((await list("toString")).Metrics).toEqual([]);
});

const metric = (Stat: string) => ({ Metric: { Namespace: "n", MetricName: "m" }, Period: 60, Stat });
const metricData = (...MetricDataQueries: object[]) =>
  sendJson("cloudwatch", "GetMetricData", { MetricDataQueries, StartTime: 0, EndTime: 60 });
const machine = (state: object) =>
  sendJson("sfn", "CreateStateMachine", {
    name: "m",
    roleArn: "arn:aws:iam::000000000000:role/tagged",
    definition: JSON.stringify({ QueryLanguage: "JSONata", StartAt: "A", States: { A: state } }),
  });
const rule = (pattern: string) => sendJson("eventbridge", "PutRule", { Name: "r", EventPattern: pattern });

test.each<[string, (name: string) => Promise<Answer>]>([
  ["an operation of JSON", (name) => sendJson("kinesis", name, "{}")],
  ["an action of a form", (Action) => sendForm("sns", { Action })],
  [
    "an operation of CBOR",
    (name) =>
      send("cloudwatch", {
        path: `/service/GraniteServiceVersion20100801/operation/${name}`,
        headers: { "smithy-protocol": "rpc-v2-cbor" },
        body: Buffer.from(cbor.serialize({})),
      }),
  ],
  ["a member", (name) => sendJson("kinesis", "ListStreams", `{"${name}":1}`)],
  [
    "a condition operator of a policy",
    (name) => {
      const PolicyDocument = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"${name}":{"aws:username":"a"}}}}`;
      return sendForm("iam", { Action: "PutRolePolicy", RoleName: "tagged", PolicyName: "p", PolicyDocument });
    },
  ],
  ["a service-linked role", (AWSServiceName) => sendForm("iam", { Action: "CreateServiceLinkedRole", AWSServiceName })],
  [
    "a comparison of an alarm",
    (ComparisonOperator) =>
      sendJson("cloudwatch", "PutMetricAlarm", {
        ...{ AlarmName: "a", Namespace: "n", MetricName: "m", Statistic: "Sum", Period: 60 },
        ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator },
      }),
  ],
  ["a statistic", (name) => metricData({ Id: "m", MetricStat: metric(name) })],
  [
    "a function of metric math",
    (name) =>
      metricData({ Id: "m", MetricStat: metric("Sum"), ReturnData: false }, { Id: "e", Expression: `${name}(m)` }),
  ],
  [
    "a filter of parameters",
    (Key) => sendJson("ssm", "DescribeParameters", { ParameterFilters: [{ Key, Values: ["a"] }] }),
  ],
  ["a type of a state", (Type) => machine({ Type, End: true })],
  ["the next state", (Next) => machine({ Type: "Pass", Next })],
  ["a comparison of an event pattern", (name) => rule(`{"a":[{"${name}":1}]}`)],
  ["a numeric comparison of an event pattern", (name) => rule(`{"a":[{"numeric":["${name}",1]}]}`)],
  [
    "a schema of Personalize",
    (name) =>
      sendJson("personalize", "CreateSchema", {
        name: "s",
        schema: JSON.stringify({
          ...{ type: "record", name, namespace: "com.amazonaws.personalize.schema", version: "1.0" },
          fields: [{ name: "USER_ID", type: "string" }],
        }),
      }),
  ],
  ["a read of the console", (name) => send("s3", { method: "GET", path: `/_console/api/${name}` })],
])("refuses a name that objects inherit as %s", async (_what, write) => {
  for (const name of inheritedNames) {
    const { status, text } = await write(name);
    expect([400, 403, 404, 501], `${name}: ${text}`).toContain(status);
  }
});
