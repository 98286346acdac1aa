import { measureCandidate } from "./retraining/measure-version";
import { decidePromotion, findBest, type Gate, hasValue } from "./retraining/promotion-gate";
import { createServedHistory } from "./retraining/served-history";
import { connectPersonalize } from "./support/clients";
import { type EnvironmentOf, readEnvironment } from "./support/environment";
import { answerInTime } from "./support/invocation";
import { log } from "./support/telemetry";

/** The input from the state machine. ARNs may be null where there is nothing to compare with. */
export interface EvaluateModelInput {
  model: string;
  candidate: string;
  incumbent?: string | null;
  baseline?: string | null;
  gate: Gate;
}

const variables = ["DATA_BUCKET", "DECISIONS_PREFIX"] as const;
export type Environment = EnvironmentOf<typeof variables>;

/**
 * Reads the offline metrics of the candidate, of the versions that served and of the baseline, and
 * applies the gate. The answer contains the numbers and the reason.
 */
export function evaluateModelFactory() {
  const settings = readEnvironment("evaluate-model", variables);
  const listServedBefore = createServedHistory(settings);
  const personalize = connectPersonalize();

  return answerInTime(async ({ model, gate, ...arns }: EvaluateModelInput) => {
    const { candidate, metrics, measure } = await measureCandidate(personalize, arns.candidate, gate.promotionMetric);
    const before = arns.incumbent ? await listServedBefore(model, arns.incumbent, gate.comparedVersions - 1) : [];
    const [incumbent, baseline, ...measured] = await Promise.all(
      [arns.incumbent, arns.baseline, ...before].map(measure),
    );
    const earlier = measured
      .filter(hasValue)
      // One metric for all that served, so that there is a best of them.
      .filter(({ instead }) => instead?.metric === incumbent?.instead?.metric);
    const { decision, reason } = decidePromotion({ candidate, incumbent, earlier, baseline }, gate);
    log("info", "model evaluated", { model, decision, reason });
    return {
      model,
      decision,
      reason,
      gate,
      candidate,
      incumbent: hasValue(incumbent) ? incumbent : null,
      bestServed: findBest({ incumbent, earlier }) ?? null,
      baseline: hasValue(baseline) ? baseline : null,
      metrics,
    };
  });
}
