import { listParameters, programName } from "../../../names/layout";
import { openStackFiles } from "../../../stacks/config/stack-file";
import { ignoreNotFound } from "../../stack/aws";
import { describeSleep } from "../../stack/sleep";
import { projectFolder } from "../../terminal/project-folder";
import { type Check, reportFailed, reportPassed, reportSkipped, reportWarning } from "../check";
import { correctIdentity } from "../explain-error";

/**
 * Runs the program as a preview does, with its configuration, its files and its own checks, but
 * without a call.
 */
export const checkProgram: Check = async ({ stack, plan }) => {
  if (plan.value === undefined) {
    return reportFailed(plan.problem, "Correct the problem: `pulumi preview` would fail in the same way.");
  }
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

/** Says whether the campaigns of the deployed stack were deleted for a time. */
export const checkSleep: Check = async ({ stack, account }) => {
  if (account.value === undefined) return reportSkipped("see the check of the identity");
  const { call } = account.value.aws;
  const Name = listParameters(stack).asleep;
  const found = await ignoreNotFound(call("ssm", "GetParameter", { Name }), "ParameterNotFound");
  const { Value, LastModifiedDate } = found?.Parameter ?? {};
  const asleep = describeSleep({ asleepSince: Value === "true" ? LastModifiedDate : undefined });
  return reportPassed(asleep ?? (found ? "awake" : "not deployed yet"));
};
