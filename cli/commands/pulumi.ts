import { Command, Option } from "commander";
import type { AwsPlugin } from "../pulumi/aws-plugin";
import { accountAddress, portOption } from "../terminal/local-account";

export const pulumiCommand = () =>
  new Command("pulumi")
    .description(
      "Run the Pulumi CLI on the local account: in the folder of another project that one, elsewhere this program. Start `recommender account` first.",
    )
    .argument("[args...]", "the arguments for `pulumi`")
    .helpOption(false)
    .addOption(portOption())
    .addOption(new Option("--provider <which>", "use this aws plugin").choices(["real", "local"]))
    .allowUnknownOption()
    .passThroughOptions()
    .addHelpText(
      "after",
      `
An account that was started again is empty. Where the account is another one than the state's, up and destroy compare both first
(--refresh); a preview says it, and compares with --refresh only.
--port and --provider come before Pulumi's arguments. Without --port the account is the one in AWS_ENDPOINT_URL, or else on port
4566. Without --provider the aws plugin is the real one if it is installed in the version of @pulumi/aws, or else this repository's.

Examples:
  npx recommender pulumi stack init dev
  npx recommender pulumi up
  npx recommender pulumi --port 5000 up
  npx recommender pulumi config set recommender:minProvisionedTPS 2
  npx recommender pulumi preview --policy-pack policy
  npx recommender pulumi up --help            the CLI's own help`,
    )
    .action(async (args: readonly string[], options: { port?: number; provider?: AwsPlugin }, command: Command) => {
      // Our own help, which needs no Pulumi CLI.
      if (args.length === 0 || /^(-h|--help)$/.test(args.join(" "))) return command.outputHelp();
      const { runPulumi } = require("../pulumi/run-pulumi") as typeof import("../pulumi/run-pulumi");
      process.exitCode = await runPulumi(args, accountAddress(options.port), options.provider);
    });
