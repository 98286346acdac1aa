import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { IAM } from "@aws-sdk/client-iam";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { Personalize } from "@aws-sdk/client-personalize";
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
    functions: new Lambda(config),
    iam: new IAM(config),
    keys: new KMS(config),
    logs: new CloudWatchLogs(config),
    machines: new SFN(config),
    models: new Personalize(config),
    parameters: new SSM(config),
    streams: new Kinesis(config),
    topics: new SNS(config),
  };
};

/** The same resources in both accounts, so that a search by name would find those of the caller. */
const account = await openAccount();
const keyIds: Record<string, string> = {};
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
  await mine.logs.createLogGroup({ logGroupName: "pets" });
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
  test.each<[string, () => Promise<unknown>]>([
    ["of Lambda", () => here.functions.deleteFunction({ FunctionName: arn("lambda", place, "function:pets") })],
    ["of Kinesis", () => here.streams.describeStreamSummary({ StreamARN: arn("kinesis", place, "stream/pets") })],
    ["of SNS", () => here.topics.publish({ TopicArn: arn("sns", place, "pets"), Message: "x" })],
    ["of SSM", () => here.parameters.getParameter({ Name: arn("ssm", place, "parameter/pets") })],
    ["of Logs", () => here.logs.filterLogEvents({ logGroupIdentifier: arn("logs", place, "log-group:pets") })],
    ["of KMS", () => here.keys.describeKey({ KeyId: arn("kms", place, `key/${keyIds[place.account]}`) })],
    [
      "of Personalize",
      () => here.models.describeDatasetGroup({ datasetGroupArn: arn("personalize", place, "dataset-group/pets") }),
    ],
    [
      "of Step Functions",
      () => here.machines.describeStateMachine({ stateMachineArn: arn("states", place, "stateMachine:pets") }),
    ],
  ])("%s", async (_service, call) => {
    await expect(call()).rejects.toMatchObject({
      name: expect.stringMatching(/AccessDenied|AuthorizationError|InvalidParameter|NotFound|DoesNotExist/),
    });
  });
});

test("a key's policy can allow another account to use the key, but not to administer it", async () => {
  const Policy = policyOf([{ Effect: "Allow", Principal: { AWS: [own, other] }, Action: "kms:*", Resource: "*" }]);
  await there.keys.putKeyPolicy({ KeyId: keyIds[other], Policy });
  const KeyId = `arn:aws:kms:${home}:${other}:key/${keyIds[other]}`;
  await expect(here.keys.describeKey({ KeyId })).resolves.toBeDefined();
  await expect(here.keys.putKeyPolicy({ KeyId, Policy })).rejects.toMatchObject({ name: "AccessDeniedException" });
});
