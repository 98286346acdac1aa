import type {
  Architecture,
  Concurrency,
  DeadLetterConfig,
  FunctionEventInvokeConfig,
  LoggingConfig,
  Runtime,
  VpcConfig,
} from "@aws-sdk/client-lambda";
import { Fault } from "../../../aws/fault";
import type { PolicyStatement } from "../../../host/principal";
import type { Caller, Store } from "../../../host/service";
import type { Code } from "../code/code-store";
import { type FunctionReference, functionArn, parseOwnName } from "./function-name";

/** The configuration of a function. */
export interface Settings {
  readonly role: string;
  readonly runtime: Runtime;
  readonly handler: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** True if a request had an environment, perhaps without variables: then it is described. */
  readonly hasEnvironment: boolean;
  readonly architectures: Architecture[];
  readonly ephemeralStorageMb: number;
  readonly logging: LoggingConfig;
  readonly vpc?: VpcConfig;
  readonly kmsKeyArn?: string;
  readonly deadLetter?: DeadLetterConfig;
}

/** The code that runs, with its settings. */
export interface Revision {
  readonly settings: Settings;
  readonly code: Code;
  /** The environment under the function's own key. */
  readonly sealedEnvironment?: Uint8Array;
}

/** The unpublished version, which updates change. */
export const unpublished = "$LATEST";

/** A version that is described and invoked: `$LATEST`, or a published version, which never changes. */
export interface FunctionVersion {
  readonly fn: LambdaFunction;
  /** `$LATEST` or a number. */
  readonly version: string;
  /** The revision of `$LATEST` from which a version was published, with the version's own description. */
  readonly source?: Revision;
  /** The revision that is described. */
  latest: Revision;
  /** The revision that is invoked: it lags behind `latest` while an update is in progress. */
  live: Revision;
  state: "Pending" | "Active";
  lastUpdate: "Successful" | "InProgress";
  lastModified: number;
  revisionId: string;
}

export interface Alias {
  readonly name: string;
  version: string;
  description: string;
  revisionId: string;
}

/** A function: everything that its versions share. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly tags: Map<string, string>;
  /** Statements by their ids, of each qualifier that has a policy; `$LATEST` is the function without a qualifier. */
  readonly policies: Map<string, Map<string, PolicyStatement>>;
  /** Settings of asynchronous invocation, by qualifier. */
  readonly eventInvoke: Map<string, FunctionEventInvokeConfig>;
  readonly unpublished: FunctionVersion;
  /** The versions by number, oldest first. */
  readonly published: Map<string, FunctionVersion>;
  readonly aliases: Map<string, Alias>;
  /** The number of the last version that was published. Numbers are not used again. */
  lastNumber: number;
  concurrency?: Concurrency;
}

export type Functions = Store<Map<string, LambdaFunction>>;

/** The version that a request invokes or describes, by the function's name alone, by its number or by an alias. */
export interface Target {
  readonly fn: LambdaFunction;
  readonly version: FunctionVersion;
  /** As the request has it. */
  readonly qualifier?: string;
  /** With the qualifier, if there is one. */
  readonly arn: string;
}

/** The ARN with a qualifier always: `$LATEST` for the function's name alone. */
export const fullArn = ({ fn, qualifier = unpublished }: Target) => functionArn(fn, fn.name, qualifier);

/** The position of a version in a listing: `$LATEST` first, then by number. */
export const orderOf = ({ version }: FunctionVersion) =>
  version === unpublished ? version : version.padStart(12, "0");

const missing = (message: string) => new Fault("ResourceNotFoundException", message, { members: { Type: "User" } });

/** The version that a request names. */
export function findTarget(functions: Functions, caller: Caller, reference: FunctionReference): Target {
  const { name, qualifier: inName } = parseOwnName(caller, reference.FunctionName);
  const qualifier = inName ?? reference.Qualifier;
  // Recorded on AWS: localstack's snapshot test_function_name_and_qualifier_validation.
  if (reference.Qualifier !== undefined && qualifier !== reference.Qualifier) {
    const message = "The derived qualifier from the function name does not match the specified qualifier.";
    throw new Fault("InvalidParameterValueException", message, { members: { Type: "User" } });
  }
  const arn = functionArn(caller, name, qualifier);
  const fn = functions.of(caller).get(name);
  const version = fn && versionOf(fn, qualifier);
  if (!fn || !version) throw missing(`Function not found: ${arn}`);
  return { fn, version, arn, ...(qualifier !== undefined && { qualifier }) };
}

/** The function that a request names, whichever of its versions exist. */
export function findFunction(functions: Functions, caller: Caller, reference: FunctionReference): LambdaFunction {
  const { name } = parseOwnName(caller, reference.FunctionName);
  const fn = functions.of(caller).get(name);
  if (!fn) throw missing(`Function not found: ${functionArn(caller, name)}`);
  return fn;
}

function versionOf(fn: LambdaFunction, qualifier = unpublished): FunctionVersion | undefined {
  const number = fn.aliases.get(qualifier)?.version ?? qualifier;
  return number === unpublished ? fn.unpublished : fn.published.get(number);
}
