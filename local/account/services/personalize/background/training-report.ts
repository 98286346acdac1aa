import type { Context } from "../context";

/**
 * What the service itself does not tell and a person wants to know after a training: rows before and after
 * de-duplication, users, λ, log-likelihood. For the tour; no AWS operation answers it.
 */
export type TrainingReport = Readonly<Record<string, number>>;

/** The report of a trained version; `undefined` before it is trained. */
export function trainingReport(
  { store }: Context,
  place: { account: string; region: string },
  solutionVersionArn: string,
): TrainingReport | undefined {
  return store.of(place).versions.get(solutionVersionArn)?.model?.diagnostics;
}
