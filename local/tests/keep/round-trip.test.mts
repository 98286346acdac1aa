// Resources that were created over the API are read over the API of an account that goes on from the kept state.
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { Firehose } from "@aws-sdk/client-firehose";
import { IAM } from "@aws-sdk/client-iam";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { S3 } from "@aws-sdk/client-s3";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SFN } from "@aws-sdk/client-sfn";
import { SNS } from "@aws-sdk/client-sns";
import { SSM } from "@aws-sdk/client-ssm";
import { STS } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { writeReturning, zipOf } from "../lambda/functions.mts";
import { define, waiting } from "../step-functions/machines.mts";
import { sdk } from "../support/aws.ts";
import { createRole, policyOf } from "../support/roles.ts";
import { readAnswers, useKeptAccount } from "./kept-account.mts";

const minute = 60_000;
const day = 24 * 60 * minute;
const place = { account: "000000000000", region: "eu-west-1" };

const kept = useKeptAccount();

/** The sum of a function's metric over all time, as the one point of a long period. */
async function readFunctionMetric(MetricName: string, FunctionName: string) {
  const { Datapoints } = await new CloudWatch(sdk(kept.account)).getMetricStatistics({
    Namespace: "AWS/Lambda",
    MetricName,
    Dimensions: [{ Name: "FunctionName", Value: FunctionName }],
    Statistics: ["Sum"],
    StartTime: new Date(kept.account.clock.now() - day),
    EndTime: new Date(kept.account.clock.now() + day),
    Period: 3 * 24 * 60 * 60,
  });
  return Datapoints;
}

test("the clock goes on from the kept time when that is later than now, with its speed", async () => {
  await kept.account.clock.advance(3 * day);
  kept.account.clock.setSpeed(0);
  const before = kept.account.clock.now();
  await kept.restart();
  expect(kept.account.clock.now()).toBe(before);
  expect(kept.account.clock.speed).toBe(0);
});

test("CloudWatch: metrics, alarms with their history, and dashboards", async () => {
  const cloudwatch = () => new CloudWatch(sdk(kept.account));
  const MetricData = [{ MetricName: "Visits", Value: 3 }];
  await cloudwatch().putMetricData({ Namespace: "Shop", MetricData });
  await cloudwatch().putMetricAlarm({
    AlarmName: "visits",
    Namespace: "Shop",
    MetricName: "Visits",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
  });
  await cloudwatch().putDashboard({ DashboardName: "shop", DashboardBody: '{"widgets":[]}' });
  await kept.account.clock.advance(2 * minute);
  const now = kept.account.clock.now();
  const range = { StartTime: new Date(now - 60 * minute), EndTime: new Date(now + 60 * minute), Period: 60 };
  await kept.expectSame(() =>
    readAnswers(
      cloudwatch().describeAlarms({}),
      cloudwatch().describeAlarmHistory({}),
      cloudwatch().listMetrics({}),
      cloudwatch().getDashboard({ DashboardName: "shop" }),
      cloudwatch().getMetricStatistics({ Namespace: "Shop", MetricName: "Visits", Statistics: ["Sum"], ...range }),
    ),
  );
  // The alarm is evaluated again.
  const state = async () => (await cloudwatch().describeAlarms({})).MetricAlarms?.[0]?.StateValue;
  expect(await state()).toBe("ALARM");
  await kept.account.clock.advance(20 * minute);
  expect(await state()).toBe("INSUFFICIENT_DATA");
});

test("CloudWatch Logs: groups, events and filters, which go on to match", async () => {
  const logs = () => new CloudWatchLogs(sdk(kept.account));
  const stream = { logGroupName: "app", logStreamName: "one" };
  await logs().createLogGroup({ logGroupName: "app", tags: { team: "pets" } });
  await logs().createLogStream(stream);
  await logs().putMetricFilter({
    logGroupName: "app",
    filterName: "errors",
    filterPattern: "ERROR",
    metricTransformations: [{ metricNamespace: "App", metricName: "Errors", metricValue: "1" }],
  });
  const put = (message: string) =>
    logs().putLogEvents({ ...stream, logEvents: [{ timestamp: Math.floor(kept.account.clock.now()), message }] });
  await put("ERROR before");
  await kept.expectSame(() =>
    readAnswers(
      logs().describeLogGroups({}),
      logs().filterLogEvents({ logGroupName: "app" }),
      logs().describeMetricFilters({ logGroupName: "app" }),
    ),
  );
  await put("ERROR after");
  const metrics = await new CloudWatch(sdk(kept.account)).getMetricStatistics({
    Namespace: "App",
    MetricName: "Errors",
    Statistics: ["Sum"],
    StartTime: new Date(kept.account.clock.now() - day),
    EndTime: new Date(kept.account.clock.now() + day),
    Period: 3 * 24 * 60 * 60,
  });
  expect(metrics.Datapoints).toMatchObject([{ Sum: 2 }]);
});

test("IAM and STS: roles, policies and credentials that were issued", async () => {
  const iam = () => new IAM(sdk(kept.account));
  const RoleArn = await createRole(kept.account, "reader", "000000000000", [
    { Action: "kinesis:List*", Resource: "*" },
  ]);
  const Statement = { Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" };
  const PolicyDocument = policyOf(Statement);
  const { Policy } = await iam().createPolicy({ PolicyName: "more", PolicyDocument });
  await iam().attachRolePolicy({ RoleName: "reader", PolicyArn: Policy?.Arn });
  const { Credentials } = await new STS(sdk(kept.account)).assumeRole({ RoleArn, RoleSessionName: "test" });
  await kept.expectSame(() =>
    readAnswers(
      iam().getRole({ RoleName: "reader" }),
      iam().getRolePolicy({ RoleName: "reader", PolicyName: "own" }),
      iam().listAttachedRolePolicies({ RoleName: "reader" }),
      iam().getPolicy({ PolicyArn: Policy?.Arn }),
    ),
  );
  const session = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
  const kinesis = new Kinesis(sdk(kept.account, session));
  expect((await kinesis.listStreams({})).StreamNames).toEqual([]);
  await expect(kinesis.createStream({ StreamName: "visits" })).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("Kinesis: records, and a change that was under way", async () => {
  const kinesis = () => new Kinesis(sdk(kept.account));
  const StreamName = "visits";
  await kinesis().createStream({ StreamName, ShardCount: 1 });
  // Ahead of real time, so that the iterators of the second account have the same time.
  await kept.account.clock.advance(60 * minute);
  await kinesis().putRecord({ StreamName, PartitionKey: "a", Data: Buffer.from("one") });
  const { ShardIterator } = await kinesis().getShardIterator({
    StreamName,
    ShardId: "shardId-000000000000",
    ShardIteratorType: "TRIM_HORIZON",
  });
  await kinesis().updateShardCount({ StreamName, TargetShardCount: 2, ScalingType: "UNIFORM_SCALING" });
  await kept.expectSame(() =>
    readAnswers(kinesis().describeStream({ StreamName }), kinesis().getRecords({ ShardIterator })),
  );
  await kept.account.clock.advance(1_000);
  const { StreamDescriptionSummary } = await kinesis().describeStreamSummary({ StreamName });
  expect(StreamDescriptionSummary).toMatchObject({ StreamStatus: "ACTIVE", OpenShardCount: 2 });
});

test("KMS: a ciphertext can be decrypted, and a deletion that is scheduled comes", async () => {
  const kms = () => new KMS(sdk(kept.account));
  const { KeyMetadata } = await kms().createKey({});
  const KeyId = KeyMetadata?.KeyId ?? "";
  await kms().createAlias({ AliasName: "alias/pets", TargetKeyId: KeyId });
  await kms().enableKeyRotation({ KeyId });
  const { CiphertextBlob } = await kms().encrypt({ KeyId, Plaintext: Buffer.from("secret") });
  await kept.expectSame(() =>
    readAnswers(
      kms().describeKey({ KeyId: "alias/pets" }),
      kms().getKeyRotationStatus({ KeyId }),
      kms().listAliases({}),
    ),
  );
  const { Plaintext } = await kms().decrypt({ CiphertextBlob });
  expect(Buffer.from(Plaintext ?? []).toString()).toBe("secret");
  await kms().scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
  await kept.restart();
  await kept.account.clock.advance(8 * day);
  await expect(kms().describeKey({ KeyId })).rejects.toMatchObject({ name: "NotFoundException" });
});

test("S3: objects with versions, a large one, an upload in parts, and rules that delete by age", async () => {
  const s3 = () => new S3({ ...sdk(kept.account), forcePathStyle: true });
  const Bucket = "pets";
  await s3().createBucket({ Bucket });
  await s3().putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
  await s3().putObject({ Bucket, Key: "a", Body: "one", Metadata: { by: "me" } });
  await s3().putObject({ Bucket, Key: "a", Body: "two" });
  await s3().putObject({ Bucket, Key: "large", Body: Buffer.alloc(2_000_000, "large") });
  const { UploadId } = await s3().createMultipartUpload({ Bucket, Key: "parts" });
  const part = { Bucket, Key: "parts", UploadId, PartNumber: 1 };
  const { ETag } = await s3().uploadPart({ ...part, Body: "a part" });
  const Rules = [{ ID: "old", Status: "Enabled" as const, Filter: { Prefix: "a" }, Expiration: { Days: 1 } }];
  await s3().putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules } });
  const bodyOf = async (Key: string) => (await s3().getObject({ Bucket, Key })).Body?.transformToString();
  await kept.expectSame(async () => [
    await readAnswers(
      s3().listObjectVersions({ Bucket }),
      s3().headObject({ Bucket, Key: "large" }),
      s3().getBucketLifecycleConfiguration({ Bucket }),
      s3().listParts({ Bucket, Key: "parts", UploadId }),
    ),
    await bodyOf("a"),
    await bodyOf("large"),
  ]);
  await s3().completeMultipartUpload({
    Bucket,
    Key: "parts",
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ...(ETag !== undefined && { ETag }) }] },
  });
  expect(await bodyOf("parts")).toBe("a part");
  await kept.account.clock.advance(3 * day);
  await expect(bodyOf("a")).rejects.toMatchObject({ name: "NoSuchKey" });
  expect(await bodyOf("large")).toHaveLength(2_000_000);
});

test("SNS and SSM: topics, subscriptions, mails, and a secure parameter", async () => {
  const sns = () => new SNS(sdk(kept.account));
  const ssm = () => new SSM(sdk(kept.account));
  const { TopicArn } = await sns().createTopic({ Name: "alarms" });
  await sns().subscribe({ TopicArn, Protocol: "email", Endpoint: "me@example.test" });
  await ssm().putParameter({ Name: "/pets/secret", Value: "hidden", Type: "SecureString" });
  const outbox = () => kept.account.sns.outbox(place);
  await kept.expectSame(async () => [
    await readAnswers(
      sns().getTopicAttributes({ TopicArn }),
      sns().listSubscriptions({}),
      ssm().getParameter({ Name: "/pets/secret", WithDecryption: true }),
    ),
    outbox(),
  ]);
  await sns().confirmSubscription({ TopicArn, Token: outbox()[0]?.confirmation?.token });
  expect((await sns().listSubscriptions({})).Subscriptions?.[0]?.SubscriptionArn).toMatch(/^arn:/);
});

test("Lambda: a function with versions runs; its mapping goes on from its checkpoint, each record once", async () => {
  const lambda = () => new Lambda(sdk(kept.account));
  const kinesis = () => new Kinesis(sdk(kept.account));
  const grants = [{ Action: ["logs:*", "kinesis:*"], Resource: "*" }];
  const Role = await createRole(kept.account, "worker", "lambda.amazonaws.com", grants);
  const FunctionName = "worker";
  const Code = { ZipFile: zipOf(writeReturning({ ok: true })) };
  await lambda().createFunction({ FunctionName, Role, Runtime: "nodejs24.x", Handler: "index.handler", Code });
  await kept.account.clock.advance(500);
  await lambda().publishVersion({ FunctionName });
  await lambda().createAlias({ FunctionName, Name: "live", FunctionVersion: "1" });
  await kinesis().createStream({ StreamName: "visits", ShardCount: 1 });
  await kept.account.clock.advance(1_000);
  const EventSourceArn = (await kinesis().describeStreamSummary({ StreamName: "visits" })).StreamDescriptionSummary
    ?.StreamARN;
  await lambda().createEventSourceMapping({ FunctionName, EventSourceArn, StartingPosition: "TRIM_HORIZON" });
  await kept.account.clock.advance(2_000);
  const put = () => kinesis().putRecord({ StreamName: "visits", PartitionKey: "a", Data: Buffer.from("visit") });
  await put();
  await kept.account.clock.advance(2_000);
  await kept.expectSame(() =>
    readAnswers(
      lambda().getFunctionConfiguration({ FunctionName, Qualifier: "live" }),
      lambda().listVersionsByFunction({ FunctionName }),
      lambda().listEventSourceMappings({}),
    ),
  );
  await put();
  await kept.account.clock.advance(2_000);
  const invocations = kept.account.log.entries().filter(({ operation }) => operation === "GetRecords");
  expect(invocations.length).toBeGreaterThan(0);
  expect(await readFunctionMetric("Invocations", FunctionName)).toMatchObject([{ Sum: 2 }]);
  const answer = await lambda().invoke({ FunctionName, Qualifier: "live" });
  expect(Buffer.from(answer.Payload ?? []).toString()).toBe('{"ok":true}');
});

test("Lambda: an event that waits for its next attempt is invoked again", async () => {
  const lambda = () => new Lambda(sdk(kept.account));
  const Role = await createRole(kept.account, "worker", "lambda.amazonaws.com", [{ Action: "logs:*", Resource: "*" }]);
  const FunctionName = "worker";
  const Code = { ZipFile: zipOf("exports.handler = async () => { throw new Error('no'); };") };
  await lambda().createFunction({ FunctionName, Role, Runtime: "nodejs24.x", Handler: "index.handler", Code });
  await kept.account.clock.advance(500);
  await lambda().invoke({ FunctionName, InvocationType: "Event" });
  await kept.account.clock.advance(1_000);
  await kept.restart();
  await kept.account.clock.advance(10 * minute);
  expect(await readFunctionMetric("Errors", FunctionName)).toMatchObject([{ Sum: 3 }]);
});

test("Firehose: records that wait in the buffer are delivered", async () => {
  const firehose = () => new Firehose(sdk(kept.account));
  const s3 = () => new S3({ ...sdk(kept.account), forcePathStyle: true });
  await s3().createBucket({ Bucket: "archive" });
  const RoleARN = await createRole(kept.account, "archive", "firehose.amazonaws.com", [
    { Action: "s3:*", Resource: "*" },
  ]);
  const DeliveryStreamName = "visits";
  await firehose().createDeliveryStream({
    DeliveryStreamName,
    ExtendedS3DestinationConfiguration: {
      RoleARN,
      BucketARN: "arn:aws:s3:::archive",
      BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 },
    },
  });
  await kept.account.clock.advance(1_000);
  await firehose().putRecord({ DeliveryStreamName, Record: { Data: Buffer.from("before\n") } });
  await kept.expectSame(() => readAnswers(firehose().describeDeliveryStream({ DeliveryStreamName })));
  await firehose().putRecord({ DeliveryStreamName, Record: { Data: Buffer.from("after\n") } });
  await kept.account.clock.advance(2 * minute);
  const { Contents = [] } = await s3().listObjectsV2({ Bucket: "archive" });
  const bodies = Contents.map(async ({ Key }) => (await s3().getObject({ Bucket: "archive", Key })).Body);
  const texts = await Promise.all(bodies.map(async (body) => (await body)?.transformToString()));
  expect(texts).toEqual(["before\nafter\n"]);
});

test("Step Functions: history stays, and a running execution ends as aborted and announces it", async () => {
  const states = () => new SFN(sdk(kept.account));
  const roleArn = await createRole(kept.account, "machine", "states.amazonaws.com");
  const done = define({ Only: { Type: "Pass", Output: { done: true }, End: true } });
  const machine = async (name: string, definition: string) =>
    (await states().createStateMachine({ name, definition, roleArn })).stateMachineArn;
  const quick = await states().startExecution({ stateMachineArn: await machine("quick", done), input: '{"a":1}' });
  const slow = await states().startExecution({ stateMachineArn: await machine("slow", waiting) });
  await kept.account.clock.advance(1_000);
  const { executionArn } = quick;
  await kept.expectSame(() =>
    readAnswers(
      states().listStateMachines({}),
      states().describeExecution({ executionArn }),
      states().getExecutionHistory({ executionArn }),
    ),
  );
  const { executionArn: aborted } = slow;
  expect(await states().describeExecution({ executionArn: aborted })).toMatchObject({ status: "ABORTED" });
  const { events } = await states().getExecutionHistory({ executionArn: aborted, reverseOrder: true });
  expect(events?.[0]).toMatchObject({ type: "ExecutionAborted" });
});

test("EventBridge and Scheduler: a rule goes on to match, and a schedule to run", async () => {
  const events = () => new EventBridge(sdk(kept.account));
  const scheduler = () => new Scheduler(sdk(kept.account));
  const states = () => new SFN(sdk(kept.account));
  const roleArn = await createRole(kept.account, "machine", "states.amazonaws.com");
  const definition = define({ Only: { Type: "Pass", End: true } });
  const { stateMachineArn } = await states().createStateMachine({ name: "target", definition, roleArn });
  const grants = [{ Action: "states:StartExecution", Resource: "*" }];
  const RoleArn = await createRole(kept.account, "starter", "events.amazonaws.com", grants);
  await events().putRule({ Name: "visits", EventPattern: '{"source":["shop"]}' });
  await events().putTargets({ Rule: "visits", Targets: [{ Id: "one", Arn: stateMachineArn, RoleArn }] });
  await scheduler().createSchedule({
    Name: "hourly",
    ScheduleExpression: "rate(1 hours)",
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: {
      Arn: stateMachineArn,
      RoleArn: await createRole(kept.account, "clock", "scheduler.amazonaws.com", grants),
    },
  });
  await kept.account.clock.advance(minute);
  await kept.expectSame(() =>
    readAnswers(
      events().listRules({}),
      events().listTargetsByRule({ Rule: "visits" }),
      scheduler().getSchedule({ Name: "hourly" }),
    ),
  );
  const count = async () => (await states().listExecutions({ stateMachineArn })).executions?.length;
  expect(await count()).toBe(1);
  await events().putEvents({ Entries: [{ Source: "shop", DetailType: "Visit", Detail: "{}" }] });
  await kept.account.clock.advance(minute);
  expect(await count()).toBe(2);
  await kept.account.clock.advance(60 * minute);
  expect(await count()).toBe(3);
});
