/** Documents in JSON, XML and forms that are more expensive than their size suggests. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type HostileAccount, startHostileAccount } from "./harness.mts";

let account: HostileAccount;
beforeAll(async () => {
  account = await startHostileAccount();
  await account.createBucket("documents");
});
afterAll(() => account.close());

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);
const remove = (body: string) => account.attack({ service: "s3", path: "/documents?delete", body });

test("refuses JSON that is nested too deep inside a text of a request", async () => {
  const deep = nested("[", "]", 100_000);
  const cases = [
    ["sfn", "CreateStateMachine", { name: "deep", roleArn: "arn:aws:iam::000000000000:role/a", definition: deep }],
    ["eventbridge", "PutRule", { Name: "deep", EventPattern: nested('{"a":', "}", 600).replace(":}", ":[1]}") }],
    ["eventbridge", "TestEventPattern", { EventPattern: '{"a":[1]}', Event: deep }],
    ["personalize", "CreateSchema", { name: "deep", schema: nested("[", "]", 4_000) }],
    ["kms", "CreateKey", { Policy: nested("[", "]", 4_000) }],
    ["cloudwatch", "PutDashboard", { DashboardName: "deep", DashboardBody: deep }],
  ] as const;
  for (const [service, operation, input] of cases) {
    const answer = await account.attack({ service, operation, body: JSON.stringify(input) });
    expect(answer.status, `${service}:${operation} ${answer.text.slice(0, 200)}`).toBe(400);
  }
});

test("refuses a list with an empty element", async () => {
  const body = '{"Namespace":"Pets","MetricData":[null]}';
  const answer = await account.attack({ service: "cloudwatch", operation: "PutMetricData", body });
  expect(answer.status).toBe(400);
  expect(answer.text).toContain("Member must not be null");
});

test("lists at most ten of a request's violations, and counts all", async () => {
  const Tags = Array.from({ length: 40 }, () => ({ Key: "", Value: "" }));
  const body = JSON.stringify({ Name: "a", Type: "String", Value: "a", Tags });
  const answer = await account.attack({ service: "ssm", operation: "PutParameter", body });
  expect(answer.status).toBe(400);
  expect(answer.text.match(/failed to satisfy constraint/g)).toHaveLength(10);
  expect(answer.text).toMatch(/[4-9]\d validation errors detected/);
});

test("keeps no more of a request in memory than its log shows", async () => {
  const body = JSON.stringify({ Name: "a".repeat(900_000) });
  const before = await account.largestMemory();
  // 430 MiB in all.
  for (let i = 0; i < 500; i++) await account.send({ service: "ssm", operation: "GetParameter", body });
  expect((await account.largestMemory()) - before, "MiB").toBeLessThan(250);
});

test("refuses XML with a document type, and so custom entities", async () => {
  const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join("");
  const answer = await remove(`<?xml version="1.0"?><!DOCTYPE D [<!ENTITY e0 "ha">${laughs}]><Delete>&e9;</Delete>`);
  expect(answer).toMatchObject({ status: 400, code: "MalformedXML" });
});

test("refuses to delete more than 1,000 keys", async () => {
  const answer = await remove(`<Delete>${"<Object><Key>a</Key></Object>".repeat(1001)}</Delete>`);
  expect(answer).toMatchObject({ status: 400, code: "MalformedXML" });
});

test("reads a form whose index is huge as a list of one", async () => {
  const body =
    "Action=CreateTopic&Name=pets&Tags.member.1000000000.Key=a&Tags.member.1000000000.Value=b&Version=2010-03-31";
  expect(await account.attack({ service: "sns", body })).toMatchObject({ status: 200 });
});
