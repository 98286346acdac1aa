import { listPrices } from "../../support/list-prices.ts";

/** Prices by which also small quantities cost cents. */
export const prices: Prices = {
  ...listPrices,
  streamHour: 0.04,
  streamGigabyteIn: 8_000,
  streamGigabyteOut: 4_000,
  archiveGigabyte: 2_900,
  importedGigabyte: 5_000,
  invocationMillion: 20_000,
  gigabyteSecond: 16.6667,
  logGigabyte: 5_000,
  alarmMonth: 0.1,
  metricMonth: 0.3,
  keyMonth: 1,
};

/** As a key of the configuration. */
export type Prices = Readonly<Record<string, number | string>>;
