/** Valid requests: those that create what the cases refer to, and those that cases begin with. */
import { zipSync } from "fflate";
import type { ServiceName } from "../../../account/model/clients";
import { languages } from "./texts";

export type Example = readonly [service: ServiceName, operation: string, input: Readonly<Record<string, unknown>>];

/** Stands for the number of a case, in names that must be new. */
export const caseNumber = "{n}";

const roleArn = "arn:aws:iam::000000000000:role/pets";
const group = "arn:aws:personalize:eu-west-1:000000000000:dataset-group/pets";
const functionArn = "arn:aws:lambda:eu-west-1:000000000000:function:pets";
const streamArn = "arn:aws:kinesis:eu-west-1:000000000000:stream/pets";
const topicArn = "arn:aws:sns:eu-west-1:000000000000:pets";
const logGroupArn = "arn:aws:logs:eu-west-1:000000000000:log-group:pets";
const time = 1_767_225_600_000;

/** The n-th text of a language. */
const text = (name: string, n = 0) => languages.find(([named]) => named.test(name))?.[1][n] ?? "";
const services = ["lambda", "states", "firehose", "personalize", "events", "scheduler", "logs"];
const policyOf = (statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
const trust = policyOf({
  Principal: { Service: services.map((name) => `${name}.amazonaws.com`), AWS: "000000000000" },
  Action: "sts:AssumeRole",
});
const machine = { QueryLanguage: "JSONata", StartAt: "Pass", States: { Pass: { Type: "Pass", End: true } } };
const schemaOf = (name: string, fields: readonly string[]) =>
  JSON.stringify({
    ...{ type: "record", name, namespace: "com.amazonaws.personalize.schema", version: "1.0" },
    fields: fields.map((field) => ({ name: field, type: field === "TIMESTAMP" ? "long" : "string" })),
  });
const on = (service: ServiceName, operation: string, input: Example[2]): Example => [service, operation, input];
const dataset = (datasetType: string, schema: string) =>
  on("personalize", "CreateDataset", {
    ...{ name: schema, datasetGroupArn: group, datasetType },
    schemaArn: `arn:aws:personalize:eu-west-1:000000000000:schema/${schema}`,
  });
const ZipFile = zipSync({ "index.js": Buffer.from("exports.handler = async (event) => event;") });
const lambda = { Role: roleArn, Runtime: "nodejs22.x", Handler: "index.handler", Code: { ZipFile } };
const delivery = { RoleARN: roleArn, BucketARN: "arn:aws:s3:::pets" };
const alarm = { Statistic: "Sum", Period: 60, Namespace: "Pets", MetricName: "Seen" };
const threshold = { EvaluationPeriods: 2, Threshold: 1, ComparisonOperator: "GreaterThanThreshold" };
const metricFilter = (filterName: string, filterPattern: string, more: object = {}): Example =>
  on("cloudwatch-logs", "PutMetricFilter", {
    ...{ logGroupName: "pets", filterName, filterPattern },
    metricTransformations: [{ metricName: "n", metricNamespace: "Pets", metricValue: "1", ...more }],
  });
/** Templates and patterns are evaluated for each event. */
const target = {
  ...{ Id: "a", Arn: logGroupArn },
  InputTransformer: {
    InputPathsMap: { a: "$.detail.a", b: "$.detail", c: "$.resources[0]" },
    InputTemplate: '{"a": <a>, "b": "<b> <b>", "c": [<c>, <aws.events.event.json>]}',
  },
};

/** The requests of a list need the results of the lists before it. */
export const preparation: readonly (readonly Example[])[] = [
  [
    on("iam", "CreateRole", { RoleName: "pets", AssumeRolePolicyDocument: trust }),
    on("iam", "PutRolePolicy", {
      RoleName: "pets",
      PolicyName: "all",
      PolicyDocument: policyOf({ Action: "*", Resource: "*" }),
    }),
    on("iam", "CreatePolicy", { PolicyName: "pets", PolicyDocument: policyOf({ Action: "*", Resource: "*" }) }),
    on("s3", "CreateBucket", { Bucket: "pets", CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
    on("s3", "PutObject", { Bucket: "pets", Key: "pets", Body: Buffer.from("some bytes") }),
    on("kinesis", "CreateStream", { StreamName: "pets", ShardCount: 2 }),
    on("sns", "CreateTopic", { Name: "pets" }),
    on("ssm", "PutParameter", { Name: "pets", Value: "a", Type: "String" }),
    on("cloudwatch-logs", "CreateLogGroup", { logGroupName: "pets" }),
    on("cloudwatch-logs", "CreateLogStream", { logGroupName: "pets", logStreamName: "pets" }),
    on("cloudwatch", "PutMetricAlarm", { AlarmName: "pets", ...alarm, ...threshold }),
    on("cloudwatch", "PutDashboard", { DashboardName: "pets", DashboardBody: '{"widgets":[]}' }),
    on("scheduler", "CreateScheduleGroup", { Name: "pets" }),
    on("kms", "CreateKey", {}),
    on("personalize", "CreateSchema", {
      name: "pets",
      schema: schemaOf("Interactions", ["USER_ID", "ITEM_ID", "TIMESTAMP"]),
    }),
    on("personalize", "CreateSchema", { name: "items", schema: schemaOf("Items", ["ITEM_ID", "A", "B"]) }),
    on("personalize", "CreateSchema", { name: "users", schema: schemaOf("Users", ["USER_ID", "AGE"]) }),
    on("personalize", "CreateDatasetGroup", { name: "pets" }),
  ],
  [
    metricFilter("terms", 'ERROR "two words" -not'),
    metricFilter("json", '{ $.a.b = "x*" || ($.a = 1 && $.b[0] EXISTS) }', { dimensions: { a: "$.a" } }),
    metricFilter("regex", "{ $.a = %[ab]*a[ab]{9}c% || $.b = %a?b{2,9}$% }", { metricValue: "$.n" }),
    metricFilter("any", "%[ab]*a[ab]{49}c%"),
    on("eventbridge", "PutRule", { Name: "pets", EventPattern: '{"source":["pets"]}' }),
    on("eventbridge", "PutTargets", { Rule: "pets", Targets: [target] }),
    on("firehose", "CreateDeliveryStream", {
      DeliveryStreamName: "pets",
      ExtendedS3DestinationConfiguration: delivery,
    }),
    on("lambda", "CreateFunction", { FunctionName: "pets", ...lambda }),
    on("sfn", "CreateStateMachine", { name: "pets", roleArn, definition: JSON.stringify(machine) }),
    dataset("Interactions", "pets"),
    dataset("Items", "items"),
    dataset("Users", "users"),
  ],
  [
    on("sfn", "StartExecution", {
      stateMachineArn: "arn:aws:states:eu-west-1:000000000000:stateMachine:pets",
      name: "one",
    }),
    on("personalize", "CreateEventTracker", { name: "pets", datasetGroupArn: group }),
  ],
];

const metricQueries = [
  {
    Id: "m1",
    MetricStat: {
      Metric: { Namespace: "Pets", MetricName: "Seen", Dimensions: [{ Name: "a", Value: "b" }] },
      ...{ Period: 60, Stat: "p99" },
    },
    ReturnData: false,
  },
  { Id: "e1", Expression: "FILL(m1, 0) * 2" },
];
const range = { StartTime: new Date(time - 3_600_000), EndTime: new Date(time + 600_000) };
const own = `own-${caseNumber}`;
const definition = text("definition");
const policies = [0, 1].map((n) => text("PolicyDocument", n));

/** Requests with documents, patterns and expressions, most of which succeed. */
const others: readonly Example[] = [
  on("cloudwatch", "PutMetricAlarm", { AlarmName: own, Metrics: metricQueries, ...threshold }),
  on("cloudwatch", "GetMetricData", { MetricDataQueries: metricQueries, ...range }),
  on("cloudwatch", "GetMetricStatistics", {
    Namespace: "Pets",
    MetricName: "Seen",
    Period: 60,
    Statistics: ["Sum"],
    ExtendedStatistics: ["p99"],
    ...range,
  }),
  ...[0, 1, 2].map((n) => metricFilter("own", text("filterPattern", n))),
  on("cloudwatch-logs", "PutSubscriptionFilter", {
    logGroupName: "pets",
    filterName: "own",
    filterPattern: "%a+b%",
    destinationArn: streamArn,
    roleArn,
  }),
  on("cloudwatch-logs", "PutResourcePolicy", {
    policyName: "own",
    policyDocument: policyOf({
      Principal: { Service: "events.amazonaws.com" },
      Action: "logs:*",
      Resource: `${logGroupArn}:*`,
    }),
  }),
  on("eventbridge", "PutTargets", { Rule: "pets", Targets: [target] }),
  on("eventbridge", "PutTargets", {
    Rule: "pets",
    Targets: [{ Id: "a", Arn: logGroupArn, InputPath: text("InputPath") }],
  }),
  on("firehose", "CreateDeliveryStream", {
    DeliveryStreamName: own,
    ExtendedS3DestinationConfiguration: { ...delivery, Prefix: text("Prefix"), ErrorOutputPrefix: text("Prefix", 1) },
  }),
  ...policies.flatMap((PolicyDocument, n) => [
    on("iam", "CreatePolicy", { PolicyName: `${own}-${n}`, PolicyDocument, Tags: [{ Key: "a", Value: "b" }] }),
    on("iam", "SimulateCustomPolicy", {
      ...{ PolicyInputList: [PolicyDocument], ActionNames: ["s3:GetObject"], ResourceArns: ["arn:aws:s3:::pets/a"] },
      ContextEntries: [
        {
          ContextKeyName: "aws:PrincipalArn",
          ContextKeyValues: ["arn:aws:iam::000000000000:role/pets"],
          ContextKeyType: "string",
        },
      ],
    }),
    on("sts", "AssumeRole", { RoleArn: roleArn, RoleSessionName: "own", Policy: PolicyDocument }),
  ]),
  on("iam", "CreateRole", { RoleName: own, AssumeRolePolicyDocument: trust, Tags: [{ Key: "a", Value: "b" }] }),
  on("iam", "UpdateAssumeRolePolicy", { RoleName: "pets", PolicyDocument: trust }),
  on("kinesis", "ListShards", { StreamName: "pets" }),
  on("kms", "CreateKey", { Policy: policyOf({ Principal: { AWS: "000000000000" }, Action: "kms:*", Resource: "*" }) }),
  on("kms", "GenerateDataKey", { KeyId: "alias/pets", KeySpec: "AES_256", EncryptionContext: { a: "b" } }),
  on("lambda", "CreateFunction", { FunctionName: own, ...lambda, Environment: { Variables: { NAME: "b" } } }),
  on("lambda", "UpdateFunctionConfiguration", { FunctionName: "pets", Environment: { Variables: { NAME: "b" } } }),

  on("lambda", "CreateEventSourceMapping", {
    FunctionName: functionArn,
    EventSourceArn: streamArn,
    StartingPosition: "LATEST",
  }),
  ...[0, 1].map((n) =>
    on("personalize", "CreateFilter", {
      name: own,
      datasetGroupArn: group,
      filterExpression: text("filterExpression", n),
    }),
  ),
  on("personalize", "CreateSchema", { name: own, schema: text("schema") }),
  on("personalize", "CreateSolution", {
    name: own,
    datasetGroupArn: group,
    recipeArn: "arn:aws:personalize:::recipe/aws-user-personalization",
    solutionConfig: {
      algorithmHyperParameters: { hidden_dimension: "32" },
      autoTrainingConfig: { schedulingExpression: "rate(7 days)" },
    },
  }),
  on("personalize-events", "PutEvents", {
    trackingId: "",
    userId: "1",
    sessionId: "1",
    eventList: [
      { eventType: "a", sentAt: new Date(time), itemId: "1", properties: text("properties"), impression: ["1"] },
    ],
  }),
  on("personalize-events", "PutItems", {
    datasetArn: "arn:aws:personalize:eu-west-1:000000000000:dataset/pets/ITEMS",
    items: [{ itemId: "1", properties: '{"a":"b","b":"c"}' }],
  }),
  on("personalize-events", "PutUsers", {
    datasetArn: "arn:aws:personalize:eu-west-1:000000000000:dataset/pets/USERS",
    users: [{ userId: "1", properties: '{"age":"b"}' }],
  }),
  on("s3", "PutObject", {
    Bucket: "pets",
    Key: "own",
    Body: Buffer.from("a"),
    Tagging: "a=b&c=d",
    Metadata: { a: "b" },
  }),
  on("s3", "DeleteObjects", { Bucket: "pets", Delete: { Objects: [{ Key: "a" }] } }),
  on("s3", "CopyObject", {
    Bucket: "pets",
    Key: "own",
    CopySource: "pets/pets",
    CopySourceIfMatch: "*",
    Tagging: "a=b",
    TaggingDirective: "REPLACE",
  }),
  on("s3", "PutBucketPolicy", {
    Bucket: "pets",
    Policy: policyOf({ Principal: { AWS: "000000000000" }, Action: "s3:*", Resource: ["arn:aws:s3:::pets/*"] }),
  }),
  on("s3", "PutObjectTagging", { Bucket: "pets", Key: "pets", Tagging: { TagSet: [{ Key: "a", Value: "b" }] } }),
  on("s3", "PutBucketLifecycleConfiguration", {
    Bucket: "pets",
    LifecycleConfiguration: {
      Rules: [{ ID: "a", Status: "Enabled", Filter: { Prefix: "a" }, Expiration: { Days: 1 } }],
    },
  }),
  on("scheduler", "CreateSchedule", {
    Name: own,
    ScheduleExpression: text("ScheduleExpression", 1),
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: { Arn: topicArn, RoleArn: roleArn, Input: '{"a":1}' },
  }),
  on("sfn", "CreateStateMachine", { name: own, roleArn, definition }),
  on("sns", "Publish", {
    TopicArn: topicArn,
    Message: text("Message", 1),
    Subject: "a",
    MessageAttributes: { a: { DataType: "String", StringValue: "b" } },
  }),
  on("sns", "PublishBatch", {
    TopicArn: topicArn,
    PublishBatchRequestEntries: [{ Id: "a", Message: text("Message", 1) }],
  }),
  on("sns", "SetTopicAttributes", {
    TopicArn: topicArn,
    AttributeName: "Policy",
    AttributeValue: policyOf({ Principal: "*", Action: "sns:Publish", Resource: topicArn }),
  }),
  on("ssm", "PutParameter", {
    Name: `/a/${own}`,
    Value: "abab",
    Type: "String",
    AllowedPattern: text("AllowedPattern"),
    Tags: [{ Key: "a", Value: "b" }],
  }),
  on("ssm", "GetParametersByPath", {
    Path: "/a",
    Recursive: true,
    ParameterFilters: [{ Key: "Type", Values: ["String"] }],
  }),
];

/** The requests that a case of an operation can begin with. */
export const examplesOf = (service: ServiceName, operation: string): readonly Readonly<Record<string, unknown>>[] =>
  others.filter(([of, name]) => of === service && name === operation).map(([, , input]) => input);
