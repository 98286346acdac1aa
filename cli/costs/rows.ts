import { type Charge, findPrice, kindOf, type Prices, priceCharge } from "../../stacks/costs/charges";

/** A charge of a stack in a time. */
export interface CostRow {
  readonly charge: Charge;
  /** The model, where a charge has a row for each. */
  readonly of?: string;
  /** In the charge's unit; undefined where nothing says it. */
  readonly quantity: number | undefined;
  /** Names what is assumed and what is not known. */
  readonly notes: readonly string[];
}

export type PricedRow = ReturnType<typeof priceRow>;

export function priceRow(row: CostRow, prices: Prices | undefined) {
  const { what, unit } = kindOf(row.charge);
  const { quantity } = row;
  return {
    ...row,
    what,
    unit,
    price: findPrice(row.charge, prices),
    cost: quantity === undefined ? undefined : priceCharge(row.charge, quantity, prices),
  };
}

/** Adds up what is known, and lists what is not in the sum. */
export function addUp(rows: readonly PricedRow[]) {
  const total = rows.reduce((sum, { cost = 0 }) => sum + cost, 0);
  const lacking = rows.filter(({ cost, quantity }) => cost === undefined && quantity !== 0);
  const without = [...new Set(lacking.map(({ what }) => what))];
  return { total, without };
}
