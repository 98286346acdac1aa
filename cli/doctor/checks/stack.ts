import { programName } from "../../../names/layout";
import { openStackFiles } from "../../../stacks/config/stack-file";
import { projectFolder } from "../../terminal/project-folder";
import { type Check, reportFailed, reportPassed, reportWarning } from "../check";
import { correctIdentity } from "../explain-error";

/**
 * Runs the program as a preview does, with its configuration, its files and its own checks, but
 * without a call.
 */
export const checkProgram: Check = async ({ stack, plan }) => {
  if (plan.value === undefined)
    return reportFailed(plan.problem, "Correct the problem: `pulumi preview` would fail in the same way.");
  // The state says what is there, and only the Pulumi CLI reads it.
  const created = `a stack of ${plan.value.resources.length + 1} resources, as Pulumi counts them`;
  const warnings = [...describeFile(stack), ...plan.value.warnings];
  if (warnings.length === 0) return reportPassed(created);
  return reportWarning([created, ...warnings].join("\n"), "Correct what is warned of, or accept it.");
};

/** Says what the program did not get from the stack's file. */
function describeFile(stack: string): string[] {
  const files = openStackFiles(projectFolder(), stack);
  const { own } = files;
  const encrypted = files.read().encrypted.filter((key) => key.startsWith(`${programName}:`));
  return encrypted.map(
    (key) => `${key} in ${own.name} is encrypted and was not checked: no key of this program is a secret.`,
  );
}

export const checkIdentity: Check = async ({ account }) => {
  if (account.value === undefined) return reportFailed(account.problem, correctIdentity);
  return reportPassed(`${account.value.caller} in ${account.value.region}`);
};
