import { spawn } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { type ConfigCopies, copyConfigs } from "./config-copies";
import { localEnvironment, stateFolder } from "./environment";

const root = join(__dirname, "../..");

/** The commands that need a running account. */
const onAccount = ["up", "update", "preview", "pre", "refresh", "destroy", "down", "import", "watch", "about"];

/**
 * Runs the Pulumi CLI on the local account and returns its exit code. Throws when no account listens, and when the CLI is
 * not installed.
 */
export async function runPulumi(args: readonly string[]): Promise<number> {
  const env = localEnvironment();
  const { AWS_ENDPOINT_URL: origin = "" } = env;
  if (args.some((word) => onAccount.includes(word)) && !args.includes("--help") && !(await listens(origin))) {
    throw new Error(`No local account listens on ${origin}. Start one in another terminal: npm run account`);
  }
  const copies = refreshCopies();
  const elsewhere = args.some((word) => word === "-C" || word.startsWith("--cwd"));
  try {
    return await run([...(elsewhere ? [] : ["-C", join(root, "local")]), ...args], env);
  } finally {
    copies.writeBack();
  }
}

/** Refreshes the copies of the stacks' configuration that the CLI uses. */
export function refreshCopies(): ConfigCopies {
  return copyConfigs(root, join(stateFolder, "config"));
}

/** Whether something accepts connections at an address. */
function listens(origin: string): Promise<boolean> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 80) })
      .once("connect", () => resolve(true))
      .once("error", () => resolve(false))
      .once("close", () => socket.destroy());
    socket.once("connect", () => socket.end());
  });
}

function run(args: readonly string[], env: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", args, { env: { ...process.env, ...env }, stdio: "inherit" });
    child.once("error", (error: NodeJS.ErrnoException) => {
      const missing = "The Pulumi CLI is not installed, or not on PATH: https://www.pulumi.com/docs/install/";
      reject(error.code === "ENOENT" ? new Error(missing) : error);
    });
    child.once("exit", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
    // The terminal sends Ctrl-C to both; the CLI decides when to end.
    process.on("SIGINT", () => {});
  });
}
