import { zipSync } from "fflate";
import { createAws } from "../../../local/provider/aws";

const region = "eu-west-1";
const roleArn = "arn:aws:iam::000000000000:role/pets";
const group = "arn:aws:personalize:eu-west-1:000000000000:dataset-group/pets";
const services = ["lambda", "states", "firehose", "personalize", "events", "scheduler"];
const document = (statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
const machine = { QueryLanguage: "JSONata", StartAt: "Pass", States: { Pass: { Type: "Pass", End: true } } };
const schema = {
  ...{ type: "record", name: "Interactions", namespace: "com.amazonaws.personalize.schema", version: "1.0" },
  fields: ["USER_ID", "ITEM_ID", "TIMESTAMP"].map((name) => ({ name, type: name === "TIMESTAMP" ? "long" : "string" })),
};

/**
 * Makes one resource of each kind that the requests name, so that they get further than "not found". What exists already,
 * or needs something that is not ACTIVE yet, is left to the next time.
 */
export async function prepare(origin: string): Promise<void> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: origin,
    AWS_ACCESS_KEY_ID: "000000000000",
    AWS_SECRET_ACCESS_KEY: "local",
  });
  const aws = createAws(region);
  const key = async () => {
    const { KeyMetadata } = await aws.call("kms", "CreateKey", {});
    await aws.call("kms", "CreateAlias", { AliasName: "alias/pets", TargetKeyId: KeyMetadata?.KeyId });
  };
  const allowed = document({ Action: "*", Resource: "*" });
  const trust = { Principal: { Service: services.map((name) => `${name}.amazonaws.com`) }, Action: "sts:AssumeRole" };
  const function_ = { Role: roleArn, Runtime: "nodejs22.x", Handler: "index.handler" } as const;
  const ZipFile = zipSync({ "index.js": Buffer.from("exports.handler = async (event) => event;") });
  const alarm = { Namespace: "Pets", MetricName: "Seen", Period: 60, EvaluationPeriods: 1, Threshold: 1 } as const;
  const steps: readonly (() => Promise<unknown>)[] = [
    () => aws.call("iam", "CreateRole", { RoleName: "pets", AssumeRolePolicyDocument: document(trust) }),
    () => aws.call("iam", "PutRolePolicy", { RoleName: "pets", PolicyName: "all", PolicyDocument: allowed }),
    () => aws.call("iam", "CreatePolicy", { PolicyName: "pets", PolicyDocument: allowed }),
    () =>
      aws.call("s3", "CreateBucket", {
        Bucket: "pets",
        CreateBucketConfiguration: { LocationConstraint: region },
      }),
    () => aws.call("s3", "PutObject", { Bucket: "pets", Key: "pets", Body: Buffer.from("some bytes") }),
    () => aws.call("kinesis", "CreateStream", { StreamName: "pets", ShardCount: 2 }),
    () => aws.call("sns", "CreateTopic", { Name: "pets" }),
    () => aws.call("kms", "DescribeKey", { KeyId: "alias/pets" }).catch(key),
    () => aws.call("ssm", "PutParameter", { Name: "pets", Value: "a", Type: "String" }),
    () => aws.call("cloudwatch-logs", "CreateLogGroup", { logGroupName: "pets" }),
    () => aws.call("cloudwatch-logs", "CreateLogStream", { logGroupName: "pets", logStreamName: "pets" }),
    () => aws.call("eventbridge", "PutRule", { Name: "pets", EventPattern: '{"source":["pets"]}' }),
    () =>
      aws.call("cloudwatch", "PutMetricAlarm", {
        ...{ ...alarm, AlarmName: "pets", Statistic: "Sum", ComparisonOperator: "GreaterThanThreshold" },
      }),
    () => aws.call("scheduler", "CreateScheduleGroup", { Name: "pets" }),
    () =>
      aws.call("firehose", "CreateDeliveryStream", {
        DeliveryStreamName: "pets",
        ExtendedS3DestinationConfiguration: { RoleARN: roleArn, BucketARN: "arn:aws:s3:::pets" },
      }),
    () => aws.call("lambda", "CreateFunction", { ...function_, FunctionName: "pets", Code: { ZipFile } }),
    () => aws.call("sfn", "CreateStateMachine", { name: "pets", roleArn, definition: JSON.stringify(machine) }),
    () => aws.call("personalize", "CreateSchema", { name: "pets", schema: JSON.stringify(schema) }),
    () => aws.call("personalize", "CreateDatasetGroup", { name: "pets" }),
    () =>
      aws.call("personalize", "CreateDataset", {
        ...{ name: "pets", datasetGroupArn: group, datasetType: "Interactions" },
        schemaArn: "arn:aws:personalize:eu-west-1:000000000000:schema/pets",
      }),
    () => aws.call("personalize", "CreateEventTracker", { name: "pets", datasetGroupArn: group }),
  ];
  for (const step of steps) await step().catch(() => undefined);
}
