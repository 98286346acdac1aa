import { nameCampaign } from "../../names/layout";
import { emitMetrics } from "../support/telemetry";
import { type Assignment, listVariantSets } from "./variant-dimensions";

/**
 * Counts a caller's request to a campaign, whether the campaign or the fallback answers it. The
 * service's own metric also has requests of the stack itself, and does not have those that the
 * fallback answers.
 */
export function countRequest(stack: string, campaignArn = "", assignment?: Assignment): void {
  const dimensions = { Stack: stack, Campaign: nameCampaign(campaignArn), ...assignment };
  emitMetrics(dimensions, { CampaignRequests: 1 }, [["Stack"], ["Stack", "Campaign"], ...listVariantSets(assignment)]);
}
