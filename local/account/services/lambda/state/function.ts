import type {
  Architecture,
  Concurrency,
  DeadLetterConfig,
  FunctionConfiguration,
  FunctionEventInvokeConfig,
  LoggingConfig,
  Runtime,
  VpcConfig,
} from "@aws-sdk/client-lambda";
import { arnIn } from "../../../endpoint/arn";
import { Fault } from "../../../endpoint/fault";
import type { PolicyStatement } from "../../../endpoint/principal";
import type { Caller } from "../../../endpoint/service";
import type { Code } from "../code/code-store";

/** What a function is configured to be. */
export interface Settings {
  readonly role: string;
  readonly runtime: Runtime;
  readonly handler: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly architectures: Architecture[];
  readonly ephemeralStorageMb: number;
  readonly logging: LoggingConfig;
  readonly vpc?: VpcConfig;
  readonly kmsKeyArn?: string;
  readonly deadLetter?: DeadLetterConfig;
}

/** What runs: settings and code that belong together. */
export interface Revision {
  readonly settings: Settings;
  readonly code: Code;
  /** The environment under the function's own key. */
  readonly sealedEnvironment?: Uint8Array;
}

export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly tags: Map<string, string>;
  readonly policy: Map<string, PolicyStatement>;
  /** What is described. */
  latest: Revision;
  /** What is invoked: lags behind `latest` while an update is in progress. */
  live: Revision;
  state: "Pending" | "Active";
  lastUpdate: "Successful" | "InProgress";
  lastModified: number;
  revisionId: string;
  concurrency?: Concurrency;
  eventInvoke?: FunctionEventInvokeConfig;
}

export const functionArn = (place: { account: string; region: string }, name: string) =>
  arnIn(place, "lambda", `function:${name}`);

interface FunctionName {
  readonly name: string;
  readonly qualifier?: string;
  /** As the text gives them: a bare name has neither, `account:function:name` has no Region. */
  readonly account?: string;
  readonly region?: string;
}

/** Reads `name`, `account:function:name` or an ARN, each with an optional qualifier. */
export function parseFunctionName(text: string): FunctionName {
  const found =
    /^(?:arn:aws:lambda:([a-z0-9-]+):(?=\d{12}:function:))?(?:(\d{12}):)?(?:function:)?([A-Za-z0-9-_]+)(?::([^:]+))?$/.exec(
      text,
    );
  const [, region, account, name, qualifier] = found ?? [];
  if (name === undefined) throw new Fault("InvalidParameterValueException", `FunctionName: ${text} is not a function.`);
  return { name, ...(qualifier && { qualifier }), ...(account && { account }), ...(region && { region }) };
}

/** The ARN of the function that a request names, in the account and Region that it names. */
export function namedArn(caller: Caller, text = ""): string {
  const { name, account = caller.account, region = caller.region } = parseFunctionName(text);
  return functionArn({ account, region }, name);
}

/**
 * Reads the name of a function in the caller's account and Region. Refuses any other, as AWS does for every operation
 * (answers of AWS recorded in LocalStack's tests, "test_lambda_api").
 */
export function parseOwnName(caller: Caller, text = ""): FunctionName {
  const named = parseFunctionName(text);
  if (named.account !== undefined && named.account !== caller.account) {
    const { principal } = caller;
    const who = principal.kind === "service" ? principal.service : principal.arn;
    throw new Fault(
      "AccessDenied",
      `User: ${who} is not authorized to use ${namedArn(caller, text)} of another account.`,
    );
  }
  if (named.region !== undefined && named.region !== caller.region) {
    const message = `Functions from '${named.region}' are not reachable in this region ('${caller.region}')`;
    throw new Fault("ResourceNotFoundException", message, { members: { Type: "User" } });
  }
  return named;
}

/** The function of a request; only its `$LATEST` version exists. */
export function findFunction(
  functions: ReadonlyMap<string, LambdaFunction>,
  caller: Caller,
  input: { FunctionName?: string | undefined; Qualifier?: string | undefined },
): LambdaFunction {
  const { name, qualifier = input.Qualifier } = parseOwnName(caller, input.FunctionName);
  const found = functions.get(name);
  if (found && (qualifier === undefined || qualifier === "$LATEST")) return found;
  const arn = functionArn(caller, name);
  const message = `Function not found: ${qualifier === undefined ? arn : `${arn}:${qualifier}`}`;
  throw new Fault("ResourceNotFoundException", message, { members: { Type: "User" } });
}

/** Lambda writes times with an offset, not with a `Z`. */
const lambdaTime = (time: number) => new Date(time).toISOString().replace("Z", "+0000");

export function describeFunction(fn: LambdaFunction, version = "$LATEST"): FunctionConfiguration {
  const { settings, code } = fn.latest;
  return {
    FunctionName: fn.name,
    FunctionArn: fn.arn,
    Runtime: settings.runtime,
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: code.size,
    CodeSha256: code.sha256,
    Description: settings.description,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMb,
    LastModified: lambdaTime(fn.lastModified),
    Version: version,
    ...(settings.vpc && {
      VpcConfig: { SubnetIds: settings.vpc.SubnetIds ?? [], SecurityGroupIds: settings.vpc.SecurityGroupIds ?? [] },
    }),
    ...(settings.deadLetter && { DeadLetterConfig: settings.deadLetter }),
    ...(Object.keys(settings.environment).length > 0 && { Environment: { Variables: { ...settings.environment } } }),
    ...(settings.kmsKeyArn !== undefined && { KMSKeyArn: settings.kmsKeyArn }),
    TracingConfig: { Mode: "PassThrough" },
    RevisionId: fn.revisionId,
    State: fn.state,
    ...(fn.state === "Pending" && { StateReason: "The function is being created.", StateReasonCode: "Creating" }),
    LastUpdateStatus: fn.lastUpdate,
    PackageType: "Zip",
    Architectures: settings.architectures,
    EphemeralStorage: { Size: settings.ephemeralStorageMb },
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    LoggingConfig: settings.logging,
  };
}
