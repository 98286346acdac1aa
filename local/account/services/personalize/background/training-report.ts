import type { Scope } from "../../../aws/arn";
import type { Context } from "../context";

/**
 * Facts of a training that no AWS operation returns: rows before and after de-duplication, users,
 * λ, log-likelihood. The tour shows them.
 */
export type TrainingReport = Readonly<Record<string, number>>;

/** The report of a trained version; `undefined` before it is trained. */
export function trainingReport(
  { store }: Context,
  scope: Scope,
  solutionVersionArn: string,
): TrainingReport | undefined {
  return store.of(scope).versions.get(solutionVersionArn)?.model?.diagnostics;
}
