import type { Values } from "../config/keys";

export type Prices = NonNullable<Values["prices"]>;

/**
 * A row of a bill: its words, its unit, and the key of the unit's price; none where the service
 * bills what nothing measures.
 */
interface ChargeKind {
  readonly what: string;
  readonly unit: string;
  readonly price?: keyof Prices;
}

/**
 * Everything that AWS bills a stack for, for the estimate of a preview, which has what is charged
 * without traffic, and for `recommender costs`.
 */
export const charges = {
  campaigns: { what: "campaigns by the hour", unit: "TPS-hours", price: "campaignTpsHour" },
  requests: { what: "campaigns by requests", unit: "1,000 requests", price: "requestThousand" },
  trainings: { what: "trainings by the hour", unit: "training hours", price: "trainingHour" },
  interactions: { what: "trainings by interactions", unit: "1M interactions", price: "trainingMillionInteractions" },
  stream: { what: "stream", unit: "hours", price: "streamHour" },
  streamIn: { what: "written to the stream", unit: "GB", price: "streamGigabyteIn" },
  streamOut: { what: "read from the stream", unit: "GB", price: "streamGigabyteOut" },
  archive: { what: "delivered to the archive", unit: "GB", price: "archiveGigabyte" },
  // Charged by bytes, which the service does not count.
  events: { what: "PutEvents", unit: "requests" },
  items: { what: "PutItems", unit: "requests" },
  users: { what: "PutUsers", unit: "requests" },
  imports: { what: "imported data", unit: "GB", price: "importedGigabyte" },
  invocations: { what: "functions' invocations", unit: "1M invocations", price: "invocationMillion" },
  compute: { what: "functions' time", unit: "GB-seconds", price: "gigabyteSecond" },
  logs: { what: "logs", unit: "GB", price: "logGigabyte" },
  endpoints: { what: "endpoints", unit: "endpoint-hours", price: "endpointHour" },
  // "Per alarm metric" (AWS's price list): an alarm on an expression counts once for each metric.
  alarms: { what: "alarms", unit: "alarm-months", price: "alarmMonth" },
  metrics: { what: "metrics", unit: "metric-months", price: "metricMonth" },
  key: { what: "key", unit: "key-months", price: "keyMonth" },
} as const satisfies Record<string, ChargeKind>;

export type Charge = keyof typeof charges;

/** The kind of a charge, of which some have no price. */
export const kindOf = (charge: Charge): ChargeKind => charges[charge];

/** Quantities in the units of `charges`; 0 for what a stack does not have. */
export type Quantities = Readonly<Partial<Record<Charge, number>>>;

/** Returns the price of a unit; undefined where the configuration has none. */
export function findPrice(charge: Charge, prices: Prices | undefined): number | undefined {
  const { price: key } = kindOf(charge);
  const price = key && prices?.[key];
  return typeof price === "number" ? price : undefined;
}

/** Returns what a quantity costs; undefined without a price. */
export function priceCharge(charge: Charge, quantity: number, prices: Prices | undefined): number | undefined {
  const price = findPrice(charge, prices);
  return price === undefined ? undefined : quantity * price;
}

/**
 * Thousands of requests as which AWS bills a v2 campaign that provides one request a second for an
 * hour: the minimum is charged like requests (API reference, CreateCampaign: "the minimum billing
 * charge for the campaign while it is active").
 */
export const thousandRequestsPerTpsHour = 3.6;
