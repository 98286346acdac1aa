import type { Values } from "../config/keys";

export type Prices = NonNullable<Values["prices"]>;

/** A row of a bill: its words, its unit, and the key of the unit's price. */
interface ChargeKind {
  readonly what: string;
  readonly unit: string;
  readonly price: keyof Prices;
}

/**
 * Everything that AWS bills a stack for and that has a price in the configuration, for the estimate
 * of a preview and for `recommender costs`.
 */
export const charges = {
  campaigns: { what: "campaigns by the hour", unit: "TPS-hours", price: "campaignTpsHour" },
  requests: { what: "campaigns by requests", unit: "thousand requests", price: "requestThousand" },
  trainings: { what: "trainings by the hour", unit: "training hours", price: "trainingHour" },
  interactions: {
    what: "trainings by interactions",
    unit: "million interactions",
    price: "trainingMillionInteractions",
  },
  stream: { what: "stream", unit: "hours", price: "streamHour" },
  endpoints: { what: "endpoints", unit: "endpoint-hours", price: "endpointHour" },
  alarms: { what: "alarms", unit: "alarm-months", price: "alarmMonth" },
  metrics: { what: "metrics", unit: "metric-months", price: "metricMonth" },
  key: { what: "key", unit: "key-months", price: "keyMonth" },
} as const satisfies Record<string, ChargeKind>;

export type Charge = keyof typeof charges;

/** Quantities in the units of `charges`; 0 for what a stack does not have. */
export type Quantities = Readonly<Record<Charge, number>>;

/** Returns what a quantity costs; undefined without a price. */
export function priceCharge(charge: Charge, quantity: number, prices: Prices): number | undefined {
  const price = prices[charges[charge].price];
  return typeof price === "number" ? quantity * price : undefined;
}

/**
 * Thousands of requests as which AWS bills a v2 campaign that provides one request a second for an
 * hour: the minimum is charged like requests (API reference, CreateCampaign: "the minimum billing
 * charge for the campaign while it is active").
 */
export const thousandRequestsPerTpsHour = 3.6;
