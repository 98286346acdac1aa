import type { InvokeCommandOutput } from "@aws-sdk/client-lambda";
import { Fault, notImplemented } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { EventQueue } from "../asynchronous/event-queue";
import type { Runner } from "../execution/runner";
import { type Functions, findArn, findFunction, latestVersion } from "../state/function";
import { requireActive } from "../state/preconditions";

/** In bytes (developer guide, "Lambda quotas"). */
const maxPayloadBytes = { RequestResponse: 6 * 1024 * 1024, Event: 1024 * 1024 };

export function invokeHandlers(functions: Functions, runner: Runner, queue: EventQueue) {
  return {
    async Invoke(input, call) {
      if (input.DurableExecutionName !== undefined) throw notImplemented("lambda:Invoke with DurableExecutionName");
      if (input.TenantId !== undefined) throw notImplemented("lambda:Invoke with TenantId");
      const type = input.InvocationType ?? "RequestResponse";
      const fn = findFunction(functions, call, input);
      requireActive(fn);
      if (type === "DryRun") return { StatusCode: 204, ExecutedVersion: latestVersion };
      const request = {
        payload: readPayload(input.Payload, ownValue(maxPayloadBytes, type) ?? 0),
        requestId: call.requestId,
        invokedArn: findArn(fn, input),
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
        ExecutedVersion: latestVersion,
        // The SDK's type adds the client's own conveniences to the bytes.
        Payload: outcome.payload as InvokeCommandOutput["Payload"],
        ...(outcome.functionError && { FunctionError: outcome.functionError }),
        ...(input.LogType === "Tail" && { LogResult: outcome.logTail }),
      };
    },
  } satisfies Handlers<Clients["lambda"]>;
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
    JSON.parse(Buffer.from(payload).toString());
  } catch (cause) {
    throw new Fault(
      "InvalidRequestContentException",
      `Could not parse request body into json: ${(cause as Error).message}`,
      { members: { Type: "User" } },
    );
  }
  return payload;
}
