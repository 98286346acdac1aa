import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateStreamCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateDatasetGroupCommand, PersonalizeClient } from "@aws-sdk/client-personalize";
import { CreateTopicCommand, ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startAccount } from "../../account/account.ts";
import { sdk } from "../support/aws.ts";

let account: Account;
beforeAll(async () => {
  account = await startAccount({ speed: 0 });
});
afterAll(() => account.close());

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const Tags = [{ Key: "aws:owner", Value: "x" }];

test.each<[string, string, () => Promise<unknown>]>([
  [
    "IAM",
    "InvalidInputException",
    () =>
      new IAMClient(sdk(account)).send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: trust, Tags })),
  ],
  [
    "KMS",
    "TagException",
    () => new KMSClient(sdk(account)).send(new CreateKeyCommand({ Tags: [{ TagKey: "aws:owner", TagValue: "x" }] })),
  ],
  [
    "Kinesis",
    "InvalidArgumentException",
    async () => {
      const kinesis = new KinesisClient(sdk(account));
      try {
        return await kinesis.send(
          new CreateStreamCommand({ StreamName: "s", ShardCount: 1, Tags: { "aws:owner": "x" } }),
        );
      } finally {
        kinesis.destroy();
      }
    },
  ],
  [
    "SNS",
    "InvalidParameterException",
    () => new SNSClient(sdk(account)).send(new CreateTopicCommand({ Name: "t", Tags })),
  ],
  [
    "SSM",
    "ValidationException",
    () => new SSMClient(sdk(account)).send(new PutParameterCommand({ Name: "p", Value: "v", Type: "String", Tags })),
  ],
  [
    "Logs",
    "InvalidParameterException",
    () =>
      new CloudWatchLogsClient(sdk(account)).send(
        new CreateLogGroupCommand({ logGroupName: "g", tags: { "AWS:owner": "x" } }),
      ),
  ],
  [
    "Personalize",
    "InvalidInputException",
    () =>
      new PersonalizeClient(sdk(account)).send(
        new CreateDatasetGroupCommand({ name: "g", tags: [{ tagKey: "aws:owner", tagValue: "x" }] }),
      ),
  ],
])("%s refuses a tag that begins with aws:", async (_service, name, call) => {
  await expect(call()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
});

test("refuses a token that was not issued, with the service's error", async () => {
  const sns = new SNSClient(sdk(account));
  await expect(sns.send(new ListTopicsCommand({ NextToken: "###" }))).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: "Invalid parameter: NextToken",
  });
});
