import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { Personalize } from "@aws-sdk/client-personalize";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SFN } from "@aws-sdk/client-sfn";
import { SNS } from "@aws-sdk/client-sns";
import { SSM } from "@aws-sdk/client-ssm";
import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { policyOf, trustOf } from "../support/roles.ts";

const own = "000000000000";
const other = "111122223333";
const home = "eu-west-1";

const clients = (id: string) => {
  const config = sdk(account, { accessKeyId: id, secretAccessKey: "x" });
  return {
    alarms: new CloudWatch(config),
    events: new EventBridge(config),
    functions: new Lambda(config),
    iam: new IAM(config),
    keys: new KMS(config),
    logs: new CloudWatchLogs(config),
    models: new Personalize(config),
    parameters: new SSM(config),
    schedules: new Scheduler(config),
    machines: new SFN(config),
    streams: new Kinesis(config),
    topics: new SNS(config),
  };
};

const keyIds: Record<string, string> = {};

/** The same resources in both accounts, so that a search by name would find those of the caller. */
const account = await openAccount();
for (const id of [own, other]) {
  const mine = clients(id);
  await mine.iam.createRole({
    RoleName: "runner",
    AssumeRolePolicyDocument: trustOf({ Service: "lambda.amazonaws.com" }),
  });
  await mine.functions.createFunction({
    FunctionName: "pets",
    Role: `arn:aws:iam::${id}:role/runner`,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Code: { ZipFile: zipSync({ "index.mjs": strToU8(`export const handler = async () => "of ${id}";`) }) },
  });
  await mine.streams.createStream({ StreamName: "pets", ShardCount: 1 });
  await mine.topics.createTopic({ Name: "pets" });
  await mine.parameters.putParameter({ Name: "/pets", Value: id, Type: "String" });
  await mine.logs.createLogGroup({ logGroupName: "pets", tags: { of: id } });
  await mine.events.putRule({ Name: "pets", EventPattern: '{"source":["pets"]}' });
  await mine.models.createDatasetGroup({ name: "pets" });
  const { KeyMetadata } = await mine.keys.createKey({});
  keyIds[id] = KeyMetadata?.KeyId ?? "";
}
await account.clock.advance(60_000);
const here = clients(own);
const there = clients(other);

const places = [
  ["another account", { account: other, region: home }],
  ["another Region", { account: own, region: "us-east-1" }],
] as const;
type Place = (typeof places)[number][1];
const arn = (service: string, { account: id, region }: Place, resource: string) =>
  `arn:aws:${service}:${region}:${id}:${resource}`;

describe.each(places)("refuses an ARN of %s", (_, place) => {
  const FunctionName = arn("lambda", place, "function:pets");
  const StreamARN = arn("kinesis", place, "stream/pets");
  const TopicArn = arn("sns", place, "pets");
  const Name = arn("ssm", place, "parameter/pets");
  const group = arn("logs", place, "log-group:pets");

  test.each<[string, () => Promise<unknown>]>([
    ["lambda:GetFunction", () => here.functions.getFunction({ FunctionName })],
    [
      "lambda:UpdateFunctionConfiguration",
      () => here.functions.updateFunctionConfiguration({ FunctionName, Timeout: 9 }),
    ],
    ["lambda:ListEventSourceMappings", () => here.functions.listEventSourceMappings({ FunctionName })],
    ["lambda:DeleteFunction", () => here.functions.deleteFunction({ FunctionName })],
    ["kinesis:DescribeStreamSummary", () => here.streams.describeStreamSummary({ StreamARN })],
    ["sns:Publish", () => here.topics.publish({ TopicArn, Message: "x" })],
    ["ssm:GetParameter", () => here.parameters.getParameter({ Name })],
    ["logs:FilterLogEvents", () => here.logs.filterLogEvents({ logGroupIdentifier: group })],
    ["logs:ListTagsForResource", () => here.logs.listTagsForResource({ resourceArn: group })],
    ["logs:TagResource", () => here.logs.tagResource({ resourceArn: group, tags: { a: "b" } })],
    ["events:ListRules", () => here.events.listRules({ EventBusName: arn("events", place, "event-bus/default") })],
    // Without PutEvents: an event for a missing bus is accepted and dropped (recordings of eventbridge).
    ["kms:DescribeKey", () => here.keys.describeKey({ KeyId: arn("kms", place, `key/${keyIds[place.account]}`) })],
    [
      "personalize:DescribeDatasetGroup",
      () => here.models.describeDatasetGroup({ datasetGroupArn: arn("personalize", place, "dataset-group/pets") }),
    ],
    [
      "states:DescribeStateMachine",
      () => here.machines.describeStateMachine({ stateMachineArn: arn("states", place, "stateMachine:pets") }),
    ],
    [
      "scheduler:ListTagsForResource",
      () => here.schedules.listTagsForResource({ ResourceArn: arn("scheduler", place, "schedule-group/default") }),
    ],
    [
      "cloudwatch:ListTagsForResource",
      () => here.alarms.listTagsForResource({ ResourceARN: arn("cloudwatch", place, "alarm:pets") }),
    ],
  ])("%s", async (_operation, call) => {
    await expect(call()).rejects.toMatchObject({
      name: expect.stringMatching(
        /^(AccessDenied|AccessDeniedException|AuthorizationErrorException|InvalidParameterException|NotFoundException|NotFound|ParameterNotFound|StateMachineDoesNotExist|ResourceNotFound(Exception)?)$/,
      ),
    });
  });
});

test("a refused call changes nothing", async () => {
  for (const [id, { functions, logs }] of [
    [own, here],
    [other, there],
  ] as const) {
    const { Configuration } = await functions.getFunction({ FunctionName: "pets" });
    expect(Configuration).toMatchObject({ Timeout: 3, FunctionArn: `arn:aws:lambda:${home}:${id}:function:pets` });
    const { tags } = await logs.listTagsForResource({ resourceArn: `arn:aws:logs:${home}:${id}:log-group:pets` });
    expect(tags).toEqual({ of: id });
  }
});

test("Lambda names the Region of a function in another Region, and accepts a partial ARN", async () => {
  const FunctionName = `arn:aws:lambda:us-east-1:${own}:function:pets`;
  await expect(here.functions.getFunction({ FunctionName })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Functions from 'us-east-1' are not reachable in this region ('eu-west-1')",
    $metadata: { httpStatusCode: 404 },
  });
  await expect(here.functions.getFunction({ FunctionName: `${other}:function:pets` })).rejects.toMatchObject({
    name: "AccessDeniedException",
    $metadata: { httpStatusCode: 403 },
  });
  const { Configuration } = await here.functions.getFunction({ FunctionName: `${own}:function:pets` });
  expect(Configuration?.FunctionName).toBe("pets");
});

test("a key's policy can allow another account to use the key, but not to administer it", async () => {
  const Policy = policyOf([{ Effect: "Allow", Principal: { AWS: [own, other] }, Action: "kms:*", Resource: "*" }]);
  await there.keys.putKeyPolicy({ KeyId: keyIds[other], Policy });
  const KeyId = `arn:aws:kms:${home}:${other}:key/${keyIds[other]}`;
  await expect(here.keys.describeKey({ KeyId })).resolves.toBeDefined();
  const refused = { name: "AccessDeniedException" };
  await expect(here.keys.putKeyPolicy({ KeyId, Policy })).rejects.toMatchObject(refused);
  await expect(here.keys.scheduleKeyDeletion({ KeyId })).rejects.toMatchObject(refused);
});

test("does not describe a log group of another Region by its ARN", async () => {
  const logGroupIdentifiers = [`arn:aws:logs:us-east-1:${own}:log-group:pets`];
  expect((await here.logs.describeLogGroups({ logGroupIdentifiers })).logGroups).toEqual([]);
});
