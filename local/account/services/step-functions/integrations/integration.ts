import { Fault } from "../../../aws/fault";
import type { Json } from "../definition/definition";
import { StateError } from "../interpreter/state-error";
import { optimisedIntegration } from "./optimised-integrations";
import { type Dispatch, integrationNotImplemented, prepareSdkTask } from "./sdk-integration";

/**
 * The service and action that a task's Resource names, or undefined for a text that is none of Step
 * Functions' integrations.
 */
type Integration =
  | { readonly kind: "aws-sdk"; readonly service: string; readonly action: string }
  | { readonly kind: "optimised"; readonly name: string };

const sdkResource = /^arn:aws:states:::aws-sdk:([a-z0-9]+):([A-Za-z0-9]+)$/;
const optimisedResource = /^arn:aws:states:::([a-z0-9-]+:[A-Za-z]+)$/;
/**
 * Forms that AWS supports and this account does not: patterns with a token or `.sync`, functions
 * and activities by their ARN.
 */
const elsewhere =
  /^arn:aws:(states:::.+\.(waitForTaskToken|sync|sync:2)|lambda:[^:]*:\d*:function:.+|states:[^:]+:\d+:activity:.+)$/;

/** Reads a Resource. Throws 501 for an integration that exists in AWS but not here. */
export function integrationOf(resource: string): Integration | undefined {
  if (elsewhere.test(resource)) throw integrationNotImplemented(resource);
  const [, service, action] = sdkResource.exec(resource) ?? [];
  if (service && action) return { kind: "aws-sdk", service, action };
  const [, name] = optimisedResource.exec(resource) ?? [];
  if (!name) return undefined;
  if (!optimisedIntegration(name)) throw integrationNotImplemented(resource);
  return { kind: "optimised", name };
}

/**
 * Checks a task's arguments and returns the function that runs it: the interpreter's `prepareTask`.
 */
export async function prepareTask(
  resource: string,
  parameters: Json,
  dispatch: Dispatch,
  requestId: () => string,
): Promise<() => Promise<Json>> {
  try {
    const integration = integrationOf(resource);
    if (integration?.kind === "aws-sdk") {
      return await prepareSdkTask(integration.service, integration.action, parameters, dispatch, requestId);
    }
    const optimised = integration && optimisedIntegration(integration.name);
    if (optimised) return await optimised.prepare(parameters, dispatch, requestId);
  } catch (error) {
    if (error instanceof Fault) throw new StateError("States.Runtime", error.message);
    throw error;
  }
  throw new StateError("States.Runtime", `The resource ${resource} is unknown.`);
}
