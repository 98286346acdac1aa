/** One version's value of the metric that the gate compares. */
export interface MeasuredVersion {
  solutionVersionArn: string;
  value: number;
}

export interface GateInput {
  metric: string;
  candidate: MeasuredVersion;
  /** The version that the campaign serves; absent when it is the candidate itself or its metrics are gone. */
  incumbent?: MeasuredVersion | undefined;
  /** A popularity model trained on the same data, when the stack keeps one. */
  baseline?: MeasuredVersion | undefined;
  /** The candidate must be greater. */
  floor: number;
  /** How far the candidate may stay behind the incumbent: the metric is measured on a tenth of the users and is noisy. */
  allowedDrop: number;
}

export interface GateDecision {
  decision: "promote" | "keep";
  reason: string;
}

/**
 * Promote or keep: the candidate's metric against a floor, the incumbent's minus an allowed drop, and the popularity
 * baseline. Versions trained on different data are only roughly comparable (Personalize guide, "Evaluating a solution
 * version"), so the incumbent's bound is a safety net, not a proof of progress.
 */
export function judge({ metric, candidate, incumbent, baseline, floor, allowedDrop }: GateInput): GateDecision {
  const value = figure(candidate.value);
  if (!(candidate.value > floor)) return keep(`${metric} ${value} is not greater than the floor ${figure(floor)}`);
  if (incumbent && candidate.value < incumbent.value - allowedDrop) {
    const bound = `${figure(incumbent.value)} − ${figure(allowedDrop)}`;
    return keep(`${metric} ${value} is below the serving version's ${bound}`);
  }
  if (baseline && !(candidate.value > baseline.value)) {
    return keep(`${metric} ${value} is not greater than the popularity baseline's ${figure(baseline.value)}`);
  }
  const beside = [
    `above the floor ${figure(floor)}`,
    ...(incumbent ? [`serving version ${figure(incumbent.value)}`] : ["no serving version to compare with"]),
    ...(baseline ? [`popularity baseline ${figure(baseline.value)}`] : []),
  ];
  return { decision: "promote", reason: `${metric} ${value}: ${beside.join(", ")}` };
}

function keep(reason: string): GateDecision {
  return { decision: "keep", reason };
}

function figure(value: number): string {
  return String(Number(value.toFixed(4)));
}
