import type { FunctionConfiguration, LastUpdateStatusReasonCode } from "@aws-sdk/client-lambda";
import { arnIn } from "../../../aws/arn";
import type { FunctionVersion } from "./function";

/** Lambda writes times with an offset, not with a `Z`. */
const lambdaTime = (time: number) => new Date(time).toISOString().replace("Z", "+0000");

/** A version as listings have it: without its state (developer guide, "Lambda function states"; recorded on AWS too). */
export function summariseVersion(version: FunctionVersion, arn: string): FunctionConfiguration {
  const { settings, code } = version.latest;
  return {
    FunctionName: version.fn.name,
    FunctionArn: arn,
    Runtime: settings.runtime,
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: code.size,
    CodeSha256: code.sha256,
    Description: settings.description,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMb,
    LastModified: lambdaTime(version.lastModified),
    Version: version.version,
    ...(settings.vpc && {
      VpcConfig: { SubnetIds: settings.vpc.SubnetIds ?? [], SecurityGroupIds: settings.vpc.SecurityGroupIds ?? [] },
    }),
    ...(settings.deadLetter && { DeadLetterConfig: settings.deadLetter }),
    ...(settings.hasEnvironment && { Environment: { Variables: { ...settings.environment } } }),
    ...(settings.kmsKeyArn !== undefined && { KMSKeyArn: settings.kmsKeyArn }),
    TracingConfig: { Mode: "PassThrough" },
    RevisionId: version.revisionId,
    PackageType: "Zip",
    Architectures: settings.architectures,
    EphemeralStorage: { Size: settings.ephemeralStorageMb },
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    LoggingConfig: settings.logging,
  };
}

/** A version with its state, under the ARN by which it was asked for. */
export function describeVersion(version: FunctionVersion, arn: string): FunctionConfiguration {
  return {
    ...summariseVersion(version, arn),
    State: version.state,
    ...(version.state === "Pending" && {
      StateReason: "The function is being created.",
      StateReasonCode: "Creating",
    }),
    // Recorded on AWS: a version that is being created has no update yet (localstack's snapshot test_publish_with_update).
    ...(version.state === "Active" && { LastUpdateStatus: version.lastUpdate }),
    ...(version.lastUpdate === "InProgress" &&
      version.state === "Active" && {
        LastUpdateStatusReason: "The function is being created.",
        // Recorded on AWS (test_function_lifecycle), though the model lists no such code.
        LastUpdateStatusReasonCode: "Creating" as unknown as LastUpdateStatusReasonCode,
      }),
    RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(version) },
  };
}

/** An id of the runtime's release: a fixed one for each runtime, because the account has one release of each. */
function runtimeVersionArn({ fn, latest }: FunctionVersion): string {
  const id = Buffer.from(latest.settings.runtime).toString("hex").padEnd(64, "0");
  return arnIn({ account: "", region: fn.region }, "lambda", `runtime:${id}`);
}
