import { type Figures, tenFolds } from "../../../cli/evaluate/judge";
import { createBlend, popularity } from "../../../cli/evaluate/peers";
import type { GeneratorOptions } from "../../../demo/generator/world";
import { generatedSet } from "./data";

/** The metrics of popularity, the model and the oracle on generated visitors and on the null set. */
export interface GeneratedSkill {
  readonly visitors: Readonly<Record<string, Figures>>;
  /** Visitors without preferences: a model that is better than popularity sees the test data. */
  readonly nullSet: Readonly<Record<string, Figures>>;
}

/**
 * Ten folds on each set, of which `asked` are evaluated. A set can be trivially easy or hopeless, so the model's metrics
 * have a meaning only in comparison with popularity and the oracle.
 */
export function generatedSkill(
  options: GeneratorOptions,
  onFold: (set: string, fold: number) => void,
  asked = 10,
): GeneratedSkill {
  const peers = { popularity, model: createBlend(() => {}) };
  const evaluate = (set: string, more: GeneratorOptions) =>
    tenFolds(generatedSet(set, { ...options, ...more }), peers, (fold) => onFold(set, fold), asked);
  return {
    visitors: evaluate("visitors", {}),
    nullSet: evaluate("null set", { beta: 0, focus: 0, repeat: 0 }),
  };
}
