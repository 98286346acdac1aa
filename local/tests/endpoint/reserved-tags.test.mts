import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { IAM } from "@aws-sdk/client-iam";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { KMS } from "@aws-sdk/client-kms";
import { Personalize } from "@aws-sdk/client-personalize";
import { SNS } from "@aws-sdk/client-sns";
import { SSM } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { trustOf } from "../support/roles.ts";

const account = await openAccount();

const of = sdk(account);
const AssumeRolePolicyDocument = trustOf({ Service: "lambda.amazonaws.com" });
const Tags = [{ Key: "aws:owner", Value: "x" }];
const tags = [{ tagKey: "aws:owner", tagValue: "x" }];

test.each<[string, string, () => Promise<unknown>]>([
  ["IAM", "InvalidInputException", () => new IAM(of).createRole({ RoleName: "r", AssumeRolePolicyDocument, Tags })],
  ["KMS", "TagException", () => new KMS(of).createKey({ Tags: [{ TagKey: "aws:owner", TagValue: "x" }] })],
  [
    "Kinesis",
    "InvalidArgumentException",
    () => new Kinesis(of).createStream({ StreamName: "s", ShardCount: 1, Tags: { "aws:owner": "x" } }),
  ],
  ["SNS", "InvalidParameterException", () => new SNS(of).createTopic({ Name: "t", Tags })],
  ["SSM", "ValidationException", () => new SSM(of).putParameter({ Name: "p", Value: "v", Type: "String", Tags })],
  [
    "Logs",
    "InvalidParameterException",
    () => new CloudWatchLogs(of).createLogGroup({ logGroupName: "g", tags: { "AWS:owner": "x" } }),
  ],
  ["Personalize", "InvalidInputException", () => new Personalize(of).createDatasetGroup({ name: "g", tags })],
])("%s refuses a tag that begins with aws:", async (_service, name, call) => {
  await expect(call()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
});

test("refuses a token that was not issued, with the service's error", async () => {
  const sns = new SNS(sdk(account));
  await expect(sns.listTopics({ NextToken: "###" })).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: "Invalid parameter: NextToken",
  });
});
