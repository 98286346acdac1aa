import { checkPlan, reportFailed, reportPassed } from "../check";
import { listPlanned } from "../deployment/planned-resource";

/** The definition as the program creates it, with the ARNs that the stack will have. */
export const stateMachine = checkPlan("state machine", async (account, plan) => {
  const [machine] = listPlanned(plan, "aws:sfn/stateMachine:StateMachine");
  const input = { definition: String(machine?.inputs.definition), type: "STANDARD" as const };
  const { result, diagnostics = [] } = await account.aws.call("sfn", "ValidateStateMachineDefinition", input);
  if (result === "OK") return reportPassed("Step Functions accepts the definition of the retraining");
  const [first] = diagnostics;
  return reportFailed(
    `Step Functions refuses the definition: ${first?.message} at ${first?.location}`,
    "Correct components/retraining, or report it as an error of this program.",
  );
});
