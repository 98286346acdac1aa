import { createRetrainingDefinition } from "../../../components/retraining/state-machine";
import { bucketName, physicalName } from "../../../components/support/names";
import type { StackConfig } from "../../../stacks/config";
import { listParameters } from "../../../stacks/parameters";
import { type Place, toArn } from "../arn";
import { checkStack, reportFailed, reportPassed } from "../check";

export const stateMachine = checkStack("state machine", async (account, config, stack) => {
  const definition = JSON.stringify(createDefinition(account, config, stack));
  const input = { definition, type: "STANDARD" as const };
  const { result, diagnostics = [] } = await account.aws.call("sfn", "ValidateStateMachineDefinition", input);
  if (result === "OK") return reportPassed("Step Functions accepts the definition of the retraining");
  const [first] = diagnostics;
  return reportFailed(
    `Step Functions refuses the definition: ${first?.message} at ${first?.location}`,
    "Correct components/retraining, or report it as an error of this program.",
  );
});

/** The definition as the program creates it, with ARNs that look like those of the stack. */
export function createDefinition(place: Place, config: StackConfig, stack: string) {
  const nameOf = (part: string) => physicalName("recommender", stack, part);
  const arn = (service: string, resource: string) => toArn(place, service, resource);
  const model = (name: "recommendation" | "reranking", minProvisionedTPS: number) => ({
    name,
    solutionArn: arn("personalize", `solution/${nameOf(name)}`),
    campaignArn: arn("personalize", `campaign/${nameOf(name)}`),
    versionParameter: listParameters(stack).solutionVersion(name),
    minProvisionedTPS,
    campaignConfig: {},
    gate: config.gates[name],
    refreshesFallback: name === "recommendation",
  });
  const reranking = config.rerankingEnabled ? [model("reranking", config.rerankMinProvisionedTPS)] : [];
  return createRetrainingDefinition({
    stack,
    models: [model("recommendation", config.minProvisionedTPS), ...reranking],
    baselineSolutionArn: config.popularityBaseline ? arn("personalize", `solution/${nameOf("baseline")}`) : undefined,
    checkTrainingDataArn: arn("lambda", `function:${nameOf("check-training-data")}`),
    evaluateModelArn: arn("lambda", `function:${nameOf("evaluate-model")}`),
    refreshPopularItemsArn: arn("lambda", `function:${nameOf("refresh-popular-items")}`),
    topicArn: arn("sns", nameOf("notifications")),
    bucket: bucketName("recommender", stack, "data", place.account),
    decisionsPrefix: "decisions/",
    trainingTimeoutHours: config.trainingTimeoutHours,
    notifySkips: config.notifySkips,
  });
}
