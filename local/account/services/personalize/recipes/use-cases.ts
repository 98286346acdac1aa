import type { Domain } from "@aws-sdk/client-personalize";
import type { RequestMember } from "./catalogue";

/**
 * A use case of a domain. Its recommenders have the model of a recipe of custom dataset groups; the
 * service's models of them are not public.
 */
export interface UseCase {
  /** The end of its recipe's ARN. */
  readonly name: string;
  readonly domain: Domain;
  /** The recipe of custom dataset groups whose model it has. */
  readonly recipe: "aws-popularity-count" | "aws-similar-items" | "aws-trending-now" | "aws-user-personalization";
  /** The only event type that it learns from; absent: all. */
  readonly trainsOn?: EventType;
  /** The type of the user's events whose items are never recommended to the user. */
  readonly leavesOut?: EventType;
  /** The members that a request must have. */
  readonly asksFor: readonly RequestMember[];
  /** Whether its training reads the Items dataset. */
  readonly items: "required" | "used" | "not used";
  /** True if a request may have a promotion. */
  readonly takesPromotion: boolean;
}

type EventType = "View" | "Purchase" | "Watch";

const shop = { domain: "ECOMMERCE", items: "not used", takesPromotion: true } as const;
const video = { domain: "VIDEO_ON_DEMAND", items: "not used", takesPromotion: true } as const;

/**
 * From the guide's "ECOMMERCE use cases" and "VIDEO_ON_DEMAND use cases": the members that are
 * required in requests, the datasets used when training, the required event types, and what is
 * filtered automatically. All but "Trending now" take promotions ("Promoting items in real-time
 * recommendations"). "Recommended for you" and "Top picks for you" explore.
 */
const list: readonly UseCase[] = [
  {
    ...shop,
    name: "aws-ecomm-customers-who-viewed-x-also-viewed",
    recipe: "aws-similar-items",
    trainsOn: "View",
    leavesOut: "Purchase",
    asksFor: ["userId", "itemId"],
  },
  {
    ...shop,
    name: "aws-ecomm-frequently-bought-together",
    recipe: "aws-similar-items",
    trainsOn: "Purchase",
    asksFor: ["itemId"],
  },
  {
    ...shop,
    name: "aws-ecomm-popular-items-by-purchases",
    recipe: "aws-popularity-count",
    trainsOn: "Purchase",
    asksFor: ["userId"],
  },
  {
    ...shop,
    name: "aws-ecomm-popular-items-by-views",
    recipe: "aws-popularity-count",
    trainsOn: "View",
    asksFor: ["userId"],
  },
  {
    ...shop,
    name: "aws-ecomm-recommended-for-you",
    recipe: "aws-user-personalization",
    leavesOut: "Purchase",
    asksFor: ["userId"],
    items: "used",
  },
  {
    ...video,
    name: "aws-vod-because-you-watched-x",
    recipe: "aws-similar-items",
    trainsOn: "Watch",
    leavesOut: "Watch",
    asksFor: ["userId", "itemId"],
  },
  {
    ...video,
    name: "aws-vod-more-like-x",
    recipe: "aws-similar-items",
    leavesOut: "Watch",
    asksFor: ["userId", "itemId"],
    items: "required",
  },
  {
    ...video,
    name: "aws-vod-most-popular",
    recipe: "aws-popularity-count",
    trainsOn: "Watch",
    asksFor: ["userId"],
  },
  {
    ...video,
    name: "aws-vod-top-picks",
    recipe: "aws-user-personalization",
    leavesOut: "Watch",
    asksFor: ["userId"],
    items: "required",
  },
  {
    ...video,
    name: "aws-vod-trending-now",
    recipe: "aws-trending-now",
    asksFor: [],
    takesPromotion: false,
  },
];

export const useCases: ReadonlyMap<string, UseCase> = new Map(list.map((useCase) => [useCase.name, useCase]));
