import { ownValue } from "../../../aws/record";
import type { ServiceName } from "../../../model/clients";
import { type Operation, operationsOf } from "../../../model/schema";
import type { Json } from "../definition/definition";

/**
 * A service as `arn:aws:states:::aws-sdk:<name>:<action>` names it, and as the Java SDK names its
 * exceptions.
 */
export interface SdkService {
  readonly service: ServiceName;
  readonly javaName: string;
}

const services: Readonly<Record<string, SdkService>> = {
  cloudwatch: { service: "cloudwatch", javaName: "CloudWatch" },
  cloudwatchlogs: { service: "cloudwatch-logs", javaName: "CloudWatchLogs" },
  eventbridge: { service: "eventbridge", javaName: "EventBridge" },
  firehose: { service: "firehose", javaName: "Firehose" },
  iam: { service: "iam", javaName: "Iam" },
  kinesis: { service: "kinesis", javaName: "Kinesis" },
  kms: { service: "kms", javaName: "Kms" },
  lambda: { service: "lambda", javaName: "Lambda" },
  personalize: { service: "personalize", javaName: "Personalize" },
  personalizeevents: { service: "personalize-events", javaName: "PersonalizeEvents" },
  personalizeruntime: { service: "personalize-runtime", javaName: "PersonalizeRuntime" },
  s3: { service: "s3", javaName: "S3" },
  scheduler: { service: "scheduler", javaName: "Scheduler" },
  sfn: { service: "sfn", javaName: "Sfn" },
  sns: { service: "sns", javaName: "Sns" },
  ssm: { service: "ssm", javaName: "Ssm" },
  sts: { service: "sts", javaName: "Sts" },
};

/** Members of type string whose text is JSON: Step Functions takes any JSON for them. */
const jsonMembers: Readonly<Record<string, string>> = {
  "sfn:StartExecution": "Input",
  "sfn:StartSyncExecution": "Input",
  "sfn:SendTaskSuccess": "Output",
};

/**
 * A task's arguments with JSON in place of a text encoded (recorded on AWS: localstack's snapshot
 * test_sfn_start_execution_implicit_json_serialisation). A text is sent as it is.
 */
export function withJsonText(service: ServiceName, operation: string, parameters: Json): Json {
  const member = ownValue(jsonMembers, `${service}:${operation}`);
  if (member === undefined || typeof parameters !== "object" || parameters === null) return parameters;
  const fields = parameters as Readonly<Record<string, Json>>;
  const value = ownValue(fields, member);
  if (value === undefined || typeof value === "string") return parameters;
  return { ...fields, [member]: JSON.stringify(value) };
}

/**
 * The service of an `aws-sdk` integration, or undefined when this account has none of that name.
 */
export function sdkService(name: string): SdkService | undefined {
  return ownValue(services, name);
}

/** The operation that an action in camel case names, e.g. `createSolutionVersion`. */
export async function sdkOperation(service: ServiceName, action: string): Promise<Operation | undefined> {
  if (!/^[a-z]/.test(action)) return undefined;
  return (await operationsOf(service)).get(action.charAt(0).toUpperCase() + action.slice(1));
}
