import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
} from "@pulumi/policy";
import { describe, expect, test } from "vitest";
import * as rules from "../../policy/rules.ts";

/** What a rule says of a resource. */
function judge(rule: ResourceValidationPolicy, type: string, props: object, config: object = {}): string[] {
  const found: string[] = [];
  const args = { type, props, getConfig: () => config } as unknown as ResourceValidationArgs;
  const checks = Array.isArray(rule.validateResource) ? rule.validateResource : [rule.validateResource];
  for (const check of checks) check?.(args, (message) => found.push(message));
  return found;
}

const policy = (Statement: object) => ({ policy: JSON.stringify({ Version: "2012-10-17", Statement }) });
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";

describe("least privilege", () => {
  const of = (statement: object) => judge(rules.leastPrivilege, rolePolicy, policy(statement));

  test("a wildcard action is refused, also inside a name", () => {
    expect(of({ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::pets" })).toEqual([
      "policy: a statement allows the wildcard action s3:*. List the actions and the ARNs that the role needs.",
    ]);
    expect(of([{ Sid: "Read", Effect: "Allow", Action: ["s3:Get*"], Resource: "arn:aws:s3:::pets/*" }])).toEqual([
      "policy: a statement (Read) allows the wildcard action s3:Get*. List the actions and the ARNs that the role needs.",
    ]);
  });

  test("accepts one log group's streams, whose name begins with a slash, and refuses all log groups", () => {
    const on = (group: string) =>
      of({
        Effect: "Allow",
        Action: "logs:PutLogEvents",
        Resource: `arn:aws:logs:eu-west-1:111122223333:log-group:${group}`,
      });
    expect(on("/aws/lambda/recommend-pets:*")).toEqual([]);
    expect(on("/aws/kinesisfirehose/archive:log-stream:delivery")).toEqual([]);
    for (const wide of ["*", "/*", "/", "*:*", "/*:log-stream:*"]) expect(on(wide)).toHaveLength(1);
  });

  test("refuses `*` as resource where the service has narrower ones", () => {
    expect(of({ Effect: "Allow", Action: ["personalize:CreateCampaign"], Resource: "*" })).toHaveLength(1);
    expect(
      of({ Effect: "Allow", Action: ["personalize:PutEvents", "cloudwatch:PutMetricData"], Resource: "*" }),
    ).toEqual([]);
  });

  test.each([
    ["s3:Delete?bject", "arn:aws:s3:::pets/*", "the wildcard action s3:Delete?bject"],
    ["lambda:UpdateFunctionCode", "*", "lambda:UpdateFunctionCode on every resource"],
    ["lambda:updatefunctioncode", "**", "lambda:updatefunctioncode on every resource"],
    ["s3:GetObject", "arn:aws:s3:::*", "s3:GetObject on arn:aws:s3:::*"],
    ["s3:GetObject", "arn:aws:s3:::*/*", "s3:GetObject on arn:aws:s3:::*/*"],
    ["s3:GetObject", "arn:*:s3:::?*", "s3:GetObject on arn:*:s3:::?*"],
    [
      "lambda:UpdateFunctionCode",
      "arn:aws:lambda:*:*:function:*",
      "lambda:UpdateFunctionCode on arn:aws:lambda:*:*:function:*",
    ],
    [
      "sqs:SendMessage",
      "arn:aws:sqs:eu-west-1:111122223333:*",
      "sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:*",
    ],
    [
      "dynamodb:GetItem",
      "arn:aws:dynamodb:eu-west-1:111122223333:table/*",
      "dynamodb:GetItem on arn:aws:dynamodb:eu-west-1:111122223333:table/*",
    ],
  ])("%s on %s is refused", (Action, Resource, what) => {
    const [found, ...more] = of({ Effect: "Allow", Action, Resource });
    expect(found).toContain(`a statement allows ${what}`);
    expect(more).toEqual([]);
  });

  test("a role may be passed by its name, to the service that it is for", () => {
    const Condition = { StringEquals: { "iam:PassedToService": "states.amazonaws.com" } };
    const pass = (role: string, more: object = {}) =>
      of({ Effect: "Allow", Action: "iam:PassRole", Resource: `arn:aws:iam::111122223333:role/${role}`, ...more });
    expect(pass("*", { Condition })).toHaveLength(1);
    expect(pass("retraining")).toEqual([
      "policy: a statement allows iam:PassRole to any service (no condition iam:PassedToService). List the actions and the ARNs that the role needs.",
    ]);
    expect(pass("retraining", { Condition })).toEqual([]);
  });

  test("part of a name may be a wildcard", () => {
    expect(of({ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::pets/seed/*" })).toEqual([]);
    const campaign = "arn:aws:personalize:eu-west-1:111122223333:campaign/home-????????";
    expect(of({ Effect: "Allow", Action: "personalize:GetRecommendations", Resource: campaign })).toEqual([]);
  });

  test("the policies inside a role are looked at as well", () => {
    const wide = policy({ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::pets" });
    expect(judge(rules.inlinePolicies, "aws:iam/role:Role", { inlinePolicies: [{ name: "all", ...wide }] })).toEqual([
      "inlinePolicies: all: a statement allows the wildcard action s3:*. List the actions and the ARNs that the role needs.",
    ]);
  });

  test("everything-but statements are refused", () => {
    expect(of({ Effect: "Allow", NotAction: "iam:*", Resource: "arn:aws:s3:::pets" })).toHaveLength(1);
    expect(of({ Effect: "Allow", Action: "s3:GetObject", NotResource: "arn:aws:s3:::pets" })).toHaveLength(1);
  });

  test("a Deny may be as wide as it likes, and an unknown document waits for up", () => {
    expect(of({ Effect: "Deny", Action: "*", Resource: "*" })).toEqual([]);
    expect(judge(rules.leastPrivilege, rolePolicy, {})).toEqual([]);
  });
});

describe("closed resources", () => {
  const resources: [type: string, property: string][] = [
    ["aws:s3/bucketPolicy:BucketPolicy", "policy"],
    ["aws:sns/topicPolicy:TopicPolicy", "policy"],
    ["aws:kms/key:Key", "policy"],
    ["aws:iam/role:Role", "assumeRolePolicy"],
  ];
  const of = (statement: object, [type, property] = resources[0] ?? ["", ""]) =>
    judge(rules.closedResources, type, { [property]: policy(statement).policy });
  const open = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::pets/*" };
  const service = (name: string, Action: string, Condition?: object) => ({
    Effect: "Allow",
    Principal: { Service: name },
    Action,
    Resource: "*",
    ...(Condition ? { Condition } : {}),
  });
  const forThisAccount = { StringEquals: { "aws:SourceAccount": "111122223333" } };

  test.each(resources)("refuses every caller in a policy of %s", (type, property) => {
    expect(of(open, [type, property])).toEqual([
      `${property}: a statement allows every caller (principal *). List the principals; give a service a condition such as aws:SourceAccount.`,
    ]);
    expect(of({ ...open, Principal: { AWS: ["*"] } }, [type, property])).toHaveLength(1);
  });

  test("accepts every caller where a condition restricts the caller", () => {
    expect(of({ ...open, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } })).toEqual([]);
    expect(of({ ...open, Condition: { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-1" } } })).toHaveLength(1);
    expect(of({ ...open, Effect: "Deny" })).toEqual([]);
  });

  test("NotPrincipal is refused with Allow", () => {
    expect(of({ ...open, Principal: undefined, NotPrincipal: { AWS: "111122223333" } })).toHaveLength(1);
  });

  test("a service must act for this account", () => {
    expect(of(service("personalize.amazonaws.com", "s3:GetObject"))).toEqual([
      "policy: a statement lets personalize.amazonaws.com act for any account (no condition on the source). List the principals; give a service a condition such as aws:SourceAccount.",
    ]);
    expect(of(service("personalize.amazonaws.com", "s3:GetObject", forThisAccount))).toEqual([]);
  });

  test("accepts services without a condition where AWS documents that they send no source", () => {
    expect(of(service("events.amazonaws.com", "sns:Publish"))).toEqual([]);
    expect(of(service("lambda.amazonaws.com", "sts:AssumeRole"))).toEqual([]);
    expect(of(service("events.amazonaws.com", "s3:GetObject"))).toHaveLength(1);
    expect(of(service("cloudwatch.amazonaws.com", "sns:Publish"))).toHaveLength(1);
  });

  test("a federated identity must name its subject", () => {
    const federated = {
      Effect: "Allow",
      Principal: { Federated: "arn:aws:iam::1:oidc-provider/x" },
      Action: "sts:AssumeRoleWithWebIdentity",
    };
    const trust = (Condition: object) => of({ ...federated, Condition }, ["aws:iam/role:Role", "assumeRolePolicy"]);
    expect(trust({ StringEquals: { "x:aud": "sts.amazonaws.com" } })).toHaveLength(1);
    expect(trust({ StringEquals: { "x:sub": "repo:pets/recommender:environment:prod" } })).toEqual([]);
  });
});

/** One bad and one good example of each rule about single resources. */
const examples: readonly [ResourceValidationPolicy, string, bad: object, good: object, message: string][] = [
  [
    rules.encryptedStream,
    "aws:kinesis/stream:Stream",
    { encryptionType: "NONE" },
    { encryptionType: "KMS" },
    "encryptionType",
  ],
  [
    rules.streamRetention,
    "aws:kinesis/stream:Stream",
    { retentionPeriod: 24 },
    { retentionPeriod: 48 },
    "retentionPeriod",
  ],
  [rules.encryptedTopic, "aws:sns/topic:Topic", {}, { kmsMasterKeyId: "key" }, "kmsMasterKeyId"],
  [rules.encryptedQueue, "aws:sqs/queue:Queue", {}, { kmsMasterKeyId: "key" }, "kmsMasterKeyId"],
  [
    rules.logGroups,
    "aws:cloudwatch/logGroup:LogGroup",
    { kmsKeyId: "key" },
    { kmsKeyId: "key", retentionInDays: 30 },
    "retentionInDays",
  ],
  [
    rules.logGroups,
    "aws:cloudwatch/logGroup:LogGroup",
    { retentionInDays: 30 },
    { kmsKeyId: "key", retentionInDays: 30 },
    "kmsKeyId",
  ],
  [
    rules.supportedRuntime,
    "aws:lambda/function:Function",
    { runtime: "nodejs18.x" },
    { runtime: "nodejs24.x" },
    "nodejs18.x",
  ],
  [rules.explicitTimeout, "aws:lambda/function:Function", {}, { timeout: 30 }, "timeout"],
  [rules.explicitTimeout, "aws:lambda/function:Function", { timeout: 3 }, { timeout: 4 }, "timeout"],
  [
    rules.boundedRetries,
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    { maximumRetryAttempts: -1, destinationConfig: { onFailure: { destinationArn: "arn" } } },
    { maximumRetryAttempts: 10, destinationConfig: { onFailure: { destinationArn: "arn" } } },
    "maximumRetryAttempts",
  ],
  [
    rules.boundedRetries,
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    { maximumRetryAttempts: 10 },
    { maximumRetryAttempts: 10, destinationConfig: { onFailure: { destinationArn: "arn" } } },
    "destinationConfig",
  ],
  [
    rules.noAutomaticTraining,
    "pulumi-nodejs:dynamic/personalize:Solution",
    {},
    { performAutoTraining: false },
    "performAutoTraining",
  ],
  [
    rules.campaignCap,
    "pulumi-nodejs:dynamic/personalize:Campaign",
    { minProvisionedTPS: 11 },
    { minProvisionedTPS: 10 },
    "minProvisionedTPS",
  ],
];

for (const [rule, type, bad, good, message] of examples) {
  test(`${rule.name} fails on ${JSON.stringify(bad)} and passes on ${JSON.stringify(good)}`, () => {
    expect(judge(rule, type, bad)).toEqual([expect.stringContaining(message)]);
    expect(judge(rule, type, good)).toEqual([]);
    expect(judge(rule, "aws:ssm/parameter:Parameter", bad)).toEqual([]);
  });
}

test("the campaign's cap can be configured", () => {
  const type = "pulumi-nodejs:dynamic/personalize:Campaign";
  expect(judge(rules.campaignCap, type, { minProvisionedTPS: 11 }, { maximumProvisionedTPS: 20 })).toEqual([]);
});

/** What a rule about the whole stack says. */
async function judgeStack(rule: (typeof rules.stackRules)[number], resources: readonly object[]): Promise<string[]> {
  const found: string[] = [];
  const args = { resources } as unknown as StackValidationArgs;
  await rule.validateStack(args, (message) => found.push(message));
  return found;
}

const resource = (type: string, name: string, props: object, bucket?: object) => ({
  type,
  name,
  urn: `urn:${type}::${name}`,
  props,
  propertyDependencies: bucket ? { bucket: [bucket] } : {},
});

describe("complete buckets", () => {
  const bucket = resource("aws:s3/bucket:Bucket", "pets", { bucket: "pets-1" });
  const parts = [
    "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "bucketPublicAccessBlock:BucketPublicAccessBlock",
    "bucketVersioning:BucketVersioning",
    "bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  ].map((type) => resource(`aws:s3/${type}`, type, { bucket: "pets-1" }));

  test("each missing part is reported", async () => {
    expect(await judgeStack(rules.completeBuckets, [bucket])).toHaveLength(4);
    for (const part of parts) {
      const found = await judgeStack(rules.completeBuckets, [bucket, ...parts.filter((other) => other !== part)]);
      expect(found).toEqual([expect.stringContaining(String(part.type.split(":").at(-1)))]);
    }
  });

  test("a bucket with all its parts passes, by name or, before its name is known, by dependency", async () => {
    expect(await judgeStack(rules.completeBuckets, [bucket, ...parts])).toEqual([]);
    const unnamed = resource("aws:s3/bucket:Bucket", "pets", {});
    const dependent = parts.map((part) => resource(part.type, part.name, {}, unnamed as unknown as PolicyResource));
    expect(await judgeStack(rules.completeBuckets, [unnamed, ...dependent])).toEqual([]);
  });

  test("another bucket's parts do not count", async () => {
    const other = resource("aws:s3/bucket:Bucket", "other", { bucket: "other-1" });
    expect(await judgeStack(rules.completeBuckets, [bucket, other, ...parts])).toHaveLength(4);
  });
});

test("a function without the stack's own log group is refused", async () => {
  const fn = resource("aws:lambda/function:Function", "f", { name: "recommend" });
  const group = resource("aws:cloudwatch/logGroup:LogGroup", "g", { name: "/aws/lambda/recommend" });
  expect(await judgeStack(rules.loggedFunctions, [fn])).toEqual([expect.stringContaining("/aws/lambda/recommend")]);
  expect(await judgeStack(rules.loggedFunctions, [fn, group])).toEqual([]);
});
