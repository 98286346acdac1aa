import { type Command, Option } from "commander";
import { z } from "zod";
import { useLocalProject } from "./project-folder";
import { parseWholeNumber } from "./values";

export const usualPort = 4566;

/**
 * The account on a port, or else the one that `AWS_ENDPOINT_URL` names, or the one on `PORT`
 * (default 4566).
 */
export const accountAddress = (port?: number): string =>
  (port === undefined && process.env.AWS_ENDPOINT_URL) || `http://127.0.0.1:${port ?? (process.env.PORT || usualPort)}`;

/** The command that runs the Pulumi CLI on the account at an address, in this shell. */
export const localPulumi = (origin: string): string =>
  `npx recommender pulumi${origin === accountAddress() ? "" : ` --port ${new URL(origin).port}`}`;

export const portOption = () =>
  new Option("--port <number>", "use the local account on this port").argParser(parseWholeNumber(1, 65_535));

/** Variables for a process; one without a value is removed from those of the shell. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variables with which every SDK uses the account: its access key names the account's id. Those
 * without a value would lead a client elsewhere: a profile hides the keys, a session belongs to
 * other keys, and the address of one service takes precedence over AWS_ENDPOINT_URL
 * ("Service-specific endpoints" in the reference guide of SDKs and tools). An empty value would not
 * do: version 1 of the AWS CLI and boto3 take it for the name of a profile.
 */
export function clientEnvironment(origin: string, region = process.env.AWS_REGION || "eu-west-1"): Environment {
  const ofServices = Object.keys(process.env).filter((name) => name.startsWith("AWS_ENDPOINT_URL_"));
  return {
    ...Object.fromEntries([...ofCredentials, ...ofServices].map((name) => [name, undefined])),
    // A profile in the shared files can switch on the first, and then no address counts, or the
    // others, which no SDK takes together with an address.
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false",
    AWS_USE_FIPS_ENDPOINT: "false",
    AWS_USE_DUALSTACK_ENDPOINT: "false",
    AWS_ENDPOINT_URL: origin,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: usualAccount,
    AWS_SECRET_ACCESS_KEY: "local",
  };
}

/** The account's id with which clients are its owner by default. */
const usualAccount = "000000000000";

/**
 * The account's id that calls are about, and the shell's credentials, if they are of the account at
 * an address: the id of an account as the key, or a session of a role, which the command then has
 * the permissions of. Throws when the session has expired.
 */
export async function readCaller(origin: string): Promise<{ account: string; credentials: Environment }> {
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_SESSION_TOKEN } = process.env;
  if (/^\d{12}$/.test(AWS_ACCESS_KEY_ID)) return { account: AWS_ACCESS_KEY_ID, credentials: { AWS_ACCESS_KEY_ID } };
  const owner = { account: usualAccount, credentials: {} };
  // The account takes any other key for its owner's.
  if (!AWS_SESSION_TOKEN || !AWS_ACCESS_KEY_ID.startsWith("ASIA")) return owner;
  const { STS } = await import("@aws-sdk/client-sts");
  const place = { endpoint: origin, region: "us-east-1", useFipsEndpoint: false, useDualstackEndpoint: false };
  const keys = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const sts = new STS({ ...place, credentials: { ...keys, sessionToken: AWS_SESSION_TOKEN } });
  try {
    const { Arn, Account: account = "" } = await sts.getCallerIdentity({});
    // Standard output may be JSON.
    console.error(`${Arn}, the session in AWS_SESSION_TOKEN, runs this.`);
    return { account, credentials: { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } };
  } catch (error) {
    if ((error as Error).name !== "InvalidClientTokenId") throw error;
    console.error("The account's owner runs this: AWS_SESSION_TOKEN is not of this account.");
    return owner;
  }
}

/** Variables with the user's credentials for AWS. botocore reads all of them. */
const ofCredentials = [
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
];

/** The answer of a local account about itself (local/console/README.md). */
const health = z.object({
  /** Another one for each account that began empty. */
  id: z.string(),
  clock: z.object({ now: z.iso.datetime() }),
  labels: z.object({
    /** The stack that `npm start` deployed: the Pulumi CLI does not know its resources. */
    tourStack: z.string().optional(),
  }),
});
export type FoundAccount = z.output<typeof health>;

export async function requireAccount(origin: string): Promise<FoundAccount> {
  const address = new URL("/_local/health", origin);
  const response = await fetch(address, { signal: AbortSignal.timeout(20_000) }).catch(() => undefined);
  if (!response) {
    const { port } = new URL(origin);
    const options = port === String(usualPort) ? "" : ` -- --port ${port}`;
    throw new Error(
      `No local account listens on ${origin}. Start one in another terminal: npm start${options} (with the stack dev), ` +
        `or npm run account${options} (empty).`,
    );
  }
  const found = health.safeParse(await response.json().catch(() => undefined));
  if (found.success) return found.data;
  throw new Error(`The program on ${origin} is not a local account. Name another port.`);
}

export interface LocalOptions {
  readonly local?: boolean;
  readonly port?: number;
}

/** Adds the options of a command that works on a stack, on AWS or on a running local account. */
export function addStackOptions(command: Command): void {
  command
    .requiredOption("--stack <name>", "the stack, e.g. prod; its settings are read from Pulumi.<stack>.yaml")
    .option("--local", "use the running local account: the one in AWS_ENDPOINT_URL, or else the one on port 4566")
    .addOption(portOption().implies({ local: true }))
    .hook("preAction", async () => {
      const { stack, local, port } = command.opts<LocalOptions & { stack: string }>();
      // Also in a shell with the variables of `recommender environment`.
      if (local || (process.env.AWS_ENDPOINT_URL && process.env.PULUMI_COMMAND)) await useLocalAccount(stack, port);
    });
}

/**
 * Lets this command use the local account, and the configuration with which the stack was deployed
 * there. Throws when none listens.
 */
async function useLocalAccount(stack: string, port: number | undefined): Promise<void> {
  const origin = accountAddress(port);
  process.env.PULUMI_COMMAND = localPulumi(origin);
  const { labels } = await requireAccount(origin);
  const { credentials } = await readCaller(origin);
  useClientEnvironment(origin);
  Object.assign(process.env, credentials);
  // `npm start` reads the file of the root.
  if (labels.tourStack !== stack) useLocalProject(stack);
}

/** Lets every AWS client of this process use the account at an address, whatever the shell says. */
export function useClientEnvironment(origin: string, region?: string): void {
  for (const [name, value] of Object.entries(clientEnvironment(origin, region))) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** The options that name the account at an address, whatever the shell has that runs them. */
export const toLocalOptions = (origin: string): LocalOptions => ({ port: Number(new URL(origin).port) });

/** A command of ours to paste, for the same account; `text` has quoted words. */
export function suggestCommand(text: string, { local = false, port }: LocalOptions): string {
  const account = port === undefined ? (local ? " --local" : "") : ` --port ${port}`;
  return `npx recommender ${text}${account}`;
}
