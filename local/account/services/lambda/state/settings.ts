import type { CreateFunctionRequest, UpdateFunctionConfigurationRequest } from "@aws-sdk/client-lambda";
import { notImplemented } from "../../../aws/fault";
import { invalidParameter } from "../faults";
import type { Settings } from "./function";

const maxEnvironmentBytes = 4096;
const reserved =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(REGION|DEFAULT_REGION|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN|EXECUTION_ENV|LAMBDA_.*)|LAMBDA_(TASK_ROOT|RUNTIME_DIR)|TZ)$/;

/** Developer guide, "Lambda quotas". The model's own limits are wider. */
const longestTimeoutSeconds = 900;
const largestMemoryMb = 10_240;

function refuseBeyondQuotas(timeoutSeconds: number, memoryMb: number): void {
  const problem = (value: number, member: string, limit: number) =>
    invalidParameter(
      `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ` +
        `Member must have value less than or equal to ${limit}`,
    );
  if (timeoutSeconds > longestTimeoutSeconds) throw problem(timeoutSeconds, "timeout", longestTimeoutSeconds);
  if (memoryMb > largestMemoryMb) throw problem(memoryMb, "memorySize", largestMemoryMb);
}

/**
 * Runtimes with which no function can be created or updated any more (developer guide, "Lambda
 * runtimes", deprecated runtimes whose dates of blocking have passed).
 */
const deprecated: ReadonlySet<string> = new Set([
  "nodejs",
  "nodejs4.3",
  "nodejs4.3-edge",
  "nodejs6.10",
  "nodejs8.10",
  "nodejs10.x",
  "nodejs12.x",
  "nodejs14.x",
  "java8",
  "go1.x",
  "provided",
  "ruby2.5",
  "ruby2.7",
  "python2.7",
  "python3.6",
  "python3.7",
  "dotnetcore1.0",
  "dotnetcore2.0",
  "dotnetcore2.1",
  "dotnetcore3.1",
]);

/** The settings of a request, checked; absent members keep their value or take Lambda's default. */
export function readSettings(
  input: CreateFunctionRequest | UpdateFunctionConfigurationRequest,
  known?: Settings,
): Settings {
  if ("PackageType" in input && input.PackageType === "Image") throw notImplemented("lambda: PackageType Image");
  if (input.TracingConfig?.Mode === "Active") throw notImplemented("lambda: TracingConfig Active");
  const { LogFormat = "Text", LogGroup } = input.LoggingConfig ?? {};
  if (LogFormat !== "Text" || LogGroup !== undefined) throw notImplemented("lambda: LoggingConfig");
  if (input.SnapStart?.ApplyOn !== undefined && input.SnapStart.ApplyOn !== "None") {
    throw notImplemented("lambda: SnapStart");
  }
  const runtime = input.Runtime ?? known?.runtime;
  const handler = input.Handler ?? known?.handler;
  if (runtime === undefined || handler === undefined) {
    throw invalidParameter(
      "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
    );
  }
  if (deprecated.has(runtime)) {
    // Recorded on AWS: localstack's snapshot
    // test_create_deprecated_function_runtime_with_validation_enabled.
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. ` +
        "We recommend you use a supported runtime while creating or updating functions.",
    );
  }
  if (!/^nodejs\d+\.x$/.test(runtime)) throw notImplemented(`lambda: runtime ${runtime}`);
  if (input.DeadLetterConfig?.TargetArn) throw notImplemented("lambda: DeadLetterConfig");
  const environment = input.Environment ? (input.Environment.Variables ?? {}) : (known?.environment ?? {});
  checkEnvironment(environment);
  const vpc = input.VpcConfig ?? known?.vpc;
  // Lambda keeps no key without environment variables (Terraform's aws_lambda_function, argument
  // kms_key_arn).
  const kmsKeyArn = Object.keys(environment).length > 0 ? (input.KMSKeyArn ?? known?.kmsKeyArn) : undefined;
  const timeoutSeconds = input.Timeout ?? known?.timeoutSeconds ?? 3;
  const memoryMb = input.MemorySize ?? known?.memoryMb ?? 128;
  refuseBeyondQuotas(timeoutSeconds, memoryMb);
  return {
    role: input.Role ?? known?.role ?? "",
    runtime,
    handler,
    description: input.Description ?? known?.description ?? "",
    timeoutSeconds,
    memoryMb,
    environment,
    hasEnvironment: input.Environment !== undefined || known?.hasEnvironment === true,
    architectures: ("Architectures" in input && input.Architectures) || known?.architectures || ["x86_64"],
    ephemeralStorageMb: input.EphemeralStorage?.Size ?? known?.ephemeralStorageMb ?? 512,
    ...(vpc && { vpc }),
    ...(kmsKeyArn && { kmsKeyArn }),
  };
}

function checkEnvironment(variables: Readonly<Record<string, string>>): void {
  const forbidden = Object.keys(variables).filter((name) => reserved.test(name));
  const problem =
    "Lambda was unable to configure your environment variables because the environment variables you have provided";
  if (forbidden.length > 0) {
    throw invalidParameter(
      `${problem} contains reserved keys that are currently not supported for modification. ` +
        `Reserved keys used in this request: ${forbidden.join(", ")}`,
    );
  }
  const text = JSON.stringify(variables);
  if (Buffer.byteLength(text) > maxEnvironmentBytes) {
    throw invalidParameter(`${problem} exceeded the 4KB limit. String measured: ${text}`);
  }
}
