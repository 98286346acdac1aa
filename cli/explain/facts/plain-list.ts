import type { GetRecommendationsRequest } from "@aws-sdk/client-personalize-runtime";
import type { ServedPlacement } from "../../../functions/serving/placements";
import type { StackReader } from "../../stack/stack";
import type { PlainList } from "./facts";

/** The longest list that the service returns (API reference, GetRecommendations, `numResults`). */
const longestList = 500;
/**
 * The longest one with columns. Whether a campaign that can answer with columns takes more in a
 * request without them, neither the reference nor the guide says.
 */
const longestWithColumns = 50;

/** The longest list that a campaign surely answers: a placement that shares it may have columns. */
export function longestListOf(
  campaign: string | undefined,
  placements: Readonly<Record<string, Pick<ServedPlacement, "campaign" | "columns">>>,
): number {
  const sharing = Object.values(placements).filter((each) => each.campaign === campaign);
  return sharing.some(({ columns }) => columns !== undefined) ? longestWithColumns : longestList;
}

/** A request without what chooses among the model's items, and with a longer list. */
export function toPlainRequest(
  { campaignArn, userId, itemId, context }: GetRecommendationsRequest,
  numResults: number,
) {
  return {
    campaignArn,
    ...(userId === undefined ? {} : { userId }),
    ...(itemId === undefined ? {} : { itemId }),
    ...(context ? { context } : {}),
    numResults,
  };
}

export async function askCampaign(
  call: StackReader["call"],
  input: GetRecommendationsRequest,
  asked: number,
): Promise<PlainList> {
  try {
    const { itemList = [] } = await call("personalize-runtime", "GetRecommendations", toPlainRequest(input, asked));
    return { kind: "answered", items: itemList, asked };
  } catch (error) {
    const { name, message } = error as Error;
    return { kind: "refused", problem: `${name}: ${message}` };
  }
}
