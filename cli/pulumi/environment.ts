import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { accountAddress, clientEnvironment, type Environment, localPulumi } from "../terminal/local-account";
import { localConfig } from "../terminal/project-folder";
import { createOwnStackFiles } from "./own-stack-files";

const root = join(__dirname, "../..");

/** The folder of the local backend and the stacks' files. */
export const stateFolder = join(root, "local/.state");

/**
 * The environment in which the Pulumi CLI uses a local account: the project's Node.js, settings for
 * quick commands, and credentials that are valid nowhere else. It is added to the caller's
 * environment.
 */
export function pulumiEnvironment(origin: string, backend: string): Environment {
  // Each once, also in a shell that has them already. The plugin is for projects that do not name
  // it, such as the examples.
  const own = [join(root, "node_modules/.bin"), join(root, "local/pulumi/plugin")];
  const path = new Set([...own, ...(process.env.PATH ?? "").split(delimiter).filter((folder) => !isOfNpm(folder))]);
  return {
    PATH: [...path].join(delimiter),
    PULUMI_BACKEND_URL: backend,
    PULUMI_CONFIG_PASSPHRASE: "local",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Remedies that the program prints work when they are pasted.
    PULUMI_COMMAND: localPulumi(origin),
    // The `aws` provider is in local/pulumi/plugin. Other plugins that the program's packages name
    // (awsx, docker) are not used, but every command would search for them on the internet first,
    // which takes seconds without a connection.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // Types are checked by `npm run check`; without this the language host would check them again
    // at each command.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    ...clientEnvironment(origin),
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/**
 * Recognises what npm adds to PATH for its scripts, such as `npx recommender`: a shell that takes
 * the printed variables must not keep it.
 */
const isOfNpm = (folder: string) =>
  process.env.npm_execpath !== undefined && /[\\/]node_modules[\\/]\.bin$|[\\/]node-gyp-bin$/.test(folder);

/**
 * The address of a local backend in a folder. The CLI would otherwise write a file with attributes
 * beside each file, which it does not use; when it is killed before that one is written, all later
 * commands fail with "EOF" (gocloud.dev/blob/fileblob).
 */
export const backendIn = (folder: string): string => `file://${folder}?metadata=skip`;

export function localEnvironment(origin = accountAddress()): Environment {
  createOwnStackFiles(root, localConfig);
  const backend = join(stateFolder, "backend");
  mkdirSync(backend, { recursive: true });
  return pulumiEnvironment(origin, backendIn(backend));
}
