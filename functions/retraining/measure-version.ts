import type { connectPersonalize } from "../support/clients";
import { readEventParameters, toPlainMetric, toWeights, writeRatios } from "./event-weights";
import type { ComparedVersion } from "./promotion-gate";

const pick = (values: Record<string, number>, metric: string) =>
  (Object.hasOwn(values, metric) ? values[metric] : undefined) ?? Number.NaN;

/**
 * Reads the candidate's metrics; throws when the gate's metric is not among them. Returns the
 * candidate, all of its metrics, and the function that measures another version: by the gate's
 * metric, or by its plain one where that knows event weights and the two versions have different
 * weights.
 */
export async function measureCandidate(
  personalize: ReturnType<typeof connectPersonalize>,
  solutionVersionArn: string,
  name: string,
) {
  const fetchMetrics = async (arn: string): Promise<Record<string, number>> => {
    const { sdk, client } = await personalize();
    const { metrics = {} } = await client.send(new sdk.GetSolutionMetricsCommand({ solutionVersionArn: arn }));
    return metrics;
  };
  const metrics = await fetchMetrics(solutionVersionArn);
  if (!Object.hasOwn(metrics, name)) {
    const known = Object.keys(metrics).join(", ");
    throw new Error(`evaluate-model: ${solutionVersionArn} has no metric ${name}, only ${known}.`);
  }
  const weighed = await readEventParameters(personalize, solutionVersionArn);
  const candidate = {
    solutionVersionArn,
    value: pick(metrics, name),
    // For people, who compare decisions.
    ...(weighed.length > 0 && { eventWeights: toWeights(weighed) }),
  };

  const plain = toPlainMetric(name);
  const weights = writeRatios(weighed);
  const hasOtherWeights = async (arn: string) =>
    plain !== name && writeRatios(await readEventParameters(personalize, arn)) !== weights;
  /** A version that was deleted has no metrics any more, so there is nothing to compare with. */
  const measure = async (arn: string | null | undefined): Promise<ComparedVersion | undefined> => {
    if (!arn || arn === solutionVersionArn) return undefined;
    try {
      const found = await fetchMetrics(arn);
      if (!(await hasOtherWeights(arn))) return { solutionVersionArn: arn, value: pick(found, name) };
      const instead = { metric: plain, candidate: pick(metrics, plain) };
      return { solutionVersionArn: arn, value: pick(found, plain), instead };
    } catch (error) {
      if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
      throw error;
    }
  };
  return { candidate, metrics, measure };
}
