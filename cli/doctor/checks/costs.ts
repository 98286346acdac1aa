import { project } from "../../../contract/layout";
import { describeCosts } from "../../../stacks/costs";
import { type Check, reportPassed, reportSkipped } from "../check";

export const costs: Check = {
  name: "costs",
  async run({ config, stack }) {
    if (config.value === undefined)
      return reportSkipped("the configuration is wrong: see the check of the configuration");
    const described = describeCosts(config.value);
    if (described !== undefined) return reportPassed(described);
    const prices = `'{"currency": "USD", "campaignTpsHour": …, "trainingHour": …, "hoursPerTraining": …}'`;
    return reportSkipped(
      `${project}:prices is not set, so the costs are unknown`,
      `Run \`pulumi config set ${project}:prices ${prices} --stack ${stack}\`.`,
    );
  },
};
