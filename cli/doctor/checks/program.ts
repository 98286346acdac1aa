import { type Check, reportFailed, reportPassed, reportSkipped } from "../check";

/** Runs the program as a preview does, with its files and its own checks, but without a call. */
export const program: Check = {
  name: "program",
  async run({ plan, config, account }) {
    if (plan.value !== undefined) {
      const resources = plan.value.resources.filter(({ type }) => !type.startsWith("recommender:"));
      return reportPassed(`creates ${resources.length} resources`);
    }
    if (config.value === undefined || account.value === undefined) return reportSkipped(plan.problem);
    return reportFailed(plan.problem, "Correct the problem: `pulumi preview` would fail in the same way.");
  },
};
