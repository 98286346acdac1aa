import {
  findPlacement,
  type PlacementRequest,
  type ServedPlacement,
  toServiceRequest,
} from "../../../functions/serving/placements";
import { readRequestSettings } from "../../../functions/serving/serving-settings";
import { findVariant, type ServedExperiment } from "../../../functions/serving/visitor-variant";
import { standardPlacement } from "../../../names/layout";
import { ignoreNotFound } from "../../stack/aws";
import { findModel, type StackReader } from "../../stack/stack";
import type { Serving } from "./facts";
import { longestListOf } from "./plain-list";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings of the function that recommends, and with them the request that it makes to
 * the service, and the longest list that this one's campaign surely answers.
 */
export async function readServing(stack: StackReader, request: PlacementRequest) {
  const { functionName } = findModel(stack, standardPlacement);
  const reading = stack.call("lambda", "GetFunctionConfiguration", { FunctionName: functionName });
  const described = await ignoreNotFound(reading, "ResourceNotFoundException");
  if (!described) {
    throw new Error(
      `The function ${functionName} does not exist, so no request has an answer. Somebody deleted it, not the stack: ` +
        `deploy the stack again, with "pulumi up --refresh --stack ${stack.stack}".`,
    );
  }
  const { Environment } = described;
  const variables: Variables = Environment?.Variables ?? {};
  const settings = readSettings(functionName, variables, Environment?.Error?.Message);
  const experiment = variables.EXPERIMENT ? (JSON.parse(variables.EXPERIMENT) as ServedExperiment) : undefined;
  const serving: Serving = { functionName, ...follow(request, settings, experiment) };
  return { serving, longestList: longestListOf(serving.found?.placement.campaign, settings.placements) };
}

/**
 * Without the right to decrypt the variables there are none (API reference,
 * GetFunctionConfiguration).
 */
function readSettings(functionName: string, variables: Variables, message = "it has none of its variables") {
  const { CAMPAIGN_ARN, FILTERS, FILTER_ARN_PREFIX, FILTER_PARAMETERS, PLACEMENTS, AVAILABILITY_FILTER } = variables;
  if (CAMPAIGN_ARN && FILTERS && FILTER_ARN_PREFIX && FILTER_PARAMETERS && PLACEMENTS) {
    return {
      ...readRequestSettings({
        CAMPAIGN_ARN,
        FILTERS,
        FILTER_ARN_PREFIX,
        FILTER_PARAMETERS,
        AVAILABILITY_FILTER: AVAILABILITY_FILTER ?? "",
      }),
      placements: JSON.parse(PLACEMENTS) as Record<string, ServedPlacement>,
    };
  }
  throw new Error(
    `The settings of the function ${functionName} cannot be read: ${message}. Allow kms:Decrypt with the stack's key, ` +
      "or deploy the stack again.",
  );
}

/** Follows a request as the function does, which says itself why it refuses one. */
function follow(
  request: PlacementRequest,
  settings: Parameters<typeof toServiceRequest>[2],
  experiment: ServedExperiment | undefined,
): Pick<Serving, "found" | "input"> {
  const found = findPlacement(request, settings.placements);
  if ("reason" in found) return {};
  const variant = findVariant(experiment, found.name, request, settings.placements) ?? found;
  const asked = toServiceRequest(variant, request, settings);
  return { found: variant, ...("reason" in asked ? {} : asked) };
}
