import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";

const root = join(__dirname, "../..");

/** Where the local backend, the copies of the configuration and the compile cache are. */
export const stateFolder = join(root, "local/.state");

/** The account that `AWS_ENDPOINT_URL` names, or the one on `PORT` (default 4566). */
export const accountAddress = (): string =>
  process.env.AWS_ENDPOINT_URL || `http://127.0.0.1:${process.env.PORT || "4566"}`;

/**
 * What the Pulumi CLI needs to work on a local account: the project's own Node.js, quick commands, and credentials that
 * reach nothing else. The values are added to the caller's environment; an empty one hides what the caller has set.
 */
export function pulumiEnvironment(origin: string, backend: string): Record<string, string> {
  const path = [join(root, "node_modules/.bin"), join(root, "node_modules/@pulumi/pulumi"), process.env.PATH ?? ""];
  return {
    PATH: path.join(delimiter),
    PULUMI_BACKEND_URL: backend,
    PULUMI_CONFIG_PASSPHRASE: "local",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The `aws` provider is ./plugin. What else the program's packages name (awsx, docker) has no use here: every
    // command would look for it on the internet first, seconds where there is none.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // Types are checked by `npm run check`; without this the language host would check them again at each command.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    NODE_COMPILE_CACHE: compileCache(),
    AWS_ENDPOINT_URL: origin,
    AWS_REGION: process.env.AWS_REGION || "eu-west-1",
    AWS_ACCESS_KEY_ID: "000000000000",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "",
    AWS_PROFILE: "",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** The environment of `recommender pulumi`. */
export function localEnvironment(): Record<string, string> {
  const backend = join(stateFolder, "backend");
  mkdirSync(backend, { recursive: true });
  return pulumiEnvironment(accountAddress(), `file://${backend}`);
}

/**
 * Quicker commands: compiled modules are kept. Providers are killed before they could keep theirs, and the language host
 * keeps its own under other flags, which make them useless to others: so the SDK is compiled here, once.
 */
function compileCache(): string {
  const folder = join(stateFolder, "compile-cache");
  if (!existsSync(folder)) {
    const env = { ...process.env, NODE_OPTIONS: "", NODE_COMPILE_CACHE: folder };
    execFileSync(process.execPath, ["-e", 'require("@pulumi/pulumi")'], { cwd: root, env });
  }
  return folder;
}
