/** Quotas that differ between accounts, with AWS's usual values. */
const defaults = {
  // Of Amazon Personalize (guide, "Amazon Personalize endpoints and quotas").
  /** In a Region. */
  datasetGroups: 5,
  schemas: 500,
  /** In a dataset group. */
  campaigns: 5,
  filters: 30,
  recommenders: 5,
  solutions: 10,
  /**
   * Of Lambda, in a Region (developer guide, "Lambda quotas"). New accounts have less, such as 10
   * or 50.
   */
  concurrentExecutions: 1_000,
};

export type Quotas = Readonly<typeof defaults>;

export const completeQuotas = (given: Partial<Quotas> = {}): Quotas => ({ ...defaults, ...given });

/** Reads `campaigns=20,solutions=20`. Throws an Error that says what is possible. */
export function readQuotas(text: string): Partial<Quotas> {
  const pairs = text.split(",").map((pair) => {
    const [, name = "", value] = /^(\w+)=([1-9]\d{0,5})$/.exec(pair) ?? [];
    if (Object.hasOwn(defaults, name)) return [name, Number(value)];
    throw new Error(`Give names and numbers, such as campaigns=20. The names are ${Object.keys(defaults).join(", ")}.`);
  });
  return Object.fromEntries(pairs);
}
