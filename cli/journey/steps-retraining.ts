import { z } from "zod";
import { namePlainly } from "../../names/metric-names";
import { readCampaign } from "../stack/campaign";
import { isRunning } from "../stack/job";
import { findModel } from "../stack/stack";
import { bold } from "../terminal/paint";
import { wrap } from "../terminal/wrap";
import { failUnless, type Journey } from "./journey";
import { stepIndent } from "./run-steps";

/** The execution's output: the decision on each model, or why there are none. */
const decided = z.array(
  z.object({
    model: z.string(),
    candidate: z.string(),
    evaluation: z.object({
      decision: z.string(),
      reason: z.string(),
      gate: z.object({ promotionMetric: z.string() }),
      candidate: z.object({ value: z.number() }),
      incumbent: z.object({ value: z.number() }).nullable(),
    }),
  }),
);
const skipped = z.object({ outcome: z.literal("skipped"), reason: z.string() });

type Decision = z.output<typeof decided>[number];

/**
 * Retrains every model and prints the decisions. Fails when a campaign does not serve the version
 * that was chosen.
 */
export async function showRetraining(journey: Journey): Promise<void> {
  const { stack, print } = journey;
  const decisions = await retrain(journey);
  failUnless(decisions.length === stack.models.length, "the retraining did not evaluate every model");
  for (const each of decisions) for (const line of describeDecision(each)) print(line);
  for (const { model, candidate, evaluation } of decisions) {
    const { solutionVersionArn } = await readCampaign(stack, findModel(stack, model));
    failUnless(
      (solutionVersionArn === candidate) === (evaluation.decision === "promote"),
      `${model}: the campaign does not serve the version that was chosen`,
    );
  }
}

/** Waits until no execution runs, and says so: the state machine skips a second one. */
export async function waitForOthers({ stack, waitFor, print }: Journey): Promise<void> {
  const input = { stateMachineArn: stack.retrainingArn, statusFilter: "RUNNING" as const };
  let isSaid = false;
  await waitFor(
    "retraining",
    async () => {
      const { executions = [] } = await stack.call("sfn", "ListExecutions", input);
      if (executions.length === 0) return true;
      if (!isSaid) print("Another retraining is running, such as the scheduled one. Waiting for its end …");
      isSaid = true;
      return undefined;
    },
    "another retraining is still running",
  );
}

/** Retrains every model, when no other execution does it. */
async function retrain(journey: Journey): Promise<readonly Decision[]> {
  const { stack, waitFor } = journey;
  await waitForOthers(journey);
  // Names them: models that refresh themselves are left out otherwise.
  const input = JSON.stringify({ force: true, models: stack.models.map(({ name }) => name) });
  const request = { stateMachineArn: stack.retrainingArn, input };
  const { executionArn = "" } = await stack.call("sfn", "StartExecution", request);
  const execution = await waitFor(
    "retraining",
    async () => {
      const now = await stack.call("sfn", "DescribeExecution", { executionArn });
      return isRunning(now) ? undefined : now;
    },
    "the retraining did not end",
  );
  const { status = "", error = "", cause = "", output = "null" } = execution;
  failUnless(status === "SUCCEEDED", `the retraining ended as ${status}: ${[error, cause].filter(Boolean).join(": ")}`);
  // A schedule is due at any time, also between the look and the start.
  const skip = skipped.safeParse(JSON.parse(output)).data;
  failUnless(skip === undefined, `the retraining was skipped: ${skip?.reason}. Run it again`);
  return decided.safeParse(JSON.parse(output)).data ?? [];
}

/** The metrics of both versions, the gate's decision, and its reason in the gate's own words. */
function describeDecision({ model, evaluation }: Decision): string[] {
  const { gate, candidate, incumbent, decision, reason } = evaluation;
  const metric = namePlainly(gate.promotionMetric);
  const serving = incumbent?.value.toFixed(4) ?? "unknown";
  const word = decision === "promote" ? "Promoted" : "Not promoted";
  return [
    `${bold(model)}, ${metric}: serving version ${serving}, new version ${candidate.value.toFixed(4)}`,
    ...wrap(`${word}: ${reason}.`, `${stepIndent}  `).map((line) => line.slice(stepIndent.length)),
  ];
}
