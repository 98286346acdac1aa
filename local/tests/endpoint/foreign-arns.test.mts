import { CloudWatchClient, ListTagsForResourceCommand as ListAlarmTags } from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  ListTagsForResourceCommand as ListGroupTags,
  TagResourceCommand as TagGroup,
} from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient, ListRulesCommand, PutRuleCommand } from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
} from "@aws-sdk/client-kinesis";
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListTagsCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { CreateDatasetGroupCommand, DescribeDatasetGroupCommand, PersonalizeClient } from "@aws-sdk/client-personalize";
import { ListTagsForResourceCommand as ListScheduleTags, SchedulerClient } from "@aws-sdk/client-scheduler";
import { DescribeStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { CreateTopicCommand, GetTopicAttributesCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../account/account.ts";
import { sdk } from "../support/aws.ts";

const own = "000000000000";
const other = "111122223333";
const home = "eu-west-1";

let account: Account;
const clients = (id: string) => {
  const config = sdk(account, { accessKeyId: id, secretAccessKey: "x" });
  return {
    alarms: new CloudWatchClient(config),
    events: new EventBridgeClient(config),
    functions: new LambdaClient(config),
    iam: new IAMClient(config),
    keys: new KMSClient(config),
    logs: new CloudWatchLogsClient(config),
    models: new PersonalizeClient(config),
    parameters: new SSMClient(config),
    schedules: new SchedulerClient(config),
    machines: new SFNClient(config),
    streams: new KinesisClient(config),
    topics: new SNSClient(config),
  };
};
let here: ReturnType<typeof clients>;
let there: ReturnType<typeof clients>;
const keyIds: Record<string, string> = {};

/** The same resources in both accounts, so that a search by name would find those of the caller. */
beforeAll(async () => {
  account = await startAccount({ speed: 0 });
  for (const id of [own, other]) {
    const mine = clients(id);
    await mine.iam.send(
      new CreateRoleCommand({
        RoleName: "runner",
        AssumeRolePolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
        }),
      }),
    );
    await mine.functions.send(
      new CreateFunctionCommand({
        FunctionName: "pets",
        Role: `arn:aws:iam::${id}:role/runner`,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Code: { ZipFile: zipSync({ "index.mjs": strToU8(`export const handler = async () => "of ${id}";`) }) },
      }),
    );
    await mine.streams.send(new CreateStreamCommand({ StreamName: "pets", ShardCount: 1 }));
    await mine.topics.send(new CreateTopicCommand({ Name: "pets" }));
    await mine.parameters.send(new PutParameterCommand({ Name: "/pets", Value: id, Type: "String" }));
    await mine.logs.send(new CreateLogGroupCommand({ logGroupName: "pets", tags: { of: id } }));
    await mine.events.send(new PutRuleCommand({ Name: "pets", EventPattern: '{"source":["pets"]}' }));
    await mine.models.send(new CreateDatasetGroupCommand({ name: "pets" }));
    const { KeyMetadata } = await mine.keys.send(new CreateKeyCommand({}));
    keyIds[id] = KeyMetadata?.KeyId ?? "";
  }
  await account.clock.advance(60_000);
  here = clients(own);
  there = clients(other);
});
afterAll(() => account.close());

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
    ["lambda:GetFunction", () => here.functions.send(new GetFunctionCommand({ FunctionName }))],
    ["lambda:Invoke", () => here.functions.send(new InvokeCommand({ FunctionName }))],
    [
      "lambda:UpdateFunctionConfiguration",
      () => here.functions.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9 })),
    ],
    ["lambda:ListTags", () => here.functions.send(new ListTagsCommand({ Resource: FunctionName }))],
    ["lambda:ListEventSourceMappings", () => here.functions.send(new ListEventSourceMappingsCommand({ FunctionName }))],
    ["lambda:DeleteFunction", () => here.functions.send(new DeleteFunctionCommand({ FunctionName }))],
    ["kinesis:DescribeStreamSummary", () => here.streams.send(new DescribeStreamSummaryCommand({ StreamARN }))],
    ["kinesis:DeleteStream", () => here.streams.send(new DeleteStreamCommand({ StreamARN }))],
    ["sns:Publish", () => here.topics.send(new PublishCommand({ TopicArn, Message: "x" }))],
    ["sns:GetTopicAttributes", () => here.topics.send(new GetTopicAttributesCommand({ TopicArn }))],
    ["ssm:GetParameter", () => here.parameters.send(new GetParameterCommand({ Name }))],
    ["ssm:DeleteParameter", () => here.parameters.send(new DeleteParameterCommand({ Name }))],
    ["logs:FilterLogEvents", () => here.logs.send(new FilterLogEventsCommand({ logGroupIdentifier: group }))],
    ["logs:ListTagsForResource", () => here.logs.send(new ListGroupTags({ resourceArn: group }))],
    ["logs:TagResource", () => here.logs.send(new TagGroup({ resourceArn: group, tags: { a: "b" } }))],
    [
      "events:ListRules",
      () => here.events.send(new ListRulesCommand({ EventBusName: arn("events", place, "event-bus/default") })),
    ],
    // Without PutEvents: an event for a missing bus is accepted and dropped (recordings of eventbridge).
    [
      "kms:DescribeKey",
      () => here.keys.send(new DescribeKeyCommand({ KeyId: arn("kms", place, `key/${keyIds[place.account]}`) })),
    ],
    [
      "personalize:DescribeDatasetGroup",
      () =>
        here.models.send(
          new DescribeDatasetGroupCommand({ datasetGroupArn: arn("personalize", place, "dataset-group/pets") }),
        ),
    ],
    [
      "states:DescribeStateMachine",
      () =>
        here.machines.send(
          new DescribeStateMachineCommand({ stateMachineArn: arn("states", place, "stateMachine:pets") }),
        ),
    ],
    [
      "scheduler:ListTagsForResource",
      () =>
        here.schedules.send(new ListScheduleTags({ ResourceArn: arn("scheduler", place, "schedule-group/default") })),
    ],
    [
      "cloudwatch:ListTagsForResource",
      () => here.alarms.send(new ListAlarmTags({ ResourceARN: arn("cloudwatch", place, "alarm:pets") })),
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
  for (const [id, { functions, parameters, logs }] of [
    [own, here],
    [other, there],
  ] as const) {
    const { Configuration } = await functions.send(new GetFunctionCommand({ FunctionName: "pets" }));
    expect(Configuration).toMatchObject({ Timeout: 3, FunctionArn: `arn:aws:lambda:${home}:${id}:function:pets` });
    expect((await parameters.send(new GetParameterCommand({ Name: "/pets" }))).Parameter?.Value).toBe(id);
    const { tags } = await logs.send(new ListGroupTags({ resourceArn: `arn:aws:logs:${home}:${id}:log-group:pets` }));
    expect(tags).toEqual({ of: id });
  }
});

test("Lambda names the Region of a function in another Region, and accepts a partial ARN", async () => {
  const FunctionName = `arn:aws:lambda:us-east-1:${own}:function:pets`;
  await expect(here.functions.send(new GetFunctionCommand({ FunctionName }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Functions from 'us-east-1' are not reachable in this region ('eu-west-1')",
    $metadata: { httpStatusCode: 404 },
  });
  await expect(
    here.functions.send(new GetFunctionCommand({ FunctionName: `${other}:function:pets` })),
  ).rejects.toMatchObject({
    name: "AccessDeniedException",
    $metadata: { httpStatusCode: 403 },
  });
  const { Configuration } = await here.functions.send(new GetFunctionCommand({ FunctionName: `${own}:function:pets` }));
  expect(Configuration?.FunctionName).toBe("pets");
});

test("a function's policy allows another account to invoke it; by name that account invokes its own function", async () => {
  const FunctionName = `arn:aws:lambda:${home}:${other}:function:pets`;
  await there.functions.send(
    new AddPermissionCommand({ FunctionName: "pets", StatementId: "partner", Action: "lambda:*", Principal: own }),
  );
  const answer = async (name: string) =>
    JSON.parse(
      (await here.functions.send(new InvokeCommand({ FunctionName: name }))).Payload?.transformToString() ?? "",
    );
  expect(await answer(FunctionName)).toBe(`of ${other}`);
  expect(await answer("pets")).toBe(`of ${own}`);
  // Only the invocation is allowed to the other account.
  await expect(here.functions.send(new DeleteFunctionCommand({ FunctionName }))).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
});

test("a key's policy can allow another account to use the key, but not to administer it", async () => {
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: [own, other] }, Action: "kms:*", Resource: "*" }],
  });
  await there.keys.send(new PutKeyPolicyCommand({ KeyId: keyIds[other], Policy }));
  const KeyId = `arn:aws:kms:${home}:${other}:key/${keyIds[other]}`;
  await expect(here.keys.send(new DescribeKeyCommand({ KeyId }))).resolves.toBeDefined();
  for (const call of [new PutKeyPolicyCommand({ KeyId, Policy }), new ScheduleKeyDeletionCommand({ KeyId })] as const) {
    await expect(here.keys.send(call as PutKeyPolicyCommand)).rejects.toMatchObject({ name: "AccessDeniedException" });
  }
});

test("does not describe a log group of another Region by its ARN", async () => {
  const logGroupIdentifiers = [`arn:aws:logs:us-east-1:${own}:log-group:pets`];
  expect((await here.logs.send(new DescribeLogGroupsCommand({ logGroupIdentifiers }))).logGroups).toEqual([]);
});
