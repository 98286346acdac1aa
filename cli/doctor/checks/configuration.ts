import { existsSync } from "node:fs";
import { join } from "node:path";
import { project } from "../../../contract/layout";
import { readStackFile } from "../../stack/stack-file";
import { userFolder } from "../../values";
import { type Check, reportFailed, reportPassed, reportWarning } from "../check";

export const configuration: Check = {
  name: "configuration",
  async run({ stack, config }) {
    const file = `Pulumi.${stack}.yaml`;
    if (config.problem !== undefined) return reportFailed(config.problem, "Run the commands in the table.");
    const folder = userFolder();
    if (!existsSync(join(folder, file))) {
      return reportWarning(
        `${file} does not exist in ${folder}: the defaults are checked`,
        `Run \`pulumi stack init ${stack}\`.`,
      );
    }
    const encrypted = readStackFile(stack).encrypted.filter((key) => key.startsWith(`${project}:`));
    if (encrypted.length === 0) return reportPassed(`${file} is valid`);
    return reportWarning(
      `${encrypted.join(", ")} in ${file} is encrypted and was not checked`,
      "No key of this program is a secret: set the values without --secret.",
    );
  },
};
