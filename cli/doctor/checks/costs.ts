import { describeCosts } from "../../../stacks/costs";
import { type Check, passed, skipped } from "../check";

export const costs: Check = {
  name: "costs",
  async run({ config, stack }) {
    if (config.value === undefined) return skipped("the configuration is wrong: see the check of the configuration");
    const described = describeCosts(config.value);
    if (described !== undefined) return passed(described);
    const prices = `'{"currency": "USD", "campaignTpsHour": …, "trainingHour": …, "hoursPerTraining": …}'`;
    return skipped(
      "recommender:prices is not set, so the costs are not known",
      `Run \`pulumi config set recommender:prices ${prices} --stack ${stack}\`.`,
    );
  },
};
