import type { GetRecommendationsRequest } from "@aws-sdk/client-personalize-runtime";
import type { Placement } from "../../contract";
import { standardPlacement } from "../../names/layout";
import { suggest } from "../../names/near-names";
import { describeMisspelt } from "../support/issues";
import { type ServedFilter, toFilterInput } from "./filters";
import type { recommendRequest } from "./request-schemas";
import type { Assignment } from "./variant-dimensions";

/** A placement in the function's environment, which has names only: it is too small for ARNs. */
export interface ServedPlacement extends Pick<Placement, "needsItem" | "filter" | "promotion" | "columns"> {
  /** End of the campaign's ARN. Absent: the answer is the list of popular items. */
  campaign?: string;
  /** Parameters of the promotion's filter to which a request must give values. */
  neededValues?: readonly string[];
}

export type PlacementRequest = ReturnType<ReturnType<typeof recommendRequest>["parse"]>;

export interface PlacementSettings {
  campaignArn: string;
  filters: Readonly<Record<string, ServedFilter>>;
  availabilityFilterArn?: string | undefined;
  placements: Readonly<Record<string, ServedPlacement>>;
}

/** The longest list with columns (API reference, GetRecommendations, `numResults`). */
const mostWithColumns = 50;

/** The placement that answers a request, and the visitor's variant if an experiment chose it. */
export interface FoundPlacement {
  name: string;
  placement: ServedPlacement;
  assignment?: Assignment;
}

/** Finds the placement of a request, or the reason why its request is refused. */
export function findPlacement(
  request: PlacementRequest,
  placements: PlacementSettings["placements"],
): FoundPlacement | { reason: string } {
  const field = (["placement", "itemId", "promotionValues"] as const).find((each) => request[each] !== undefined);
  if (field && Object.keys(placements).length === 1) {
    return { reason: `${field}: is for placements; this stack has none` };
  }
  const name = request.placement ?? standardPlacement;
  const placement = Object.hasOwn(placements, name) ? placements[name] : undefined;
  if (placement === undefined) {
    const known = Object.keys(placements);
    return {
      reason: `placement: is not one of this stack's placements (${known.join(", ")})${suggest(name, known)}`,
    };
  }
  const reason = refuseFields(name, placement, request) ?? refuseItem(name, placement, request, placements);
  return reason === undefined ? { name, placement } : { reason };
}

/** Names the first field that a placement does not take. */
function refuseFields(name: string, placement: ServedPlacement, request: PlacementRequest): string | undefined {
  const { campaign, filter, promotion, columns, neededValues = [] } = placement;
  const given = (field: keyof PlacementRequest) => request[field] !== undefined;
  const ofCampaign = (["filter", "filterValues", "context", "promotionValues"] as const).find(given);
  if (campaign === undefined && ofCampaign) return `${ofCampaign}: the placement ${name} is a list, which takes none`;
  if (filter !== undefined && given("filter")) return `filter: the placement ${name} has its own filter`;
  if (!promotion && given("promotionValues")) return `promotionValues: the placement ${name} has no promotion`;
  const missing = neededValues.filter((value) => !Object.hasOwn(request.promotionValues ?? {}, value));
  if (missing.length > 0) {
    const meant = describeMisspelt(request.promotionValues, missing, neededValues);
    return `promotionValues: is missing ${missing.join(", ")}, which the placement ${name} needs${meant}`;
  }
  if (columns && request.limit > mostWithColumns) {
    return `limit: must be at most ${mostWithColumns} at the placement ${name}, whose answers have columns`;
  }
  return undefined;
}

function refuseItem(
  name: string,
  { needsItem }: ServedPlacement,
  { itemId }: PlacementRequest,
  placements: PlacementSettings["placements"],
): string | undefined {
  if (needsItem) return itemId === undefined ? `itemId: is missing; the placement ${name} is about an item` : undefined;
  if (itemId === undefined) return undefined;
  const taking = Object.entries(placements).flatMap(([each, placement]) => (placement.needsItem ? each : []));
  return `itemId: the placement ${name} takes none (${taking.length > 0 ? `${taking.join(", ")} does` : "none of this stack's does"})`;
}

/** Writes the service's request, which a list has none of; or says why the caller's is refused. */
export function toServiceRequest(
  { name, placement }: FoundPlacement,
  request: PlacementRequest,
  { campaignArn, filters, availabilityFilterArn }: PlacementSettings,
): { input: GetRecommendationsRequest | undefined } | { reason: string } {
  if (placement.campaign === undefined) return { input: undefined };
  const { userId, sessionId, itemId, limit, context, promotionValues } = request;
  const chosen = { filter: placement.filter ?? request.filter, filterValues: request.filterValues };
  const filter = toFilterInput(chosen, filters, { otherwise: availabilityFilterArn });
  if ("reason" in filter) return filter;
  const promotion = placement.promotion && { filter: placement.promotion.filter, filterValues: promotionValues };
  const promoted = promotion && toFilterInput(promotion, filters, { field: "promotionValues" });
  if (promoted && "reason" in promoted) return promoted;
  const promotions = promoted && [
    {
      name,
      percentPromotedItems: placement.promotion?.percent,
      ...promoted.input,
    },
  ];
  // Before sign-in the session is the user. Related items need a visitor only for filters by what
  // the visitor did.
  const user = userId ?? sessionId ?? (placement.needsItem ? undefined : "unknown");
  return {
    input: {
      campaignArn: campaignArn.replace(/[^/]+$/, placement.campaign),
      ...(user === undefined ? {} : { userId: user }),
      ...(itemId === undefined ? {} : { itemId }),
      numResults: limit,
      ...(context ? { context } : {}),
      ...filter.input,
      ...(promotions ? { promotions } : {}),
      ...(placement.columns ? { metadataColumns: { ITEMS: placement.columns } } : {}),
    },
  };
}
