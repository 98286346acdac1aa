import type { Architecture, Concurrency, Runtime, VpcConfig } from "@aws-sdk/client-lambda";
import type { Caller } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Code } from "../code/code-store";
import { notFound } from "../faults";
import { type FunctionReference, functionArn, parseOwnName, qualifierOf } from "./function-name";

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
  readonly vpc?: VpcConfig;
  readonly kmsKeyArn?: string;
}

/** The code that runs, with its settings. */
export interface Revision {
  readonly settings: Settings;
  readonly code: Code;
  /** The environment under the function's own key. */
  readonly sealedEnvironment?: Uint8Array;
}

/** The only version of a function. Published versions and aliases are not implemented. */
export const latestVersion = "$LATEST";

export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly tags: Map<string, string>;
  /** The revision that is described. */
  latest: Revision;
  /** The revision that is invoked: it lags behind `latest` while an update is in progress. */
  live: Revision;
  state: "Pending" | "Active";
  lastUpdate: "Successful" | "InProgress";
  lastModified: number;
  revisionId: string;
  concurrency?: Concurrency;
}

export const logGroupOf = ({ name }: LambdaFunction) => `/aws/lambda/${name}`;

export type Functions = Store<Map<string, LambdaFunction>>;

/** The ARN by which a request names a function: with its qualifier, if it has one. */
export const findArn = (fn: LambdaFunction, reference: FunctionReference): string =>
  qualifierOf(reference) === undefined ? fn.arn : functionArn(fn, fn.name, latestVersion);

/** The function that a request names: by its name alone, or with the qualifier `$LATEST`. */
export function findFunction(functions: Functions, caller: Caller, reference: FunctionReference): LambdaFunction {
  const { name, qualifier = reference.Qualifier } = parseOwnName(caller, reference.FunctionName);
  const fn = functions.of(caller).get(name);
  if (fn && (qualifier ?? latestVersion) === latestVersion) return fn;
  throw notFound(`Function not found: ${functionArn(caller, name, qualifier)}`);
}
