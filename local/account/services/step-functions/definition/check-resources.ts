import { operationsOf, type Shape } from "../../../model/schema";
import { expressionIn } from "../evaluation/expressions";
import { integrationOf } from "../integrations/integration";
import { optimisedIntegration } from "../integrations/optimised-integrations";
import { integrationNotImplemented } from "../integrations/sdk-integration";
import { sdkOperation, sdkService, withJsonText } from "../integrations/sdk-services";
import { toInput } from "../integrations/sdk-shapes";
import type { Json } from "./definition";
import { isRaw, type Raw, type Report } from "./definition-tree";

const isDynamic = (value: Json) => typeof value === "string" && expressionIn(value) !== undefined;

/**
 * Checks that the service and its action exist, and that the arguments are the action's, as far as
 * they are written out.
 */
export async function checkTaskResource(state: Raw, location: string, report: Report): Promise<void> {
  const resource = String(state.Resource);
  const integration = integrationOf(resource);
  const refuse = () =>
    report(
      `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
      `${location}/Resource`,
    );
  if (!integration) return refuse();
  if (integration.kind === "optimised") {
    const optimised = optimisedIntegration(integration.name);
    const operation = optimised && (await operationsOf(optimised.service)).get(optimised.operation);
    if (operation) {
      checkArguments(operation.input, withoutMember(state.Arguments, optimised.jsonMember), location, report);
    }
    return;
  }
  const service = sdkService(integration.service);
  if (!service) throw integrationNotImplemented(resource);
  const operation = await sdkOperation(service.service, integration.action);
  if (!operation) return refuse();
  const given = state.Arguments && withJsonText(service.service, operation.name, state.Arguments);
  checkArguments(operation.input, given, location, report);
}

function checkArguments(shape: Shape, given: Json | undefined, location: string, report: Report): void {
  // Without Arguments the task's input is taken, which is known only when it runs.
  if (given === undefined || shape.kind === "unit") return;
  toInput(
    shape,
    given,
    (problem, path) => report(problem, [`${location}/Arguments`, path].filter(Boolean).join("/")),
    isDynamic,
  );
}

/**
 * The arguments with a member that may be any JSON replaced by a text, so that it passes as one.
 */
function withoutMember(given: Json | undefined, member: string): Json | undefined {
  return isRaw(given) && Object.hasOwn(given, member) ? { ...given, [member]: "" } : given;
}
