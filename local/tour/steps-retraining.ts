import { z } from "zod";
import { sendChangedTaste } from "./changed-taste";
import { failUnless, type Journey, type Step } from "./journey";
import { bad, bold, good } from "./paint";
import type { TourJourney } from "./tour-journey";

/** The decision on one model in the execution's output. */
const decision = z.object({
  model: z.string(),
  evaluation: z.object({
    decision: z.string(),
    gate: z.object({ promotionMetric: z.string(), promotionThreshold: z.number(), allowedMetricDrop: z.number() }),
    candidate: z.object({ value: z.number() }),
    incumbent: z.object({ value: z.number() }).nullable(),
  }),
});

const ended = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];

export const retraining: Step<TourJourney> = {
  title: "The models are retrained on new events, evaluated and promoted",
  async run(journey) {
    await waitForScheduledRun(journey);
    const { visitors, events } = await sendChangedTaste(journey);
    journey.print(`${events} events of ${visitors} visitors with changed preferences arrived.`);
    await showRetraining(journey);
  },
};

/** Retrains every model and prints the decisions. Fails when a campaign does not serve the version that was chosen. */
export async function showRetraining(journey: Journey): Promise<void> {
  const before = await readVersions(journey);
  const output = await retrain(journey);
  const after = await readVersions(journey);
  const decisions = z.array(decision).safeParse(JSON.parse(output));
  failUnless(decisions.success, `the retraining did not evaluate the models: ${output}`);
  failUnless(decisions.data.length === Object.keys(after).length, "the retraining did not evaluate every model");
  for (const each of decisions.data) for (const line of describeDecision(each)) journey.print(line);
  for (const [model, version] of Object.entries(after)) {
    const promoted = version !== before[model];
    const decided = decisions.data.find((each) => each.model === model)?.evaluation.decision;
    failUnless(
      promoted === (decided === "promote"),
      `${model}: the campaign does not serve the version that was chosen`,
    );
  }
}

/** Waits until no execution runs: the state machine would skip a second one. */
export async function waitForScheduledRun({ aws, outputs, waitFor }: Journey): Promise<void> {
  const input = { stateMachineArn: outputs.retrainingStateMachineArn, statusFilter: "RUNNING" as const };
  await waitFor(
    "retraining",
    async () => {
      const { executions } = await aws.call("sfn", "ListExecutions", input);
      return executions?.length === 0 ? true : undefined;
    },
    "a scheduled retraining is still running",
  );
}

/** Runs the state machine and returns its output. */
async function retrain({ aws, outputs, waitFor }: Journey): Promise<string> {
  const stateMachineArn = outputs.retrainingStateMachineArn;
  const { executionArn = "" } = await aws.call("sfn", "StartExecution", { stateMachineArn, input: '{"force": true}' });
  const execution = await waitFor(
    "retraining",
    async () => {
      const now = await aws.call("sfn", "DescribeExecution", { executionArn });
      return ended.includes(now.status ?? "") ? now : undefined;
    },
    "the retraining did not end",
  );
  const { status, error, cause, output = "null" } = execution;
  failUnless(status === "SUCCEEDED", `the retraining ${status}: ${error} ${cause}`);
  return output;
}

/** The metrics of both versions and the gate's decision, in words. */
function describeDecision({ model, evaluation }: z.output<typeof decision>): string[] {
  const { gate, candidate, incumbent, decision: decided } = evaluation;
  const metric = gate.promotionMetric.replace("normalized_discounted_cumulative_gain", "NDCG").replaceAll("_", " ");
  const old = incumbent?.value;
  const promoted = decided === "promote";
  const drop = old === undefined ? 0 : old - candidate.value;
  const compared = old === undefined ? "no serving version to compare with" : compare(drop, gate.allowedMetricDrop);
  const rule =
    candidate.value > gate.promotionThreshold
      ? compared
      : `${candidate.value.toFixed(4)} is not above the threshold ${gate.promotionThreshold}`;
  return [
    `${bold(model)}, ${metric}: serving version ${old?.toFixed(4) ?? "unknown"}, new version ${candidate.value.toFixed(4)}`,
    `  ${promoted ? good("Promoted") : bad("Not promoted")}: ${rule}.`,
  ];
}

function compare(drop: number, allowed: number): string {
  if (drop <= 0) return `it is better by ${(-drop).toFixed(4)}`;
  return `it is worse by ${drop.toFixed(4)}, ${drop > allowed ? "more than the" : "within the"} allowed ${allowed}`;
}

/** The version that each campaign serves. */
async function readVersions({ aws, outputs }: Journey): Promise<Record<string, string | undefined>> {
  const found: Record<string, string | undefined> = {};
  for (const [model, campaignArn] of Object.entries(outputs.campaignArns)) {
    found[model] = (await aws.call("personalize", "DescribeCampaign", { campaignArn })).campaign?.solutionVersionArn;
  }
  return found;
}
