import { deploySteps, listGrants, previewSteps } from "./deployment/grants";
import { createPolicies } from "./deployment/policy-documents";
import { readSubject } from "./subject";

/** Prints the policies of a role that deploys a stack, or only previews it. Throws when the program does not run. */
export async function printPolicies(stack: string, purpose: "deploy" | "preview"): Promise<void> {
  const { account, plan } = await readSubject(stack);
  if (account.value === undefined) throw new Error(account.problem);
  if (plan.value === undefined) throw new Error(plan.problem);
  const steps = purpose === "deploy" ? deploySteps : previewSteps;
  const grants = listGrants(account.value, stack, plan.value, steps);
  console.log(JSON.stringify(createPolicies(stack, grants), null, 2));
}
