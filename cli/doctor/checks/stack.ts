import { existsSync } from "node:fs";
import { programName } from "../../../names/layout";
import { pulumiCommand } from "../../../names/pulumi-command";
import { quoteForShell } from "../../../names/shell";
import { openStackFiles } from "../../../stacks/config/stack-file";
import { projectFolder } from "../../terminal/project-folder";
import { type Check, checkAccount, reportFailed, reportPassed, reportSkipped, reportWarning } from "../check";
import { correctIdentity } from "../explain-error";

export const configuration: Check = {
  name: "configuration",
  async run({ stack, config }) {
    if (config.problem !== undefined)
      return reportFailed(config.problem, "Correct the values; where there is a command, it does.");
    const { own } = openStackFiles(projectFolder(), stack);
    const file = own.name;
    if (!existsSync(file)) {
      return reportWarning(
        `${file} does not exist in ${projectFolder()}: the defaults are checked`,
        `Run \`${pulumiCommand()} stack init ${quoteForShell(stack)}\`.`,
      );
    }
    const encrypted = own.read().encrypted.filter((key) => key.startsWith(`${programName}:`));
    if (encrypted.length === 0) return reportPassed(`${file} is valid`);
    return reportWarning(
      `${encrypted.join(", ")} in ${file} is encrypted and was not checked`,
      "No key of this program is a secret: set the values without --secret.",
    );
  },
};

export const identity: Check = {
  name: "identity",
  async run({ account }) {
    if (account.value === undefined) return reportFailed(account.problem, correctIdentity);
    const { Arn = "" } = await account.value.aws.call("sts", "GetCallerIdentity", {});
    return reportPassed(`${Arn} in ${account.value.region}`);
  },
};

export const personalize = checkAccount("Amazon Personalize", async ({ personalize: aws, region }) => {
  await aws.call("personalize", "ListDatasetGroups", { maxResults: 1 });
  return reportPassed(`answers in ${region}`);
});

/** Runs the program as a preview does, with its files and its own checks, but without a call. */
export const program: Check = {
  name: "program",
  async run({ plan, config, account }) {
    if (plan.value !== undefined) {
      // Components create nothing by themselves.
      const resources = plan.value.resources.filter(({ type }) => !type.startsWith("recommender:"));
      const counted = plan.value.resources.length + 1;
      const created = `creates ${resources.length} resources (Pulumi counts ${counted}: its components and the stack, too)`;
      const { warnings } = plan.value;
      if (warnings.length === 0) return reportPassed(created);
      return reportWarning([created, ...warnings].join("\n"), "Correct what the program warns of, or accept it.");
    }
    if (config.value === undefined || account.value === undefined) return reportSkipped(plan.problem);
    return reportFailed(plan.problem, "Correct the problem: `pulumi preview` would fail in the same way.");
  },
};
