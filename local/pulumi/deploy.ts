import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { endWithThisProcess, removeWithThisProcess } from "../account/processes/cleaner";
import { ownGroup } from "../account/processes/group";
import type { DeployMessage, DeployRequest } from "./deploy-program";
import type { DeployedResource } from "./deploy-resource";

export interface DeployOptions {
  /** The account's address, for `AWS_ENDPOINT_URL`. */
  readonly origin: string;
  /** The path of the program, which runs in its folder. */
  readonly program: string;
  /** The name in its Pulumi.yaml. */
  readonly project: string;
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  readonly config: DeployRequest["config"];
  /** Called when a resource's creation starts and when it is complete. */
  readonly onProgress?: (message: DeployMessage) => void;
  /**
   * The resources of earlier deployments, which this one compares, changes and deletes; it is
   * updated, also when the deployment fails. Without it, all resources are created.
   */
  readonly deployed?: DeployedResources;
  /** For tests: the session of a role. @default the account's owner */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
}

/** The resources by type and name, in the order of their creation. */
export type DeployedResources = Map<string, DeployedResource>;

export interface Deployment {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly resources: readonly { readonly type: string; readonly name: string; readonly id: string }[];
  /** Real milliseconds from the start of the program to its last resource. */
  readonly milliseconds: number;
}

/**
 * Deploys the program to an account without the Pulumi CLI, in a separate process that gets the
 * account's address in `AWS_ENDPOINT_URL`. An error names the resource, the service's reason and
 * what to do.
 */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const started = performance.now();
  const resources: { type: string; name: string; id: string }[] = [];
  const child = startProgram(options);
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (printed += text));

  return new Promise((resolve, reject) => {
    const ended = new AbortController();
    child.on("message", (message: DeployMessage) => {
      options.onProgress?.(message);
      if (options.deployed) noteDeployed(options.deployed, message);
      if (message.kind === "resource") resources.push(message);
      if (message.kind === "done") {
        ended.abort();
        resolve({ outputs: message.outputs, resources, milliseconds: performance.now() - started });
      }
      if (message.kind === "failed") {
        ended.abort();
        const where = message.name ? `${message.type} "${message.name}": ` : "";
        reject(new Error(`${where}${message.message}`));
      }
    });
    child.on("exit", (code) => {
      if (!ended.signal.aborted) {
        reject(new Error(`The program ended with code ${code} before all resources were created.\n${printed}`));
      }
    });
    const request: DeployRequest = {
      program: options.program,
      project: options.project,
      stack: options.stack,
      region: options.region,
      config: options.config,
      withStates: options.deployed !== undefined,
      resources: [...(options.deployed?.values() ?? [])],
    };
    child.send(request);
  });
}

/**
 * Starts the program's process. It, what it starts and its temporary files end with this process at
 * the latest.
 */
function startProgram(options: DeployOptions): ChildProcess {
  const folder = mkdtempSync(join(tmpdir(), "local-deployment-"));
  removeWithThisProcess(folder);
  const child = fork(join(__dirname, "deploy-program.ts"), {
    cwd: dirname(options.program),
    // The engine's loader, so that closures are serialised as with `pulumi up`.
    execArgv: ["engine-loader.cjs", "patch-sdk.cjs"].flatMap((file) => ["--require", join(__dirname, file)]),
    env: { ...environmentOf(options), TMPDIR: folder, TEMP: folder, TMP: folder },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    ...ownGroup,
  });
  const release = child.pid === undefined ? () => {} : endWithThisProcess(child.pid);
  child.once("exit", () => {
    release();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return child;
}

function noteDeployed(deployed: DeployedResources, message: DeployMessage): void {
  if (message.kind === "resource" && message.state !== undefined) {
    const { type, name, id, state, retained } = message;
    deployed.set(`${type}::${name}`, { type, name, id, state, retained });
  }
  if (message.kind === "deleted" && !message.replaced) deployed.delete(`${message.type}::${message.name}`);
}

/** Without the user's AWS settings: the program must use the local account and nothing else. */
function environmentOf({ origin, account, region, credentials }: DeployOptions): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|NODE_OPTIONS$|PULUMI_|VITEST)/.test(name));
  return {
    ...Object.fromEntries(kept),
    AWS_ENDPOINT_URL: origin,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials?.accessKeyId ?? account,
    AWS_SECRET_ACCESS_KEY: credentials?.secretAccessKey ?? "local",
    ...(credentials && { AWS_SESSION_TOKEN: credentials.sessionToken }),
  };
}
