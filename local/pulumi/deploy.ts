import { fork } from "node:child_process";
import { join } from "node:path";
import type { DeployMessage, DeployRequest } from "./deploy-program";

export interface DeployOptions {
  /** The account's address. */
  readonly origin: string;
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  readonly config: DeployRequest["config"];
  /** Told of every resource as it starts and as it stands. */
  readonly onProgress?: (message: DeployMessage) => void;
  /** For tests: another program than the one in this repository. */
  readonly program?: string;
}

export interface Deployment {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly resources: readonly { readonly type: string; readonly name: string; readonly id: string }[];
  /** Real time from the start of the program to its last resource. */
  readonly milliseconds: number;
}

const root = join(__dirname, "../..");

/**
 * Deploys the program to an account without the Pulumi CLI, in a process of its own that knows the account only by
 * `AWS_ENDPOINT_URL`, exactly as the CLI would run it. There is no state: it makes everything anew, or fails with the
 * resource, the service's reason and what to do.
 */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const started = performance.now();
  const resources: { type: string; name: string; id: string }[] = [];
  const child = fork(join(__dirname, "deploy-program.ts"), {
    cwd: root,
    // The engine's own loader: serialised closures must come out as `pulumi up` would store them. The SDK makes a stack
    // trace for every promise, which costs seconds; errors are told by their messages here.
    execArgv: ["--stack-trace-limit=1", "--require", join(__dirname, "engine-loader.cjs")],
    env: environmentOf(options),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (printed += text));

  return new Promise((resolve, reject) => {
    const ended = new AbortController();
    child.on("message", (message: DeployMessage) => {
      options.onProgress?.(message);
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
      if (!ended.signal.aborted)
        reject(new Error(`The program ended with code ${code} before its resources stood.\n${printed}`));
    });
    const request: DeployRequest = {
      program: options.program ?? join(root, "index.ts"),
      project: "recommender",
      stack: options.stack,
      region: options.region,
      config: options.config,
    };
    child.send(request);
  });
}

/** The host's AWS settings must not leak in: the program has to reach the local account and nothing else. */
function environmentOf({ origin, account, region }: DeployOptions): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|NODE_OPTIONS$|PULUMI_|VITEST)/.test(name));
  return {
    ...Object.fromEntries(kept),
    AWS_ENDPOINT_URL: origin,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: "local",
  };
}
