import { ConnectionDropped, Fault } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";
import { operationsOf, type Shape } from "../../../model/schema";
import type { Json } from "../definition/definition";
import { StateError } from "../interpreter/state-error";
import { checkedInput, type Dispatch, sdkError } from "./sdk-integration";
import { toResult } from "./sdk-shapes";

/** An integration that Step Functions tailors to its service. */
interface OptimisedIntegration {
  /** The operation whose members its arguments are. */
  readonly service: "lambda" | "sns";
  readonly operation: string;
  /** The member that may be any JSON, not only a text. */
  readonly jsonMember: string;
  prepare(parameters: Json, dispatch: Dispatch, requestId: () => string): Promise<() => Promise<Json>>;
}

const integrations: Readonly<Record<string, OptimisedIntegration>> = {
  "lambda:invoke": { service: "lambda", operation: "Invoke", jsonMember: "Payload", prepare: prepareInvoke },
  "sns:publish": { service: "sns", operation: "Publish", jsonMember: "Message", prepare: preparePublish },
};

/** The optimised integration of `arn:aws:states:::<name>`, e.g. `lambda:invoke`. */
export function optimisedIntegration(name: string): OptimisedIntegration | undefined {
  return ownValue(integrations, name);
}

async function shapesOf(service: "lambda" | "sns", operation: string): Promise<{ input: Shape; output: Shape }> {
  const found = (await operationsOf(service)).get(operation);
  if (!found) throw new Error(`The SDK's ${service} client has no operation ${operation}.`);
  return found;
}

/**
 * Returns `{ExecutedVersion, Payload, StatusCode, …}` with the payload parsed; a function's error
 * is the task's error.
 */
async function prepareInvoke(parameters: Json, dispatch: Dispatch, requestId: () => string) {
  const { input: shape } = await shapesOf("lambda", "Invoke");
  const input = checkedInput(shape, parameters);
  return async () => {
    let output: LambdaOutput;
    try {
      output = (await dispatch("lambda", "Invoke", input)) as LambdaOutput;
    } catch (error) {
      throw lambdaError(error, requestId());
    }
    const text = Buffer.from(output.Payload ?? []).toString("utf8");
    if (output.FunctionError !== undefined) throw functionError(text);
    return {
      ...(output.ExecutedVersion !== undefined && { ExecutedVersion: output.ExecutedVersion }),
      ...(text !== "" && { Payload: parsed(text) }),
      StatusCode: output.StatusCode ?? 200,
    };
  };
}

interface LambdaOutput {
  readonly StatusCode?: number;
  readonly FunctionError?: string;
  readonly ExecutedVersion?: string;
  readonly Payload?: Uint8Array;
}

function functionError(payload: string): StateError {
  const answer = parsed(payload);
  const { errorType } = typeof answer === "object" && answer !== null ? (answer as { errorType?: Json }) : {};
  return new StateError(typeof errorType === "string" ? errorType : "Lambda.Unknown", payload);
}

/**
 * This integration still answers with the first Java SDK's names: an error outside its list is
 * AWSLambdaException.
 */
function lambdaError(error: unknown, requestId: string): unknown {
  if (!(error instanceof Fault)) return error;
  if (error.code === "NotImplemented") return new StateError("States.Runtime", error.message);
  // Developer guide, "Handle transient Lambda service exceptions".
  if (error instanceof ConnectionDropped) return new StateError(`Lambda.${error.code}`, error.message);
  const { code, status = /^AccessDenied/.test(code) ? 403 : 400, message } = error;
  const wireCode = code === "AccessDenied" ? "AccessDeniedException" : code;
  const named = /^(ResourceNotFound|TooManyRequests|Service|InvalidParameterValue|RequestTooLarge)Exception$/.test(
    code,
  );
  const text = `${message} (Service: AWSLambda; Status Code: ${status}; Error Code: ${wireCode}; Request ID: ${requestId}; Proxy: null)`;
  return new StateError(`Lambda.${named ? code : "AWSLambdaException"}`, text);
}

/** Publishes; a Message that is not a text is sent as its JSON text. */
async function preparePublish(parameters: Json, dispatch: Dispatch, requestId: () => string) {
  const { input: shape, output: outputShape } = await shapesOf("sns", "Publish");
  const input = checkedInput(shape, withText(parameters, "Message", messageText));
  return async () => {
    try {
      return toResult(outputShape, await dispatch("sns", "Publish", input));
    } catch (error) {
      const named = await sdkError(error, { service: "sns", javaName: "SNS" }, requestId());
      if (named instanceof StateError && named.error === "SNS.SNSException") {
        throw new StateError("SNS.AmazonSNSException", named.message);
      }
      throw named;
    }
  };
}

/** The arguments with one member turned into the text that is sent. */
function withText(parameters: Json, member: string, textOf: (value: Json) => string): Json {
  if (typeof parameters !== "object" || parameters === null || !Object.hasOwn(parameters, member)) return parameters;
  const fields = parameters as Readonly<Record<string, Json>>;
  return { ...fields, [member]: textOf(ownValue(fields, member) ?? null) };
}

const messageText = (message: Json) => (typeof message === "string" ? message : JSON.stringify(message));

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
