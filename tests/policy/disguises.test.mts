import type { ResourceValidationPolicy } from "@pulumi/policy";
import { expect, test } from "vitest";
import { closedResources, leastPrivilege, managedPolicies } from "../../policy/access/access-rules.ts";
import {
  boundedRetries,
  encryptedStream,
  encryptedTopic,
  logGroups,
  privateFunctions,
  readableResources,
} from "../../policy/rules.ts";
import { judge, policy, preview, unknown } from "./judge.ts";

// Each rule about single resources: a mistake, also in another form, is refused, and what only
// looks like one passes.

const account = "111122223333";
const source = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:${account}:${resource}`;
const reads = (...Resource: string[]) => ({
  policy: policy({ Effect: "Allow", Action: "s3:GetObject", Resource }),
});
const trust = (Principal: unknown, Condition: object = {}, Action = "sts:AssumeRole") => ({
  assumeRolePolicy: policy({ Effect: "Allow", Principal, Action, Condition }),
});
const own = { AWS: account };
const opensBucket = (Condition: unknown) => ({
  policy: policy({
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::pets/*",
    Condition,
  }),
});
/** Lets a service do something under a condition on the source. */
const lets = (service: string, StringLike: object, Action = "s3:GetObject") => ({
  policy: policy({
    Effect: "Allow",
    Principal: { Service: `${service}.amazonaws.com` },
    Action,
    Resource: "*",
    Condition: { StringLike },
  }),
});
const invoke = (permission: object) => ({ action: "lambda:InvokeFunction", ...permission });
const failed = { destinationConfig: { onFailure: { destinationArn: "arn:aws:s3:::quarantine" } } };
const wide = { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "kinesis:*", Resource: "*" } };
const awsPolicy = "arn:aws:iam::aws:policy/PowerUserAccess";

const table: readonly [ResourceValidationPolicy, type: string, bad: object[], good: object[]][] = [
  [
    leastPrivilege,
    "iam/RolePolicy",
    [
      ...["arn:aws:s3:::*-*", "arn:aws:s3:::*-pets/*", "arn:aws:s3:::a*", "arn:aws:iam::*:role/x"].map((arn) =>
        reads(arn),
      ),
      ...["role/*-*", "role/*pets*", "role/?*-x", "role/service-role/*", "*", "ro*/pets"].map((name) =>
        reads(`arn:aws:iam::${account}:${name}`),
      ),
      reads(source("states", "stateMachine:*")),
      ...["/aws/lambda/*", "*", "/", "*:*", "/*:log-stream:*"].map((group) =>
        reads(source("logs", `log-group:${group}`)),
      ),
      reads("arn:aws:s3:::pets/*", `arn:aws:lambda:*:${account}:function:pets`),
      reads(`arn:aws:*:eu-west-1:${account}:table/pets`),
      { policy: wide },
      { policy: policy({ Effect: "Allow", NotAction: "iam:*", Resource: "arn:aws:s3:::pets" }) },
      { policy: policy({ Effect: "Allow", Action: "s3:GetObject", NotResource: "arn:aws:s3:::pets" }) },
      { policy: policy([null, { Effect: "Allow", Action: "s3:GetObject", Resource: "*", Condition: null }]) },
    ],
    [
      reads("arn:aws:s3:::pets-*", "arn:aws:s3:::pets/*", source("states", "stateMachine:retraining-*")),
      reads(source("logs", "log-group:/aws/lambda/recommend-*:*"), source("sns", "pets"), source("sqs", "f")),
      reads(source("execute-api", "abcdefgh/*/GET/pets"), source("dynamodb", "table/pets/index/*")),
      reads(source("personalize", "solution/home-????????/*"), source("lambda", "function:f:*")),
      { policy: policy({ Effect: "Deny", Action: "*", Resource: "*" }) },
      { policy: "{ no document" },
      { policy: policy("no statement") },
    ],
  ],
  [leastPrivilege, "iam/Role", [{ inlinePolicies: [{ name: "all", policy: JSON.stringify(wide) }] }], [{}]],
  // They limit what others allow.
  [leastPrivilege, "organizations/Policy", [], [{ content: JSON.stringify(wide) }]],
  [leastPrivilege, "ec2/VpcEndpoint", [], [{ policy: JSON.stringify(wide) }]],
  [managedPolicies, "iam/Role", [{ managedPolicyArns: [unknown, awsPolicy] }], [{ permissionsBoundary: awsPolicy }]],
  [
    closedResources,
    "iam/Role",
    [
      ...["sts:AssumeRole*", "sts:*", "STS:Assume?ole"].map((action) => trust(own, {}, action)),
      trust(own, { StringLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:*` } }),
      trust(own, { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/*` } }),
      trust(own, { StringEqualsIfExists: { "aws:PrincipalTag/team": "pets" } }),
      trust("*", { StringEquals: { "aws:PrincipalAccount": account } }),
      trust({ AWS: [`arn:aws:iam::${account}:role/deploy`, `arn:aws:iam::${account}:root`] }),
      trust({ Service: "firehose.amazonaws.com" }, { StringEquals: { "aws:SourceAccount": [] } }),
      trust({ Service: "firehose.amazonaws.com" }, { StringEquals: { "aws:SourceAccount": "" } }),
      // An external id is no secret.
      trust({ AWS: "*" }, { StringEquals: { "sts:ExternalId": "pets" } }),
      trust({ Federated: `arn:aws:iam::${account}:oidc-provider/example.org` }),
    ],
    [
      trust(own, { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/deploy-*` } }),
      trust(own, { StringEquals: { "sts:ExternalId": "pets" } }),
      trust(own, {}, "sts:TagSession"),
      trust("*", { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/deploy` } }),
      trust({ Service: ["firehose.amazonaws.com"] }, { StringEquals: { "aws:SourceAccount": account } }),
      trust({ Service: "lambda.amazonaws.com" }),
    ],
  ],
  [
    closedResources,
    "s3/BucketPolicy",
    [
      { Bool: { "aws:SecureTransport": "true" } },
      { StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } },
      { StringEquals: { "aws:UserAgent": "secret" } },
      { StringEquals: { "aws:PrincipalOrgID": ["o-a1b2c3", "o-*"] } },
      { "ForAllValues:StringEquals": { "aws:PrincipalAccount": account } },
      { StringEquals: { "aws:PrincipalAccount": "" } },
      { StringEquals: { "aws:PrincipalAccount": [account, "12345"] } },
      { StringEquals: { "aws:PrincipalOrgID": [] } },
      { StringLike: { "aws:PrincipalArn": "role" } },
      { StringEquals: {} },
      { StringEquals: null },
    ].map(opensBucket),
    [
      // In other letters.
      { StringEquals: { "AWS:principalorgid": "o-a1b2c3" } },
      { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-a1b2c3/r-ab12/*" } },
    ].map(opensBucket),
  ],
  [
    closedResources,
    "sns/TopicPolicy",
    [
      lets("personalize", { "aws:SourceAccount": "*" }),
      lets("personalize", { "aws:SourceArn": "arn:aws:personalize:*" }),
      lets("personalize", { "sts:ExternalId": "*" }),
      lets("personalize", { "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:*:*:*" }),
      lets("events", {}, "s3:GetObject"),
      lets("cloudwatch", {}, "sns:Publish"),
    ],
    [
      lets("personalize", { "aws:SourceAccount": account }),
      lets("personalize", { "aws:SourceArn": source("personalize", "*") }),
      lets("personalize", { "sts:ExternalId": account }),
      lets("personalize", { "kms:EncryptionContext:aws:logs:arn": source("logs", "log-group:*") }),
      // AWS documents that they send no source.
      lets("events", {}, "sns:Publish"),
      lets("lambda", {}, "sts:AssumeRole"),
    ],
  ],
  [
    closedResources,
    "lambda/Permission",
    [
      { principal: "s3.amazonaws.com" },
      { principal: "S3.amazonaws.com" },
      { principal: "s3.amazonaws.com", sourceArn: "" },
      { principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::*" },
      { principal: "*", functionUrlAuthType: "NONE" },
      { principal: "*", principalOrgId: "o-*" },
    ].map(invoke),
    [
      { principal: "s3.amazonaws.com", sourceArn: unknown },
      { principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::pets" },
      { principal: "s3.amazonaws.com", sourceAccount: account },
      { principal: account },
      { principal: "*", principalOrgId: "o-a1b2c3" },
    ].map(invoke),
  ],
  [readableResources, "aws-native:s3:Bucket", [{}], []],
  [readableResources, "cloudformation/Stack", [{}], []],
  [readableResources, "cloudcontrol/Resource", [{}], []],
  [readableResources, "random:index/randomId:RandomId", [], [{}]],
  [encryptedStream, "kinesis/Stream", [{ encryptionType: "NONE" }], [{ encryptionType: "KMS" }]],
  [privateFunctions, "lambda/FunctionUrl", [{ authorizationType: "NONE" }], [{ authorizationType: "AWS_IAM" }]],
  [encryptedTopic, "sns/Topic", [{}, { kmsMasterKeyId: "" }], [{ kmsMasterKeyId: unknown }]],
  [
    logGroups,
    "cloudwatch/LogGroup",
    [{ kmsKeyId: unknown }, { kmsKeyId: unknown, retentionInDays: 0 }, { retentionInDays: 30 }],
    [{ kmsKeyId: unknown, retentionInDays: 30 }],
  ],
  [
    boundedRetries,
    "lambda/EventSourceMapping",
    [
      { ...failed, eventSourceArn: source("kinesis", "stream/events") },
      { ...failed, eventSourceArn: source("kinesis", "stream/events"), maximumRecordAgeInSeconds: -1 },
      { ...failed, eventSourceArn: source("kinesis", "stream/events"), maximumRetryAttempts: -1 },
      { eventSourceArn: source("kinesis", "stream/events"), maximumRetryAttempts: 10 },
      { eventSourceArn: source("dynamodb", "table/pets/stream/1"), maximumRetryAttempts: 3, destinationConfig: {} },
      { ...failed, eventSourceArn: unknown, startingPosition: "LATEST" },
    ],
    [
      { eventSourceArn: source("sqs", "orders"), batchSize: 10 },
      { eventSourceArn: source("kafka", "cluster/pets/1"), topics: ["pets"], startingPosition: "LATEST" },
      { ...failed, eventSourceArn: source("kinesis", "stream/events"), maximumRetryAttempts: 0 },
      { ...failed, eventSourceArn: source("kinesis", "stream/events"), maximumRecordAgeInSeconds: 3600 },
      { eventSourceArn: unknown, batchSize: 10 },
    ],
  ],
];

for (const [rule, type, bad, good] of table) {
  for (const props of bad) {
    test(`${rule.name} refuses ${type} ${JSON.stringify(props)}`, () => {
      expect(judge(rule, type, preview(props))).not.toEqual([]);
    });
  }
  for (const props of good) {
    test(`${rule.name} accepts ${type} ${JSON.stringify(props)}`, () => {
      expect(judge(rule, type, preview(props))).toEqual([]);
    });
  }
}
