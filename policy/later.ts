import type { ResourceValidationArgs, StackValidationPolicy } from "@pulumi/policy";

/**
 * Collects what this preview does not know, as `resource: path`. One process of the pack judges one
 * preview or deployment.
 */
const unknownInputs = new Set<string>();

export const deferJudgement = ({ name }: Pick<ResourceValidationArgs, "name">, path: string): void =>
  void unknownInputs.add(`${name}: ${path}`);

/**
 * Says once what the other rules could not judge; a line for each value would hide the changes of
 * the preview.
 */
export const judgedLater: StackValidationPolicy = {
  name: "judged-later",
  description: "Policies that depend on new resources are judged in the deployment.",
  enforcementLevel: "advisory",
  validateStack(_, reportViolation) {
    const { size } = unknownInputs;
    const [first] = unknownInputs;
    unknownInputs.clear();
    if (size === 0) return;
    const what = size === 1 ? first : `${size} policies, such as ${first}`;
    reportViolation(`The deployment judges what this preview does not know yet: ${what}.`);
  },
};
