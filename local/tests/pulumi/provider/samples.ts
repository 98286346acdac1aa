import { codeOf, definition, document, readObjects, type Sample, tags, trust } from "./sample";
import { s3Samples } from "./samples-s3";

/** Samples by type token. A type of the catalogue without a sample fails the tests. */
export const samples: Readonly<Record<string, Sample>> = {
  ...s3Samples,
  "aws:cloudwatch/dashboard:Dashboard": {
    fewest: () => ({ dashboardBody: '{"widgets": []}' }),
    most: () => ({
      dashboardName: "pets",
      dashboardBody: JSON.stringify({ widgets: [{ type: "text", properties: { markdown: "# Pets" } }] }, undefined, 2),
    }),
  },
  "aws:cloudwatch/eventRule:EventRule": {
    fewest: () => ({ eventPattern: '{"source":["pets"]}' }),
    most: () => ({
      name: "uploads",
      description: "Uploads of pets",
      eventPattern: '{ "source": ["pets"], "detail-type": ["Upload"] }',
      state: "DISABLED",
      tags,
    }),
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    fewest: ({ rule, topicArn }) => ({ rule, arn: topicArn }),
    most: ({ rule, topicArn }) => ({
      rule,
      targetId: "mail",
      arn: topicArn,
    }),
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    fewest: () => ({}),
    most: ({ keyArn }) => ({ name: "/pets/most", retentionInDays: 30, kmsKeyId: keyArn, tags }),
  },
  "aws:cloudwatch/logStream:LogStream": {
    fewest: ({ logGroup }) => ({ logGroupName: logGroup }),
    most: ({ logGroup }) => ({ logGroupName: logGroup, name: "delivery" }),
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    fewest: () => ({
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      threshold: 0,
      metricName: "Errors",
      namespace: "AWS/Lambda",
      period: 60,
      statistic: "Sum",
    }),
    most: ({ topicArn, functionName }) => ({
      name: "pets-errors",
      alarmDescription: "Functions fail",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      threshold: 0.5,
      metricQueries: [
        {
          id: "errors",
          metric: {
            metricName: "Errors",
            namespace: "AWS/Lambda",
            period: 300,
            stat: "Sum",
            dimensions: { FunctionName: functionName },
          },
        },
        { id: "rate", expression: "errors / 2", label: "Rate", returnData: true },
      ],
      treatMissingData: "notBreaching",
      actionsEnabled: false,
      alarmActions: [topicArn],
      okActions: [topicArn],
      insufficientDataActions: [topicArn],
      tags,
    }),
  },
  "aws:iam/policy:Policy": {
    fewest: () => ({ policy: readObjects }),
    most: () => ({ name: "readers", policy: readObjects, description: "Reads pets", path: "/pets/", tags }),
  },
  "aws:iam/role:Role": {
    fewest: () => ({ assumeRolePolicy: trust }),
    most: ({ policyArn }) => ({
      name: "workers",
      assumeRolePolicy: trust,
      description: "Works",
      path: "/pets/",
      maxSessionDuration: 7200,
      permissionsBoundary: policyArn,
      tags,
    }),
  },
  "aws:iam/rolePolicy:RolePolicy": {
    fewest: ({ role }) => ({ role, policy: readObjects }),
    most: ({ role }) => ({ role, name: "read", policy: readObjects }),
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    fewest: ({ role, policyArn }) => ({ role, policyArn }),
    most: ({ role, policyArn }) => ({ role, policyArn }),
  },
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
    fewest: ({ roleArn, bucket, streamArn }) => ({
      destination: "extended_s3",
      kinesisSourceConfiguration: { kinesisStreamArn: streamArn, roleArn },
      extendedS3Configuration: { roleArn, bucketArn: `arn:aws:s3:::${bucket}` },
    }),
    most: ({ roleArn, bucket, streamArn, logGroup, keyArn }) => ({
      name: "archive",
      destination: "extended_s3",
      kinesisSourceConfiguration: { kinesisStreamArn: streamArn, roleArn },
      extendedS3Configuration: {
        roleArn,
        bucketArn: `arn:aws:s3:::${bucket}`,
        prefix: "clicks/!{timestamp:yyyy}/",
        errorOutputPrefix: "errors/!{firehose:error-output-type}/",
        bufferingInterval: 60,
        bufferingSize: 64,
        compressionFormat: "GZIP",
        kmsKeyArn: keyArn,
        cloudwatchLoggingOptions: { enabled: true, logGroupName: logGroup, logStreamName: "archive" },
        processingConfiguration: {
          enabled: true,
          processors: [{ type: "AppendDelimiterToRecord" }],
        },
      },
      tags,
    }),
  },
  "aws:kinesis/stream:Stream": {
    fewest: () => ({ shardCount: 1 }),
    most: ({ keyArn }) => ({
      name: "visits",
      retentionPeriod: 48,
      encryptionType: "KMS",
      kmsKeyId: keyArn,
      streamModeDetails: { streamMode: "ON_DEMAND" },
      tags,
    }),
  },
  "aws:kms/alias:Alias": {
    fewest: ({ keyId }) => ({ name: "alias/few", targetKeyId: keyId }),
    most: ({ keyArn }) => ({ name: "alias/most", targetKeyId: keyArn }),
  },
  "aws:kms/key:Key": {
    fewest: () => ({}),
    most: () => ({
      description: "Pets",
      enableKeyRotation: true,
      policy: document({
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::000000000000:root" },
        Action: "kms:*",
        Resource: "*",
      }),
      tags,
    }),
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    fewest: ({ functionName, streamArn }) => ({ functionName, eventSourceArn: streamArn, startingPosition: "LATEST" }),
    most: ({ functionArn, streamArn, bucket }) => ({
      functionName: functionArn,
      eventSourceArn: streamArn,
      startingPosition: "TRIM_HORIZON",
      batchSize: 50,
      maximumBatchingWindowInSeconds: 5,
      bisectBatchOnFunctionError: true,
      maximumRecordAgeInSeconds: 3600,
      maximumRetryAttempts: 4,
      parallelizationFactor: 2,
      functionResponseTypes: ["ReportBatchItemFailures"],
      destinationConfig: { onFailure: { destinationArn: `arn:aws:s3:::${bucket}` } },
      filterCriteria: { filters: [{ pattern: '{"data":{"kind":["a"]}}' }, { pattern: '{"data":{"kind":["b"]}}' }] },
      metricsConfig: { metrics: ["EventCount"] },
      enabled: false,
      tags,
    }),
  },
  "aws:lambda/function:Function": {
    fewest: ({ roleArn }) => ({
      role: roleArn,
      code: codeOf("exports.handler = async () => 1;"),
      handler: "index.handler",
      runtime: "nodejs24.x",
    }),
    most: ({ roleArn, keyArn }) => ({
      name: "answers",
      role: roleArn,
      code: codeOf("exports.handler = async () => 2;"),
      handler: "index.handler",
      runtime: "nodejs24.x",
      timeout: 10,
      memorySize: 256,
      description: "Answers",
      environment: { variables: { PETS: "cats" } },
      architectures: ["arm64"],
      kmsKeyArn: keyArn,
      reservedConcurrentExecutions: 5,
      vpcConfig: { subnetIds: ["subnet-0123456789abcdef0"], securityGroupIds: ["sg-0123456789abcdef0"] },
      tags,
    }),
  },
  "aws:scheduler/schedule:Schedule": {
    fewest: ({ functionArn, roleArn }) => ({
      scheduleExpression: "rate(1 hour)",
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn: functionArn, roleArn },
    }),
    most: ({ functionArn, roleArn }) => ({
      name: "nightly",
      description: "Every night",
      scheduleExpression: "cron(0 3 * * ? *)",
      scheduleExpressionTimezone: "Europe/Berlin",
      state: "DISABLED",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: functionArn,
        roleArn,
        input: '{"pets": true}',
        retryPolicy: { maximumEventAgeInSeconds: 600, maximumRetryAttempts: 3 },
      },
    }),
  },
  "aws:scheduler/scheduleGroup:ScheduleGroup": {
    fewest: () => ({}),
    most: () => ({ name: "nightly-schedules", tags: { team: "pets" } }),
  },
  "aws:sfn/stateMachine:StateMachine": {
    fewest: ({ roleArn }) => ({ definition: definition("few"), roleArn }),
    most: ({ roleArn, logGroupArn }) => ({
      name: "nightly",
      definition: definition("most"),
      roleArn,
      type: "STANDARD",
      loggingConfiguration: { level: "ERROR", includeExecutionData: true, logDestination: `${logGroupArn}:*` },
      tags,
    }),
  },
  "aws:sns/topic:Topic": {
    fewest: () => ({}),
    most: ({ keyId }) => ({ name: "alarms", kmsMasterKeyId: keyId, tags }),
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    fewest: ({ topicArn }) => ({ arn: topicArn, policy: topicDocument(topicArn) }),
    most: ({ topicArn }) => ({ arn: topicArn, policy: topicDocument(topicArn) }),
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    fewest: ({ topicArn }) => ({ topic: topicArn, protocol: "email", endpoint: "team@example.com" }),
    most: ({ topicArn }) => ({ topic: topicArn, protocol: "email", endpoint: "pets@example.com" }),
  },
  "aws:ssm/parameter:Parameter": {
    fewest: () => ({ type: "String", value: "cats" }),
    most: () => ({ name: "/pets/kind", type: "String", value: "cats", description: "Pets", tags }),
  },
};

const topicDocument = (topicArn: string) =>
  document({
    Sid: "Alarms",
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: "sns:Publish",
    Resource: topicArn,
    Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } },
  });
