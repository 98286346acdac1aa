import { arnIn, type Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { Caller } from "../../../host/service";

/** A request's name for a function: in the function's name, and perhaps in a separate qualifier. */
export interface FunctionReference {
  readonly FunctionName?: string | undefined;
  readonly Qualifier?: string | undefined;
}

interface FunctionName {
  readonly name: string;
  readonly qualifier?: string;
  /** As the text gives them: a bare name has neither, `account:function:name` has no Region. */
  readonly account?: string;
  readonly region?: string;
}

export const functionArn = (scope: Scope, name: string, qualifier?: string) =>
  arnIn(scope, "lambda", qualifier === undefined ? `function:${name}` : `function:${name}:${qualifier}`);

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

/**
 * The ARN of the function that a request names, in the account and Region that it names, without a
 * qualifier.
 */
export function namedArn(caller: Caller, text = ""): string {
  const { name, account = caller.account, region = caller.region } = parseFunctionName(text);
  return functionArn({ account, region }, name);
}

/** The qualifier that a request names. */
export const qualifierOf = (reference: FunctionReference): string | undefined =>
  parseFunctionName(reference.FunctionName ?? "").qualifier ?? reference.Qualifier;

/** The same with the qualifier of the request, if it has one. */
export function qualifiedArn(caller: Caller, reference: FunctionReference): string {
  const { qualifier = reference.Qualifier } = parseFunctionName(reference.FunctionName ?? "");
  const arn = namedArn(caller, reference.FunctionName);
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

/**
 * Reads the name of a function in the caller's account and Region. Refuses any other, as AWS does
 * for every operation (answers of AWS recorded in LocalStack's tests, "test_lambda_api").
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
