import { readEventParameters, toPlainMetric, toWeights, writeRatios } from "./retraining/event-weights";
import { type ComparedVersion, decidePromotion, findBest, type Gate, hasValue } from "./retraining/promotion-gate";
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

  const fetchMetrics = async (solutionVersionArn: string): Promise<Record<string, number>> => {
    const { sdk, client } = await personalize();
    const { metrics = {} } = await client.send(new sdk.GetSolutionMetricsCommand({ solutionVersionArn }));
    return metrics;
  };

  return answerInTime(async ({ model, gate, ...arns }: EvaluateModelInput) => {
    const { promotionMetric: name } = gate;
    const plain = toPlainMetric(name);
    const metrics = await fetchMetrics(arns.candidate);
    if (!Object.hasOwn(metrics, name)) {
      const known = Object.keys(metrics).join(", ");
      throw new Error(`evaluate-model: ${arns.candidate} has no metric ${name}, only ${known}.`);
    }
    const pick = (values: Record<string, number>, metric: string) =>
      (Object.hasOwn(values, metric) ? values[metric] : undefined) ?? Number.NaN;
    const weighed = await readEventParameters(personalize, arns.candidate);
    const candidate = {
      solutionVersionArn: arns.candidate,
      value: pick(metrics, name),
      // For people, who compare decisions.
      ...(weighed.length > 0 && { eventWeights: toWeights(weighed) }),
    };
    const weights = writeRatios(weighed);
    const hasOtherWeights = async (arn: string) =>
      plain !== name && writeRatios(await readEventParameters(personalize, arn)) !== weights;
    /** A version that was deleted has no metrics any more, so there is nothing to compare with. */
    const measure = async (solutionVersionArn: string | null | undefined): Promise<ComparedVersion | undefined> => {
      if (!solutionVersionArn || solutionVersionArn === arns.candidate) return undefined;
      try {
        const found = await fetchMetrics(solutionVersionArn);
        if (!(await hasOtherWeights(solutionVersionArn))) return { solutionVersionArn, value: pick(found, name) };
        const instead = { metric: plain, candidate: pick(metrics, plain) };
        return { solutionVersionArn, value: pick(found, plain), instead };
      } catch (error) {
        if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
        throw error;
      }
    };

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
