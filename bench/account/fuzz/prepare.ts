import { zipSync } from "fflate";
import type { ServiceName } from "../../../local/account/endpoint/clients";
import { modelOf } from "../../../local/account/endpoint/schema";
import { encode, type FuzzRequest } from "./wire";

const region = "eu-west-1";
const roleArn = "arn:aws:iam::000000000000:role/pets";
const group = "arn:aws:personalize:eu-west-1:000000000000:dataset-group/pets";
const services = ["lambda", "states", "firehose", "personalize", "events", "scheduler"];
const document = (statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
const trust = { Principal: { Service: services.map((name) => `${name}.amazonaws.com`) }, Action: "sts:AssumeRole" };
const allowed = document({ Action: "*", Resource: "*" });
const machine = { QueryLanguage: "JSONata", StartAt: "Pass", States: { Pass: { Type: "Pass", End: true } } };
const schema = {
  ...{ type: "record", name: "Interactions", namespace: "com.amazonaws.personalize.schema", version: "1.0" },
  fields: ["USER_ID", "ITEM_ID", "TIMESTAMP"].map((name) => ({ name, type: name === "TIMESTAMP" ? "long" : "string" })),
};
const alarm = {
  ...{ AlarmName: "pets", Namespace: "Pets", MetricName: "Seen", Statistic: "Sum", Period: 60, EvaluationPeriods: 1 },
  ...{ Threshold: 1, ComparisonOperator: "GreaterThanThreshold" },
};
const lambda = {
  ...{ FunctionName: "pets", Role: roleArn, Runtime: "nodejs22.x", Handler: "index.handler" },
  Code: { ZipFile: zipSync({ "index.js": Buffer.from("exports.handler = async (event) => event;") }) },
};

const steps: readonly (readonly [ServiceName, operation: string, input: Record<string, unknown>])[] = [
  ["iam", "CreateRole", { RoleName: "pets", AssumeRolePolicyDocument: document(trust) }],
  ["iam", "PutRolePolicy", { RoleName: "pets", PolicyName: "all", PolicyDocument: allowed }],
  ["iam", "CreatePolicy", { PolicyName: "pets", PolicyDocument: allowed }],
  ["s3", "CreateBucket", { Bucket: "pets", CreateBucketConfiguration: { LocationConstraint: region } }],
  ["s3", "PutObject", { Bucket: "pets", Key: "pets", Body: Buffer.from("some bytes") }],
  ["kinesis", "CreateStream", { StreamName: "pets", ShardCount: 2 }],
  ["sns", "CreateTopic", { Name: "pets" }],
  ["ssm", "PutParameter", { Name: "pets", Value: "a", Type: "String" }],
  ["cloudwatch-logs", "CreateLogGroup", { logGroupName: "pets" }],
  ["cloudwatch-logs", "CreateLogStream", { logGroupName: "pets", logStreamName: "pets" }],
  ["eventbridge", "PutRule", { Name: "pets", EventPattern: '{"source":["pets"]}' }],
  ["cloudwatch", "PutMetricAlarm", alarm],
  ["cloudwatch", "PutDashboard", { DashboardName: "pets", DashboardBody: '{"widgets":[]}' }],
  ["scheduler", "CreateScheduleGroup", { Name: "pets" }],
  [
    "firehose",
    "CreateDeliveryStream",
    {
      DeliveryStreamName: "pets",
      ExtendedS3DestinationConfiguration: { RoleARN: roleArn, BucketARN: "arn:aws:s3:::pets" },
    },
  ],
  ["lambda", "CreateFunction", lambda],
  ["sfn", "CreateStateMachine", { name: "pets", roleArn, definition: JSON.stringify(machine) }],
  [
    "sfn",
    "StartExecution",
    { stateMachineArn: "arn:aws:states:eu-west-1:000000000000:stateMachine:pets", name: "one" },
  ],
  ["personalize", "CreateSchema", { name: "pets", schema: JSON.stringify(schema) }],
  ["personalize", "CreateDatasetGroup", { name: "pets" }],
  [
    "personalize",
    "CreateDataset",
    {
      ...{ name: "pets", datasetGroupArn: group, datasetType: "Interactions" },
      schemaArn: "arn:aws:personalize:eu-west-1:000000000000:schema/pets",
    },
  ],
  ["personalize", "CreateEventTracker", { name: "pets", datasetGroupArn: group }],
];

/**
 * Creates one resource of each kind that the requests refer to, so that they get further than "not found". A resource that
 * exists already, or that needs one which is not ACTIVE yet, is skipped until the next call.
 */
export async function prepare(send: (request: FuzzRequest) => Promise<{ readonly text: string }>): Promise<void> {
  const call = async (service: ServiceName, name: string, input: Record<string, unknown>) => {
    const operation = (await modelOf(service)).operations.get(name);
    if (!operation) throw new Error(`${service} has no operation ${name}.`);
    return send(encode(service, operation, input));
  };
  for (const [service, name, input] of steps) await call(service, name, input);
  const described = await call("kms", "DescribeKey", { KeyId: "alias/pets" });
  if (!described.text.includes("NotFoundException")) return;
  const { KeyMetadata } = JSON.parse((await call("kms", "CreateKey", {})).text);
  await call("kms", "CreateAlias", { AliasName: "alias/pets", TargetKeyId: KeyMetadata.KeyId });
}
