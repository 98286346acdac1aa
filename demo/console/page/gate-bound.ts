import type { Decision, Model, ModelVersion } from "../messages";

/** The least that the versions had to reach, each as the gate had it when it decided. */
export interface GateBound {
  readonly label: string;
  /** Null for a version that the gate compared with no other, such as the first one. */
  readonly values: readonly (number | null)[];
}

/**
 * Finds the bounds of versions in the decisions on them. Where no decision has one, the bound is
 * what it would be for the next version: a drop below the serving one. Undefined when none serves
 * either.
 */
export function findBound(
  versions: readonly Pick<ModelVersion, "arn" | "serving" | "metrics">[],
  decisions: readonly Pick<Decision, "candidate" | "bound">[],
  { promotionMetric: metric, allowedMetricDrop: drop }: NonNullable<Model["gate"]>,
): GateBound | undefined {
  const decided = new Map(
    decisions.flatMap(({ candidate, bound }) => (bound?.metric === metric ? [[candidate, bound.value]] : [])),
  );
  const values = versions.map(({ arn }) => decided.get(arn) ?? null);
  if (values.some((value) => value !== null)) return { label: "the gate's bound", values };
  const serving = versions.find((version) => version.serving)?.metrics[metric];
  if (serving === undefined) return undefined;
  return { label: `serving − ${drop}`, values: versions.map(() => serving - drop) };
}
