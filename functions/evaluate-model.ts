import { judge, type MeasuredVersion } from "./retraining/promotion-gate";
import { lazily } from "./support/lazily";
import { log } from "./support/telemetry";

/** What the state machine passes on. ARNs may be null where there is nothing to compare with. */
export interface EvaluateModelInput {
  model: string;
  candidate: string;
  incumbent?: string | null;
  baseline?: string | null;
  metric: string;
  floor: number;
  allowedDrop: number;
}

/** Reads the versions' offline metrics and lets the gate decide; the answer holds the numbers and the reason. */
export function evaluateModelFactory() {
  const personalize = lazily(async () => {
    const sdk = await import("@aws-sdk/client-personalize");
    return { sdk, client: new sdk.PersonalizeClient({}) };
  });

  const metricsOf = async (solutionVersionArn: string): Promise<Record<string, number>> => {
    const { sdk, client } = await personalize();
    const { metrics = {} } = await client.send(new sdk.GetSolutionMetricsCommand({ solutionVersionArn }));
    return metrics;
  };

  return async (input: EvaluateModelInput) => {
    const { model, metric, floor, allowedDrop } = input;
    const pick = (solutionVersionArn: string, metrics: Record<string, number>): MeasuredVersion => {
      const value = metrics[metric];
      if (value === undefined) {
        throw new Error(
          `evaluate-model: ${solutionVersionArn} has no metric ${metric}, only ${Object.keys(metrics).join(", ")}.`,
        );
      }
      return { solutionVersionArn, value };
    };
    /** A version that was deleted has no metrics any more and is nothing to compare with. */
    const measure = async (arn: string | null | undefined): Promise<MeasuredVersion | undefined> => {
      if (!arn || arn === input.candidate) return undefined;
      try {
        return pick(arn, await metricsOf(arn));
      } catch (error) {
        if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
        throw error;
      }
    };

    const metrics = await metricsOf(input.candidate);
    const candidate = pick(input.candidate, metrics);
    const [incumbent, baseline] = await Promise.all([measure(input.incumbent), measure(input.baseline)]);
    const { decision, reason } = judge({ metric, candidate, incumbent, baseline, floor, allowedDrop });
    log("info", "model evaluated", { model, decision, reason });
    return {
      model,
      decision,
      reason,
      metric,
      candidate,
      incumbent: incumbent ?? null,
      baseline: baseline ?? null,
      floor,
      allowedDrop,
      metrics,
    };
  };
}
