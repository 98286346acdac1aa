import { ConnectionDropped, Fault, notImplemented } from "../../../aws/fault";
import { Content } from "../../../content/content";
import { digest } from "../../../content/digest";
import type { ServiceName } from "../../../model/clients";
import { modelOf } from "../../../model/schema";
import type { Json } from "../definition/definition";
import { StateError } from "../interpreter/state-error";
import { type SdkService, sdkOperation, sdkService, withJsonText } from "./sdk-services";
import { toInput, toResult } from "./sdk-shapes";

/** Calls a service as the machine's role. */
export type Dispatch = (service: ServiceName, operation: string, input: unknown) => Promise<unknown>;

/**
 * `arn:aws:states:::aws-sdk:<service>:<action>`: checks the arguments against the service's model
 * and answers the call. Throws StateError `States.Runtime` for arguments that the service does not
 * take.
 */
export async function prepareSdkTask(
  name: string,
  action: string,
  parameters: Json,
  dispatch: Dispatch,
  requestId: () => string,
): Promise<() => Promise<Json>> {
  const target = sdkService(name);
  const operation = target && (await sdkOperation(target.service, action));
  if (!target || !operation) {
    throw new StateError("States.Runtime", `The resource aws-sdk:${name}:${action} is unknown.`);
  }
  const given = withJsonText(target.service, operation.name, parameters);
  const input = operation.input.kind === "unit" ? {} : checkedInput(operation.input, given);
  const sent = target.service === "s3" ? await withUploadDefaults(operation.name, input) : input;
  return async () => {
    try {
      return toResult(operation.output, await dispatch(target.service, operation.name, sent));
    } catch (error) {
      throw await sdkError(error, target, requestId());
    }
  };
}

/**
 * Adds to an upload of a text what the Java SDK adds: its type and a checksum (recorded:
 * localstack's snapshot test_s3_put_object).
 */
async function withUploadDefaults(operation: string, input: unknown): Promise<unknown> {
  const { Body, ...given } = input as Readonly<Record<string, unknown>>;
  if (!["PutObject", "UploadPart"].includes(operation) || !(Body instanceof Content)) return input;
  const hasChecksum = Object.keys(given).some((name) => name.startsWith("Checksum"));
  return {
    ...(operation === "PutObject" && { ContentType: "text/plain; charset=UTF-8" }),
    ...(!hasChecksum && { ChecksumCRC32: (await digest("crc32", Body)).toString("base64") }),
    ...given,
    Body,
  };
}

/**
 * The service's input, or `States.Runtime` with everything that is wrong, in the words of Step
 * Functions.
 */
export function checkedInput(shape: Parameters<typeof toInput>[0], parameters: Json): unknown {
  const problems: string[] = [];
  const input = toInput(shape, parameters, (problem) => problems.push(problem));
  if (problems.length === 0) return input;
  const listed = problems.join(", ");
  const text = `The Parameters '${JSON.stringify(parameters)}' could not be used to start the Task: [${listed}]`;
  throw new StateError("States.Runtime", text);
}

/**
 * A service's error as Retry and Catch see it: `Personalize.ResourceNotFoundException` for an error
 * that the service's model names, else the Java SDK's base class,
 * `Personalize.PersonalizeException` (AccessDenied, throttling).
 */
export async function sdkError(error: unknown, { service, javaName }: SdkService, requestId: string): Promise<unknown> {
  if (!(error instanceof Fault)) return error;
  if (error.code === "NotImplemented") return new StateError("States.Runtime", error.message);
  if (error instanceof ConnectionDropped) return new StateError(`${javaName}.${error.code}`, error.message);
  const { name, status } = await modelledError(error, service);
  const text = `${error.message} (Service: ${javaName}, Status Code: ${status}, Request ID: ${requestId}) (SDK Attempt Count: 1)`;
  return new StateError(`${javaName}.${name ?? `${javaName}Exception`}`, text);
}

/**
 * Services whose operations declare the refusal; S3's and SSM's models name it, but for one or two
 * operations only.
 */
const declareRefusal: ReadonlySet<ServiceName> = new Set(["cloudwatch-logs", "kinesis"]);

async function modelledError({ code, status }: Fault, service: ServiceName) {
  const isRefusal = /^AccessDenied(Exception)?$/.test(code);
  if (isRefusal && !declareRefusal.has(service)) return { name: undefined, status: status ?? 403 };
  const { errors } = await modelOf(service);
  const names = isRefusal ? ["AccessDeniedException"] : [code];
  const found = [...errors.values()].find(
    ({ name, traits }) => names.includes(name) || (traits.awsQueryError && names.includes(traits.awsQueryError[0])),
  );
  // The Java SDK names every exception class so, also S3's NoSuchKey.
  const name = found && (found.name.endsWith("Exception") ? found.name : `${found.name}Exception`);
  return { name, status: status ?? found?.traits.httpError ?? 400 };
}

/** The 501 for an integration that this account does not have. */
export function integrationNotImplemented(resource: string): Fault {
  return notImplemented(`states: the integration ${resource}`);
}
