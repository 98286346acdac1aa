import type { GeneratorOptions } from "../../local/generator/world";
import { generatedSet } from "../recommender/data";
import { type Figures, tenFolds } from "../recommender/judge";
import { blendHeard, popularity } from "../recommender/peers";

/** Popularity, the model and the oracle on generated visitors, and on those of the null set. */
export interface GeneratedSkill {
  readonly visitors: Readonly<Record<string, Figures>>;
  /** Visitors without a taste of their own: nobody can be better than popularity, and who is has a leak. */
  readonly nullSet: Readonly<Record<string, Figures>>;
}

/**
 * Ten folds on each, of which `asked` are judged. A set can be trivially easy or hopeless: only beside popularity and
 * oracle do figures say something.
 */
export function generatedSkill(
  options: GeneratorOptions,
  onFold: (set: string, fold: number) => void,
  asked = 10,
): GeneratedSkill {
  const peers = { popularity, model: blendHeard(() => {}) };
  const judged = (set: string, more: GeneratorOptions) =>
    tenFolds(generatedSet(set, { ...options, ...more }), peers, (fold) => onFold(set, fold), asked);
  return {
    visitors: judged("visitors", {}),
    nullSet: judged("null set", { beta: 0, focus: 0, repeat: 0 }),
  };
}
