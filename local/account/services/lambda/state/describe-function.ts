import type { FunctionConfiguration, LastUpdateStatusReasonCode } from "@aws-sdk/client-lambda";
import { arnIn } from "../../../aws/arn";
import { type LambdaFunction, latestVersion, logGroupOf } from "./function";

/** Lambda writes times with an offset, not with a `Z`. */
const lambdaTime = (time: number) => new Date(time).toISOString().replace("Z", "+0000");

/**
 * A function as listings have it: without its state (developer guide, "Lambda function states";
 * recorded on AWS too).
 */
export function summariseFunction(fn: LambdaFunction, arn = fn.arn): FunctionConfiguration {
  const { settings, code } = fn.latest;
  return {
    FunctionName: fn.name,
    FunctionArn: arn,
    Runtime: settings.runtime,
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: code.size,
    CodeSha256: code.sha256,
    Description: settings.description,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMb,
    LastModified: lambdaTime(fn.lastModified),
    Version: latestVersion,
    ...(settings.vpc && {
      VpcConfig: { SubnetIds: settings.vpc.SubnetIds ?? [], SecurityGroupIds: settings.vpc.SecurityGroupIds ?? [] },
    }),
    ...(settings.hasEnvironment && { Environment: { Variables: { ...settings.environment } } }),
    ...(settings.kmsKeyArn !== undefined && { KMSKeyArn: settings.kmsKeyArn }),
    TracingConfig: { Mode: "PassThrough" },
    RevisionId: fn.revisionId,
    PackageType: "Zip",
    Architectures: settings.architectures,
    EphemeralStorage: { Size: settings.ephemeralStorageMb },
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    LoggingConfig: { LogFormat: "Text", LogGroup: logGroupOf(fn) },
  };
}

/** A function with its state, under the ARN by which it was asked for. */
export function describeFunction(fn: LambdaFunction, arn = fn.arn): FunctionConfiguration {
  return {
    ...summariseFunction(fn, arn),
    State: fn.state,
    ...(fn.state === "Pending" && {
      StateReason: "The function is being created.",
      StateReasonCode: "Creating",
    }),
    // Recorded on AWS: a function that is being created has no update yet (localstack's snapshot
    // test_publish_with_update).
    ...(fn.state === "Active" && { LastUpdateStatus: fn.lastUpdate }),
    ...(fn.lastUpdate === "InProgress" &&
      fn.state === "Active" && {
        LastUpdateStatusReason: "The function is being created.",
        // Recorded on AWS (test_function_lifecycle), though the model lists no such code.
        LastUpdateStatusReasonCode: "Creating" as unknown as LastUpdateStatusReasonCode,
      }),
    RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(fn) },
  };
}

/**
 * An id of the runtime's release: a fixed one for each runtime, because the account has one release
 * of each.
 */
function runtimeVersionArn({ region, latest }: LambdaFunction): string {
  const id = Buffer.from(latest.settings.runtime).toString("hex").padEnd(64, "0");
  return arnIn({ account: "", region }, "lambda", `runtime:${id}`);
}
