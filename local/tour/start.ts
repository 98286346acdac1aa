/**
 * `npm start`: a local AWS account on one port, the program deployed to it, and a tour of what it does. Keeps serving
 * until Ctrl-C; with `--exit` it ends after the tour, 0 only if every step held.
 */
import "../account/node-version";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Account, startAccount } from "../account/account";
import { machineTime } from "../account/endpoint/clock";
import { tellTrainings } from "../account/training-progress";
import { type Deployment, deploy } from "../pulumi/deploy";
import { createAws } from "../pulumi/provider/aws";
import { stackConfig } from "../pulumi/stack-config";
import { showProgress } from "./deployment-progress";
import type { Outputs } from "./journey";
import { walk } from "./tour";

const stack = "dev";
const accountId = "000000000000";
/** Virtual time while the deployment and the tour wait for AWS: a training of five minutes takes half a second. */
const hurriedSpeed = 600;
/**
 * So much earlier than now the account's clock begins, so that it does not pass real time before it serves: 72 real
 * seconds of hurry.
 */
const headStart = 12 * 3_600_000;

interface Options {
  readonly port: number;
  readonly exit: boolean;
  readonly overrides: Readonly<Record<string, string>>;
}

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "4566" },
      exit: { type: "boolean", default: false },
      interactions: { type: "string" },
      items: { type: "string" },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port: "${values.port}" is no port. Give a number from 0 to 65535.`);
  // The shell's own folder, even when npm changed to the project's.
  const from = process.env.INIT_CWD ?? process.cwd();
  const files = { interactionsFile: values.interactions, itemsFile: values.items };
  const given = Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    port,
    exit: values.exit,
    overrides: Object.fromEntries(given.map(([key, path]) => [key, resolve(from, path)])),
  };
}

async function run({ port, exit, overrides }: Options): Promise<number> {
  const say = (line: string) => console.log(line);
  const config = stackConfig(stack, overrides);
  const region = config["aws:region"] ?? "us-east-1";
  const account = await startAccount({ port, speed: hurriedSpeed, start: machineTime() - headStart });
  say(`A local AWS account listens on ${account.origin}. Deploying the stack "${stack}" to it …`);
  tellTrainings(account.host, say);
  const deployment = await deployHere(account, region, config);

  pointSdkAt(account, region);
  const journey = {
    account,
    aws: createAws(region),
    deployment,
    outputs: deployment.outputs as Outputs,
    session: `session-${Date.now().toString(36)}`,
    say,
  };
  const failed = await walk(journey);
  if (failed.length > 0) say(`\nThese steps did not hold:\n  ${failed.join("\n  ")}`);
  if (exit) {
    await account.close();
    return failed.length > 0 ? 1 : 0;
  }
  account.clock.setSpeed(1);
  const ahead = await account.clock.catchUp();
  if (ahead > 60_000)
    say(`\nThe account's clock is ${Math.round(ahead / 60_000)} minutes ahead of yours and stays so.`);
  say(
    `\nServing on ${account.origin}, now in real time. Try it with the AWS CLI (any credentials), and stop it with Ctrl-C:`,
  );
  say(`  AWS_ENDPOINT_URL=${account.origin} aws lambda list-functions --region ${region}`);
  await new Promise((stop) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, stop);
  });
  await account.close();
  return 0;
}

async function deployHere(account: Account, region: string, config: Record<string, string>): Promise<Deployment> {
  const progress = showProgress((text) => process.stdout.write(text), process.stdout.isTTY === true);
  try {
    return await deploy({
      origin: account.origin,
      account: accountId,
      region,
      stack,
      config,
      onProgress: progress.tell,
    });
  } catch (error) {
    await account.close();
    throw error;
  } finally {
    progress.end();
  }
}

/** From here on, this process is a user of the account like any other. */
function pointSdkAt(account: Account, region: string): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: account.origin,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accountId,
    AWS_SECRET_ACCESS_KEY: "local",
  });
}

/** What a person can mend is one line; a stack trace is for what nobody foresaw. */
function explain(error: NodeJS.ErrnoException, port: number | undefined): string {
  if (error.code === "EADDRINUSE") {
    return `Port ${port} is in use. Choose another: npm start -- --port ${(port ?? 4566) + 1}`;
  }
  return error.message;
}

let port: number | undefined;
try {
  const options = readOptions(process.argv.slice(2));
  port = options.port;
  run(options).then(
    (code) => process.exit(code),
    (error) => {
      console.error(explain(error, port));
      process.exit(1);
    },
  );
} catch (error) {
  console.error((error as Error).message);
  process.exit(2);
}
