import type { ParameterTier, ParameterType } from "@aws-sdk/client-ssm";
import { arnIn, isHere, parseArn, type Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { Caller } from "../../../host/service";

export interface ParameterVersion {
  readonly number: number;
  readonly type: ParameterType;
  /** The text, or the base64 of its ciphertext. */
  readonly value: string;
  readonly keyId: string | undefined;
  readonly tier: ParameterTier;
  readonly description: string | undefined;
  readonly allowedPattern: string | undefined;
  readonly modified: Date;
  readonly modifiedBy: string;
}

export interface Parameter {
  readonly name: string;
  readonly arn: string;
  /** The newest version. */
  version: ParameterVersion;
  /** The newest versions, the oldest first; the last one is `version`. */
  readonly history: ParameterVersion[];
  readonly tags: Map<string, string>;
}

/** The versions that are kept (user guide, "Working with parameter versions"). */
export const keptVersions = 100;

/** The parameters by `keyOf` their names. */
export type Parameters = Map<string, Parameter>;

/** `name` and `/name` are one parameter, and have one ARN. */
export const keyOf = (name: string) => name.replace(/^\//, "");

/** The slash at the beginning of a hierarchical name is not doubled. */
export const parameterArn = (scope: Scope, name = "") =>
  name.startsWith("arn:") ? name : arnIn(scope, "ssm", `parameter/${keyOf(name)}`);

const pathRule =
  'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_';

/**
 * Refuses to read a name that no parameter can have (validated on AWS by localstack's
 * test_hierarchical_parameter).
 */
export function checkReadName(name: string): void {
  if (name.includes("//") || (name.includes("/") && !name.startsWith("/"))) throw invalid(pathRule);
}

/** User guide, "Requirements and constraints for parameter names". */
export function checkName(name: string, arn: string): void {
  if (/^\/?(aws|ssm)/i.test(name)) {
    throw invalid(`Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive).`);
  }
  if (!/^[A-Za-z0-9_.\-/]+$/.test(name)) {
    throw invalid(pathRule);
  }
  if (name.includes("/") && !name.startsWith("/")) throw invalid("Parameter name must be a fully qualified name.");
  if (name.endsWith("/") || name.includes("//")) throw invalid("Parameter name: a sub-path must not be empty.");
  if (name.split("/").length - 1 > 15) {
    throw new Fault("HierarchyLevelLimitExceededException", "Parameter name must not have more than 15 levels.");
  }
  if (arn.length > 1011) throw invalid("Parameter name is too long: the ARN may have 1011 characters.");
}

export const invalid = (message: string) => new Fault("ValidationException", message);

/** A name as requests give it: a name or ARN, followed by `:version` if one is wanted. */
export function readSelector(given: string): {
  name: string;
  version: number | undefined;
  selector: string | undefined;
} {
  const local = parseArn(given)?.resource.replace(/^parameter/, "") ?? given;
  const [name = "", selector] = local.split(":");
  if (selector !== undefined && !/^\d+$/.test(selector)) {
    throw new Fault("ParameterVersionNotFound", `Systems Manager could not find version ${selector} of ${name}.`);
  }
  return {
    name,
    version: selector === undefined ? undefined : Number(selector),
    selector: selector === undefined ? undefined : `:${selector}`,
  };
}

/** The parameter with a name or an ARN. An ARN must be of the caller's account and Region. */
function findParameter(parameters: Parameters, caller: Caller, given: string): Parameter | undefined {
  const { name } = readSelector(given);
  const arn = parseArn(given);
  return !arn || isHere(arn, "ssm", caller) ? parameters.get(keyOf(name)) : undefined;
}

/** The same; throws ParameterNotFound. */
export function requireParameter(parameters: Parameters, caller: Caller, given: string): Parameter {
  const parameter = findParameter(parameters, caller, given);
  if (!parameter) throw new Fault("ParameterNotFound", `Parameter ${given} not found.`);
  return parameter;
}
