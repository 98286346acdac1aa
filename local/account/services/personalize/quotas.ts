/**
 * Quotas that AWS raises for an account, with their defaults (guide, "Amazon Personalize endpoints
 * and quotas").
 */
const defaults = {
  /** In a Region. */
  datasetGroups: 5,
  schemas: 500,
  /** In a dataset group. */
  campaigns: 5,
  filters: 30,
  solutions: 10,
};

export type Quotas = Readonly<typeof defaults>;

export const completeQuotas = (raised: Partial<Quotas> = {}): Quotas => ({ ...defaults, ...raised });

/** Reads `campaigns=20,solutions=20`. Throws an Error that says what is possible. */
export function readQuotas(text: string): Partial<Quotas> {
  const pairs = text.split(",").map((pair) => {
    const [, name = "", value] = /^(\w+)=([1-9]\d{0,5})$/.exec(pair) ?? [];
    if (Object.hasOwn(defaults, name)) return [name, Number(value)];
    throw new Error(`Give names and numbers, such as campaigns=20. The names are ${Object.keys(defaults).join(", ")}.`);
  });
  return Object.fromEntries(pairs);
}
