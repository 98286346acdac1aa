import { z } from "zod";
import { namePlainly } from "../../names/metric-names";
import { bad, bold, good } from "../terminal/paint";
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

const ended = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];
/**
 * Retrains every model and prints the decisions. Fails when a campaign does not serve the version
 * that was chosen.
 */
export async function showRetraining(journey: Journey): Promise<void> {
  const decisions = await retrain(journey);
  const served = await readVersions(journey);
  failUnless(decisions.length === served.size, "the retraining did not evaluate every model");
  for (const each of decisions) for (const line of describeDecision(each)) journey.print(line);
  for (const { model, candidate, evaluation } of decisions) {
    failUnless(
      (served.get(model) === candidate) === (evaluation.decision === "promote"),
      `${model}: the campaign does not serve the version that was chosen`,
    );
  }
}

/** Waits until no execution runs, and says so: the state machine skips a second one. */
export async function waitForOthers({ aws, outputs, waitFor, print }: Journey): Promise<void> {
  const input = { stateMachineArn: outputs.retrainingStateMachineArn, statusFilter: "RUNNING" as const };
  let isSaid = false;
  await waitFor(
    "retraining",
    async () => {
      const { executions = [] } = await aws.call("sfn", "ListExecutions", input);
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
  await waitForOthers(journey);
  const output: unknown = JSON.parse(await execute(journey));
  // A schedule is due at any time, also between the look and the start.
  const skip = skipped.safeParse(output).data;
  failUnless(skip === undefined, `the retraining was skipped: ${skip?.reason}. Run it again`);
  return decided.safeParse(output).data ?? [];
}

async function execute({ aws, outputs, waitFor }: Journey): Promise<string> {
  const stateMachineArn = outputs.retrainingStateMachineArn;
  // Names them: models that refresh themselves are left out otherwise.
  const input = JSON.stringify({ force: true, models: Object.keys(outputs.campaignArns) });
  const { executionArn = "" } = await aws.call("sfn", "StartExecution", { stateMachineArn, input });
  const execution = await waitFor(
    "retraining",
    async () => {
      const now = await aws.call("sfn", "DescribeExecution", { executionArn });
      return ended.includes(now.status ?? "") ? now : undefined;
    },
    "the retraining did not end",
  );
  const { status = "", error = "", cause = "", output = "null" } = execution;
  failUnless(status === "SUCCEEDED", `the retraining ended as ${status}: ${[error, cause].filter(Boolean).join(": ")}`);
  return output;
}

/** The metrics of both versions, the gate's decision, and its reason in the gate's own words. */
function describeDecision({ model, evaluation }: Decision): string[] {
  const { gate, candidate, incumbent, decision, reason } = evaluation;
  const metric = namePlainly(gate.promotionMetric);
  const serving = incumbent?.value.toFixed(4) ?? "unknown";
  const [word, paint] = decision === "promote" ? (["Promoted", good] as const) : (["Not promoted", bad] as const);
  const [first = "", ...others] = wrap(`${word}: ${reason}.`, `${stepIndent}  `).map((line) =>
    line.slice(stepIndent.length),
  );
  return [
    `${bold(model)}, ${metric}: serving version ${serving}, new version ${candidate.value.toFixed(4)}`,
    first.replace(word, paint(word)),
    ...others,
  ];
}

async function readVersions({ aws, outputs }: Journey): Promise<ReadonlyMap<string, string | undefined>> {
  const found = new Map<string, string | undefined>();
  for (const [model, campaignArn] of Object.entries(outputs.campaignArns)) {
    const { campaign } = await aws.call("personalize", "DescribeCampaign", { campaignArn });
    found.set(model, campaign?.solutionVersionArn);
  }
  return found;
}
