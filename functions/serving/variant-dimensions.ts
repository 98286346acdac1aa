/** A visitor's variant, as dimensions of metrics. */
export interface Assignment {
  readonly Experiment: string;
  readonly Variant: string;
}

/** Lists the sets of dimensions by which requests with a variant are counted in addition. */
export function listVariantSets(assignment: Assignment | undefined): string[][] {
  return assignment ? [["Stack", ...Object.keys(assignment)]] : [];
}
