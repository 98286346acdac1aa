import { randomUUID } from "node:crypto";
import type {
  CreateFunctionRequest,
  FunctionCode,
  LoggingConfig,
  UpdateFunctionConfigurationRequest,
} from "@aws-sdk/client-lambda";
import { Fault, notImplemented } from "../../../endpoint/fault";
import type { Call, Caller, Clients, Handlers, Host } from "../../../endpoint/service";
import type { CodeStore } from "../code/code-store";
import { sealEnvironment } from "../execution/environment-key";
import type { Runner } from "../execution/runner";
import {
  describeFunction,
  findFunction,
  functionArn,
  type LambdaFunction,
  parseOwnName,
  type Revision,
  type Settings,
} from "../state/function";
import { newTags } from "./tags";

/** How long a function is Pending and an update InProgress; AWS takes some seconds. */
const transition = 500;
const maxEnvironmentBytes = 4096;
const reserved =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(REGION|DEFAULT_REGION|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN|EXECUTION_ENV|LAMBDA_.*)|LAMBDA_(TASK_ROOT|RUNTIME_DIR)|TZ)$/;

export interface Functions {
  of(caller: { account: string; region: string }): Map<string, LambdaFunction>;
}

const invalid = (message: string) =>
  new Fault("InvalidParameterValueException", message, { members: { Type: "User" } });

/** Whether a member that the account does not act on asks for something. */
function refuse(operation: string, input: object, members: readonly string[]): void {
  for (const member of members) {
    const value = (input as Record<string, unknown>)[member];
    const empty = value === undefined || value === false || (Array.isArray(value) && value.length === 0);
    if (!empty) throw notImplemented(`lambda:${operation} with ${member}`);
  }
}

const unsupported = ["Layers", "FileSystemConfigs", "ImageConfig", "CapacityProviderConfig", "DurableConfig"];

/** Handlers of functions, their code, configuration and tags. */
export function functionHandlers(host: Host, functions: Functions, codes: CodeStore, runner: Runner) {
  const { clock } = host;

  /** The role must exist, trust Lambda and, for a function in a VPC, be able to make network interfaces. */
  const checkRole = (caller: Caller, name: string, { role, vpc }: Settings) => {
    const sourceArn = functionArn(caller, name);
    let principal: Caller["principal"];
    try {
      const options = { sessionName: name, region: caller.region, sourceArn };
      principal = host.assumeRole("lambda.amazonaws.com", role, options).principal;
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      throw invalid("The role defined for the function cannot be assumed by Lambda.");
    }
    if (!vpc?.SubnetIds?.length) return;
    for (const action of ["CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface"]) {
      try {
        host.authorise({ ...caller, principal }, { action: `ec2:${action}`, resource: "*" });
      } catch (cause) {
        if (!(cause instanceof Fault)) throw cause;
        throw invalid(`The provided execution role does not have permissions to call ${action} on EC2`);
      }
    }
  };

  const unpack = (operation: string, code: FunctionCode) => {
    refuse(operation, code, [
      "S3Bucket",
      "S3Key",
      "S3ObjectVersion",
      "ImageUri",
      "SourceKMSKeyArn",
      "S3ObjectStorageMode",
    ]);
    if (!code.ZipFile) throw invalid("Please provide a source for function code.");
    return codes.unpack(code.ZipFile);
  };

  const requireIdle = (fn: LambdaFunction) => {
    if (fn.state === "Active" && fn.lastUpdate === "Successful") return;
    const problem =
      fn.state === "Pending"
        ? `The function is currently in the following state: ${fn.state}`
        : `An update is in progress for resource: ${fn.arn}`;
    throw new Fault("ResourceConflictException", `The operation cannot be performed at this time. ${problem}`);
  };

  const requireRevision = (fn: LambdaFunction, revisionId: string | undefined) => {
    if (revisionId === undefined || revisionId === fn.revisionId) return;
    throw new Fault(
      "PreconditionFailedException",
      "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId",
    );
  };

  /** Takes the new revision over when the update is done; until then the old one is invoked. */
  const update = (fn: LambdaFunction, revision: Revision) => {
    fn.latest = revision;
    fn.lastModified = clock.now();
    fn.revisionId = randomUUID();
    fn.lastUpdate = "InProgress";
    clock.at(clock.now() + transition, `lambda: ${fn.name} is updated`, () => {
      fn.live = fn.latest;
      fn.lastUpdate = "Successful";
      return runner.retire(fn);
    });
    return describeFunction(fn);
  };

  const find = (call: Call, input: { FunctionName?: string | undefined; Qualifier?: string | undefined }) =>
    findFunction(functions.of(call), call, input);

  return {
    async CreateFunction(input, call) {
      refuse("CreateFunction", input, [
        ...unsupported,
        "Publish",
        "PublishTo",
        "CodeSigningConfigArn",
        "TenancyConfig",
      ]);
      const { name } = parseOwnName(call, input.FunctionName);
      if (name.length > longestName) throw invalid(tooLongName(name));
      if (functions.of(call).has(name)) {
        throw new Fault("ResourceConflictException", `Function already exist: ${name}`, { members: { Type: "User" } });
      }
      const settings = settingsOf(name, input);
      const tags = newTags(input.Tags);
      const code = await unpack("CreateFunction", input.Code ?? {});
      checkRole(call, name, settings);
      const sealedEnvironment = await sealEnvironment(host, call, name, settings);
      const revision = { settings, code, ...(sealedEnvironment && { sealedEnvironment }) };
      const fn: LambdaFunction = {
        name,
        arn: functionArn(call, name),
        account: call.account,
        region: call.region,
        tags,
        policy: new Map(),
        latest: revision,
        live: revision,
        state: "Pending",
        lastUpdate: "InProgress",
        lastModified: clock.now(),
        revisionId: randomUUID(),
      };
      functions.of(call).set(name, fn);
      clock.at(clock.now() + transition, `lambda: ${name} becomes Active`, () => {
        fn.state = "Active";
        fn.lastUpdate = "Successful";
      });
      return describeFunction(fn);
    },

    GetFunction(input, call) {
      const fn = find(call, input);
      return {
        Configuration: describeFunction(fn),
        Code: { RepositoryType: "S3" },
        ...(fn.tags.size > 0 && { Tags: Object.fromEntries(fn.tags) }),
        ...(fn.concurrency && { Concurrency: fn.concurrency }),
      };
    },

    GetFunctionConfiguration: (input, call) => describeFunction(find(call, input)),

    async UpdateFunctionCode(input, call) {
      refuse("UpdateFunctionCode", input, ["Publish", "PublishTo"]);
      const fn = find(call, input);
      requireIdle(fn);
      requireRevision(fn, input.RevisionId);
      const { Architectures, ...code } = input;
      const unpacked = await unpack("UpdateFunctionCode", code);
      // While a large zip is unpacked another update may have begun.
      requireIdle(fn);
      if (input.DryRun) return describeFunction({ ...fn, latest: { ...fn.latest, code: unpacked } });
      const settings = Architectures ? { ...fn.latest.settings, architectures: Architectures } : fn.latest.settings;
      return update(fn, { ...fn.latest, code: unpacked, settings });
    },

    async UpdateFunctionConfiguration(input, call) {
      refuse("UpdateFunctionConfiguration", input, unsupported);
      const fn = find(call, input);
      requireIdle(fn);
      requireRevision(fn, input.RevisionId);
      const settings = settingsOf(fn.name, input, fn.latest.settings);
      checkRole(call, fn.name, settings);
      const sealedEnvironment = await sealEnvironment(host, call, fn.name, settings);
      const { code } = fn.latest;
      return update(fn, { settings, code, ...(sealedEnvironment && { sealedEnvironment }) });
    },

    async DeleteFunction(input, call) {
      const fn = find(call, input);
      functions.of(call).delete(fn.name);
      await runner.retire(fn, "all");
      return { StatusCode: 204 };
    },

    ListFunctions(input, call) {
      if (input.FunctionVersion !== undefined || input.MasterRegion !== undefined) {
        throw notImplemented("lambda:ListFunctions with FunctionVersion or MasterRegion");
      }
      const rest = [...functions.of(call).values()]
        .filter(({ name }) => name > (input.Marker ?? ""))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const page = rest.slice(0, input.MaxItems ?? 50);
      return {
        Functions: page.map((fn) => describeFunction(fn)),
        ...(page.length < rest.length && { NextMarker: page.at(-1)?.name }),
      };
    },

    ListVersionsByFunction: (input, call) => ({ Versions: [describeFunction(find(call, input))] }),

    GetFunctionCodeSigningConfig(input, call) {
      const { name } = find(call, input);
      return { CodeSigningConfigArn: "", FunctionName: name };
    },

    GetRuntimeManagementConfig(input, call) {
      return { UpdateRuntimeOn: "Auto", FunctionArn: find(call, input).arn };
    },

    PutFunctionConcurrency(input, call) {
      const fn = find(call, input);
      refuseStarvingOthers([...functions.of(call).values()], fn, input.ReservedConcurrentExecutions ?? 0);
      fn.concurrency = { ReservedConcurrentExecutions: input.ReservedConcurrentExecutions };
      return fn.concurrency;
    },
    GetFunctionConcurrency: (input, call) => find(call, input).concurrency ?? {},
    DeleteFunctionConcurrency(input, call) {
      delete find(call, input).concurrency;
      return {};
    },
  } satisfies Handlers<Clients["lambda"]>;
}

/** The account's concurrency in a Region, and how much of it functions without a reservation keep (developer guide, "Lambda quotas"). */
const accountConcurrency = 1_000;
const unreservedMinimum = 100;

function refuseStarvingOthers(all: readonly LambdaFunction[], fn: LambdaFunction, wanted: number): void {
  const reserved = all
    .filter((other) => other !== fn)
    .reduce((sum, { concurrency }) => sum + (concurrency?.ReservedConcurrentExecutions ?? 0), wanted);
  if (reserved <= accountConcurrency - unreservedMinimum) return;
  throw invalid(
    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its " +
      `minimum value of [${unreservedMinimum}].`,
  );
}

const longestName = 64;
/** In the words of AWS: localstack's snapshot test_function_arns. */
const tooLongName = (name: string) =>
  `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: ` +
  `Member must have length less than or equal to ${longestName}`;

/** Developer guide, "Lambda quotas". The model's own limits are wider. */
const longestTimeoutSeconds = 900;
const largestMemoryMb = 10_240;

function refuseBeyondQuotas(timeoutSeconds: number, memoryMb: number): void {
  const problem = (value: number, member: string, limit: number) =>
    invalid(
      `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ` +
        `Member must have value less than or equal to ${limit}`,
    );
  if (timeoutSeconds > longestTimeoutSeconds) throw problem(timeoutSeconds, "timeout", longestTimeoutSeconds);
  if (memoryMb > largestMemoryMb) throw problem(memoryMb, "memorySize", largestMemoryMb);
}

/**
 * Runtimes with which no function can be created or updated any more (developer guide, "Lambda runtimes", deprecated
 * runtimes whose dates of blocking have passed).
 */
const deprecated: ReadonlySet<string> = new Set([
  ...["nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x", "nodejs14.x"],
  ...["java8", "go1.x", "provided", "ruby2.5", "ruby2.7", "python2.7", "python3.6", "python3.7"],
  ...["dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1"],
]);

/** The settings of a request, checked; absent members keep their value or take Lambda's default. */
function settingsOf(
  name: string,
  input: CreateFunctionRequest | UpdateFunctionConfigurationRequest,
  known?: Settings,
): Settings {
  if ("PackageType" in input && input.PackageType === "Image") throw notImplemented("lambda: PackageType Image");
  if (input.TracingConfig?.Mode === "Active") throw notImplemented("lambda: TracingConfig Active");
  if (input.SnapStart?.ApplyOn !== undefined && input.SnapStart.ApplyOn !== "None") {
    throw notImplemented("lambda: SnapStart");
  }
  const runtime = input.Runtime ?? known?.runtime;
  const handler = input.Handler ?? known?.handler;
  if (runtime === undefined || handler === undefined) {
    throw invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.");
  }
  if (deprecated.has(runtime)) {
    // Recorded on AWS: localstack's snapshot test_create_deprecated_function_runtime_with_validation_enabled.
    throw invalid(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. ` +
        "We recommend you use a supported runtime while creating or updating functions.",
    );
  }
  if (!/^nodejs\d+\.x$/.test(runtime)) throw notImplemented(`lambda: runtime ${runtime}`);
  const target = input.DeadLetterConfig?.TargetArn;
  if (target && !target.includes(":sns:")) throw notImplemented(`lambda: DeadLetterConfig ${target}`);
  const environment = input.Environment ? (input.Environment.Variables ?? {}) : (known?.environment ?? {});
  checkEnvironment(environment);
  const vpc = input.VpcConfig ?? known?.vpc;
  // Lambda keeps no key without environment variables (Terraform's aws_lambda_function, argument kms_key_arn).
  const kmsKeyArn = Object.keys(environment).length > 0 ? (input.KMSKeyArn ?? known?.kmsKeyArn) : undefined;
  const timeoutSeconds = input.Timeout ?? known?.timeoutSeconds ?? 3;
  const memoryMb = input.MemorySize ?? known?.memoryMb ?? 128;
  refuseBeyondQuotas(timeoutSeconds, memoryMb);
  const deadLetter = input.DeadLetterConfig ?? known?.deadLetter;
  return {
    role: input.Role ?? known?.role ?? "",
    runtime,
    handler,
    description: input.Description ?? known?.description ?? "",
    timeoutSeconds,
    memoryMb,
    environment,
    architectures: ("Architectures" in input && input.Architectures) || known?.architectures || ["x86_64"],
    ephemeralStorageMb: input.EphemeralStorage?.Size ?? known?.ephemeralStorageMb ?? 512,
    logging: loggingOf(name, input.LoggingConfig ?? known?.logging),
    ...(vpc && { vpc }),
    ...(kmsKeyArn && { kmsKeyArn }),
    ...(deadLetter?.TargetArn && { deadLetter }),
  };
}

function loggingOf(name: string, config: LoggingConfig = {}): LoggingConfig {
  const format = config.LogFormat ?? "Text";
  if (format === "Text" && (config.ApplicationLogLevel !== undefined || config.SystemLogLevel !== undefined)) {
    throw invalid("To set ApplicationLogLevel or SystemLogLevel, you must set your log format to JSON.");
  }
  return {
    LogFormat: format,
    LogGroup: config.LogGroup ?? `/aws/lambda/${name}`,
    ...(format === "JSON" && {
      ApplicationLogLevel: config.ApplicationLogLevel ?? "INFO",
      SystemLogLevel: config.SystemLogLevel ?? "INFO",
    }),
  };
}

function checkEnvironment(variables: Readonly<Record<string, string>>): void {
  const forbidden = Object.keys(variables).filter((name) => reserved.test(name));
  const problem =
    "Lambda was unable to configure your environment variables because the environment variables you have provided";
  if (forbidden.length > 0) {
    throw invalid(
      `${problem} contains reserved keys that are currently not supported for modification. ` +
        `Reserved keys used in this request: ${forbidden.join(", ")}`,
    );
  }
  const text = JSON.stringify(variables);
  if (Buffer.byteLength(text) > maxEnvironmentBytes) {
    throw invalid(`${problem} exceeded the 4KB limit. String measured: ${text}`);
  }
}
