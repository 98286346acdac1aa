import { decidePromotion, type Gate, type MeasuredVersion } from "./retraining/promotion-gate";
import { lazily } from "./support/lazily";
import { log } from "./support/telemetry";

/** What the state machine passes. ARNs may be null where there is nothing to compare with. */
export interface EvaluateModelInput {
  model: string;
  candidate: string;
  incumbent?: string | null;
  baseline?: string | null;
  gate: Gate;
}

/** Reads the versions' offline metrics and applies the gate. The answer contains the numbers and the reason. */
export function evaluateModelFactory() {
  const personalize = lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize");
    return { sdk, client: new sdk.PersonalizeClient({}) };
  });

  const fetchMetrics = async (solutionVersionArn: string): Promise<Record<string, number>> => {
    const { sdk, client } = await personalize();
    const { metrics = {} } = await client.send(new sdk.GetSolutionMetricsCommand({ solutionVersionArn }));
    return metrics;
  };

  return async ({ model, gate, ...arns }: EvaluateModelInput) => {
    const pick = (solutionVersionArn: string, metrics: Record<string, number>): MeasuredVersion => {
      const value = metrics[gate.promotionMetric];
      if (value === undefined) {
        const known = Object.keys(metrics).join(", ");
        throw new Error(`evaluate-model: ${solutionVersionArn} has no metric ${gate.promotionMetric}, only ${known}.`);
      }
      return { solutionVersionArn, value };
    };
    /** A version that was deleted has no metrics any more, so there is nothing to compare with. */
    const measure = async (arn: string | null | undefined): Promise<MeasuredVersion | undefined> => {
      if (!arn || arn === arns.candidate) return undefined;
      try {
        return pick(arn, await fetchMetrics(arn));
      } catch (error) {
        if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
        throw error;
      }
    };

    const metrics = await fetchMetrics(arns.candidate);
    const candidate = pick(arns.candidate, metrics);
    const [incumbent, baseline] = await Promise.all([measure(arns.incumbent), measure(arns.baseline)]);
    const { decision, reason } = decidePromotion({ candidate, incumbent, baseline }, gate);
    log("info", "model evaluated", { model, decision, reason });
    return {
      model,
      decision,
      reason,
      gate,
      candidate,
      incumbent: incumbent ?? null,
      baseline: baseline ?? null,
      metrics,
    };
  };
}
