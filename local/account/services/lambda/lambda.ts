import type { InvokeCommandOutput } from "@aws-sdk/client-lambda";
import { parseArn } from "../../endpoint/arn";
import { Fault, notImplemented } from "../../endpoint/fault";
import { parseJsonText } from "../../endpoint/json-text";
import type { Host, Service } from "../../endpoint/service";
import type { Violation } from "../../endpoint/validate";
import { createEventQueue, eventInvokeHandlers } from "./asynchronous/event-queue";
import { createCodeStore } from "./code/code-store";
import { createStreamMappings, type StreamMapping } from "./event-source/stream-mapping";
import { createRoleCallers } from "./execution/role";
import { createRunner } from "./execution/runner";
import { createWorkspace } from "./execution/workspace";
import { mappingHandlers } from "./operations/event-source-mappings";
import { functionHandlers } from "./operations/functions";
import { policyHandlers, policyOf } from "./operations/resource-policy";
import { tagHandlers } from "./operations/tags";
import { permissions } from "./permissions";
import { findFunction, type LambdaFunction, parseFunctionName } from "./state/function";

const maxPayloadBytes = { RequestResponse: 6 * 1024 * 1024, Event: 1024 * 1024 };

/** Lambda: Node.js functions from zips, event source mappings of Kinesis streams. `close` stops every function. */
export function lambda(host: Host): Service<"lambda"> & { close(): Promise<void> } {
  const functions = host.store(() => new Map<string, LambdaFunction>());
  const mappingStore = host.store(() => new Map<string, StreamMapping>());
  const workspace = createWorkspace();
  const codes = createCodeStore(workspace);
  const runner = createRunner(host, workspace);
  const callerFor = createRoleCallers(host);
  const queue = createEventQueue(host, runner, callerFor);
  const functionOf = (mapping: StreamMapping) => {
    const caller = { ...mapping, principal: { kind: "service", service: "lambda.amazonaws.com" } } as const;
    const principal = { ...caller.principal, account: mapping.account, arn: mapping.arn };
    const named = { FunctionName: mapping.settings.functionName };
    return requireActive(findFunction(functions.of(mapping), { ...caller, principal }, named));
  };
  const mappings = createStreamMappings(host, runner, functionOf, callerFor);

  return {
    name: "lambda",
    iamPrefix: "lambda",
    validationError: "ValidationException",
    violationFault: lambdaViolation,
    permissions,
    resourcePolicy(arn) {
      const { account = "", region = "", resource = "" } = parseArn(arn) ?? {};
      const fn = functions.of({ account, region }).get(resource.split(":")[1] ?? "");
      return fn && policyOf(fn);
    },
    handlers: {
      ...functionHandlers(host, functions, codes, runner),
      ...policyHandlers(functions),
      ...eventInvokeHandlers(host, functions),
      ...tagHandlers(functions, mappingStore),
      ...mappingHandlers(host, functions, mappingStore, mappings, callerFor),

      async Invoke(input, call) {
        if (input.DurableExecutionName !== undefined) throw notImplemented("lambda:Invoke with DurableExecutionName");
        if (input.TenantId !== undefined) throw notImplemented("lambda:Invoke with TenantId");
        const type = input.InvocationType ?? "RequestResponse";
        // IAM has allowed it: another account's function is open to callers that the function's policy names.
        const { account = call.account } = parseFunctionName(input.FunctionName ?? "");
        const owner = { ...call, account };
        const fn = requireActive(findFunction(functions.of(owner), owner, input));
        if (type === "DryRun") return { StatusCode: 204, ExecutedVersion: "$LATEST" };
        const payload = readPayload(input.Payload, maxPayloadBytes[type]);
        const request = {
          payload,
          requestId: call.requestId,
          ...(input.ClientContext !== undefined && {
            clientContext: Buffer.from(input.ClientContext, "base64").toString(),
          }),
        };
        if (type === "Event") {
          queue.accept(fn, request);
          return { StatusCode: 202 };
        }
        const outcome = await runner.invoke(fn, request);
        return {
          StatusCode: 200,
          ExecutedVersion: "$LATEST",
          // The SDK's type adds the client's own conveniences to the bytes.
          Payload: outcome.payload as InvokeCommandOutput["Payload"],
          ...(outcome.functionError && { FunctionError: outcome.functionError }),
          ...(input.LogType === "Tail" && { LogResult: outcome.logTail }),
        };
      },
    },
    async close() {
      const all = [...mappingStore.all()].flatMap(([, of]) => [...of.values()]);
      const drained = all.map((mapping) => mappings.stop(mapping));
      await runner.close();
      await Promise.all(drained);
      workspace.close();
    },
  };
}

/**
 * A runtime that does not exist is an InvalidParameterValueException in other words (recorded on AWS: localstack's
 * snapshot test_create_lambda_exceptions).
 */
function lambdaViolation({ path, value, rule }: Violation): Fault | undefined {
  if (path !== "Runtime") return undefined;
  return new Fault(
    "InvalidParameterValueException",
    `Value ${String(value)} at 'runtime' failed to satisfy constraint: ${rule} or be a valid ARN`,
  );
}

function requireActive(fn: LambdaFunction): LambdaFunction {
  if (fn.state === "Active") return fn;
  throw new Fault(
    "ResourceConflictException",
    `The operation cannot be performed at this time. The function is currently in the following state: ${fn.state}`,
    { members: { Type: "User" } },
  );
}

function readPayload(payload: unknown, limit: number): Uint8Array {
  if (!(payload instanceof Uint8Array) || payload.length === 0) return Buffer.from("{}");
  if (payload.length > limit) {
    throw new Fault(
      "RequestTooLargeException",
      `${payload.length} byte payload is too large for the Invoke operation (limit ${limit} bytes)`,
      { members: { Type: "User" } },
    );
  }
  try {
    parseJsonText(Buffer.from(payload).toString());
  } catch (cause) {
    throw new Fault(
      "InvalidRequestContentException",
      `Could not parse request body into json: ${(cause as Error).message}`,
      { members: { Type: "User" } },
    );
  }
  return payload;
}
