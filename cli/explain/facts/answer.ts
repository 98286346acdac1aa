import type { GetRecommendationsRequest, PredictedItem } from "@aws-sdk/client-personalize-runtime";
import { z } from "zod";
import type { PlacementRequest } from "../../../functions/serving/placements";
import { parseJson } from "../../stack/json";
import type { StackReader } from "../../stack/stack";
import { listLength } from "../question";

const reply = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string(),
});
const list = z.array(z.object({ id: z.string() }));
const message = z.object({ message: z.string() });

export type Answer = Awaited<ReturnType<typeof askFunction>>;

/** Asks the function for the visitor's list, as a page does. */
export async function askFunction({ call }: StackReader, FunctionName: string, request: PlacementRequest) {
  const payload = { ...request, limit: listLength };
  const invoked = await call("lambda", "Invoke", { FunctionName, Payload: Buffer.from(JSON.stringify(payload)) });
  const text = Buffer.from(invoked.Payload ?? []).toString("utf8");
  const { data } = reply.safeParse(parseJson(text));
  if (!data || invoked.FunctionError) {
    throw new Error(`The function ${FunctionName} failed: ${text}. docs/operations.md#serving-errors has what to do.`);
  }
  const { statusCode, headers = {}, body } = data;
  const content = parseJson(body);
  return {
    items: (list.safeParse(content).data ?? []).map(({ id }) => id),
    source: headers["x-recommendation-source"],
    filterApplied: headers["x-recommendation-filter"] !== "not-applied",
    /** The function's reason, when it has no list. */
    refusal: statusCode === 200 ? undefined : (message.safeParse(content).data?.message ?? `status ${statusCode}`),
  };
}

/** The longest list that the service returns (API reference, GetRecommendations, `numResults`). */
export const longestList = 500;

/** The campaign's list without the filter, or why it answers none. */
export type PlainList =
  | { readonly items: readonly PredictedItem[]; readonly problem?: undefined }
  | { readonly items?: undefined; readonly problem: string };

/** A request without what chooses among the model's items, and with the longest list. */
export function toPlainRequest({ campaignArn, userId, itemId, context }: GetRecommendationsRequest) {
  return {
    campaignArn,
    ...(userId === undefined ? {} : { userId }),
    ...(itemId === undefined ? {} : { itemId }),
    ...(context ? { context } : {}),
    numResults: longestList,
  };
}

export async function askCampaign(call: StackReader["call"], input: GetRecommendationsRequest): Promise<PlainList> {
  try {
    const { itemList = [] } = await call("personalize-runtime", "GetRecommendations", toPlainRequest(input));
    return { items: itemList };
  } catch (error) {
    const { name, message: text } = error as Error;
    if (name === "AccessDeniedException") throw error;
    return { problem: `${name}: ${text}` };
  }
}
