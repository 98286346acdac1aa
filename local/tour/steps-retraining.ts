import { z } from "zod";
import { failUnless, type Journey, type Step, waitFor } from "./journey";

/** The decision on one model in the execution's output. */
const decision = z.object({
  model: z.string(),
  reason: z.string(),
  evaluation: z.object({
    decision: z.string(),
    gate: z.object({ promotionMetric: z.string(), promotionThreshold: z.number(), allowedMetricDrop: z.number() }),
    candidate: z.object({ value: z.number() }),
    incumbent: z.object({ value: z.number() }).nullable(),
  }),
});

const ended = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];

export const retraining: Step = {
  title: "The models are retrained, evaluated and promoted",
  async run(journey) {
    const { aws, outputs, print } = journey;
    const stateMachineArn = outputs.retrainingStateMachineArn;
    await waitFor(async () => {
      const { executions } = await aws.call("sfn", "ListExecutions", { stateMachineArn, statusFilter: "RUNNING" });
      return executions?.length === 0 ? true : undefined;
    }, "a scheduled retraining is still running");
    const before = await readVersions(journey);
    const { executionArn = "" } = await aws.call("sfn", "StartExecution", {
      stateMachineArn,
      input: '{"force": true}',
    });
    let shown = "";
    const execution = await waitFor(
      async () => {
        const now = await aws.call("sfn", "DescribeExecution", { executionArn });
        const { events } = await aws.call("sfn", "GetExecutionHistory", {
          executionArn,
          reverseOrder: true,
          maxResults: 20,
        });
        const state = events?.find((event) => event.stateEnteredEventDetails)?.stateEnteredEventDetails?.name;
        if (state && state !== shown) {
          shown = state;
          print(`  … ${state}`);
        }
        return ended.includes(now.status ?? "") ? now : undefined;
      },
      "the retraining did not end",
      90,
    );
    failUnless(
      execution.status === "SUCCEEDED",
      `the retraining ${execution.status}: ${execution.error} ${execution.cause}`,
    );
    const after = await readVersions(journey);
    const decisions = z.array(decision).parse(JSON.parse(execution.output ?? "null"));
    failUnless(decisions.length === Object.keys(after).length, "the retraining did not evaluate every model");
    for (const { model, reason, evaluation } of decisions) {
      const { gate, candidate, incumbent } = evaluation;
      print(`${model}: the gate compares ${gate.promotionMetric}:`);
      print(`  new version ${candidate.value.toFixed(4)}, serving version ${incumbent?.value.toFixed(4) ?? "none"},`);
      print(
        `  threshold ${gate.promotionThreshold}, allowed drop ${gate.allowedMetricDrop}; ` +
          `decision: ${evaluation.decision} (${reason}).`,
      );
    }
    for (const [model, version] of Object.entries(after)) {
      const changed = version === before[model] ? "kept" : "promoted";
      print(`${model}: ${changed}; served ${shorten(before[model])}, serves ${shorten(version)}.`);
    }
  },
};

const shorten = (arn: string | undefined) => arn?.split("/").slice(-2).join("/") ?? "nothing";

/** The version that each campaign serves. */
async function readVersions({ aws, outputs }: Journey): Promise<Record<string, string | undefined>> {
  const found: Record<string, string | undefined> = {};
  for (const [model, campaignArn] of Object.entries(outputs.campaignArns)) {
    found[model] = (await aws.call("personalize", "DescribeCampaign", { campaignArn })).campaign?.solutionVersionArn;
  }
  return found;
}
