import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { version } from "@pulumi/aws/package.json";

/** `real`: the plugin of Pulumi's registry. `local`: this repository's, which works without it. */
export type AwsPlugin = "real" | "local";

/**
 * The plugin that is asked for, or else the real one if the CLI has installed it in the version of
 * `@pulumi/aws`: a sentence about it, and the variables with which the plugin in
 * local/pulumi/plugin is or becomes it.
 */
export function chooseAwsPlugin(origin: string, asked?: AwsPlugin) {
  const folder = join(process.env.PULUMI_HOME || join(homedir(), ".pulumi"), "plugins", `resource-aws-v${version}`);
  // The CLI marks an installation that is not complete.
  const isThere = existsSync(folder) && !existsSync(`${folder}.partial`);
  const remedy = `pulumi plugin install resource aws ${version}`;
  if (asked === "real" && !isThere) throw new Error(`The real aws plugin ${version} is not installed: ${remedy}`);
  const ours = `The aws plugin is this repository's; for the real one: ${remedy}`;
  if (asked === "local" || !isThere) return { description: ours, variables: { LOCAL_AWS_PLUGIN: "" } };
  const variables = {
    LOCAL_AWS_PLUGIN: join(folder, "pulumi-resource-aws"),
    // The SDK addresses buckets by path only at a number.
    AWS_ENDPOINT_URL_S3: origin.replace("localhost", "127.0.0.1"),
    // The provider repeats a call 25 times otherwise, also when no account listens.
    AWS_MAX_ATTEMPTS: "3",
  };
  return { description: `The aws plugin is the real one, ${version}.`, variables };
}
