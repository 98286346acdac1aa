import { type Account, startAccount } from "./account";
import type { Quotas } from "./account/host/quotas";
import { preparePage } from "./console/server/page-files";
import type { Views } from "./console/server/views";
import { type Paint, reportActivity } from "./terminal/activity";
import {
  clientEnvironment,
  environmentLines,
  environmentTitle,
  personalizeEnvironment,
  personalizeLines,
} from "./terminal/client-environment";
import { ownProcess } from "./terminal/starter";
import { waitForStop } from "./terminal/stop-signal";

export interface ServeOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Virtual seconds per real second. */
  readonly speed: number;
  /** Seeds the account's ids (see `AccountOptions`). @default drawn */
  readonly seed?: number;
  /** No client waits for AWS (see `AccountOptions`). */
  readonly instant?: boolean;
  /** The user's command to paste, with other values for some options. */
  readonly suggest?: (changes: { readonly port: number }) => string;
  /** Only this service, beside another emulator. @default all */
  readonly only?: "personalize";
  /** Prints one line of JSON instead of text. */
  readonly json?: boolean;
  /** Prints only long jobs and the errors of functions. */
  readonly quiet?: boolean;
  /** Also prints requests that read and succeed. */
  readonly reads?: boolean;
  /** Other quotas. @default AWS's */
  readonly quotas?: Partial<Quotas>;
  /** The console's views of a program's stacks. @default none */
  readonly views?: Views;
  /** Colours for the terminal. @default none */
  readonly paint?: Paint;
}

/**
 * `npm run account`: starts a local account for the Pulumi CLI and every SDK, and serves until a
 * signal.
 */
export async function serve({
  json = false,
  quiet = false,
  reads = false,
  paint,
  ...options
}: ServeOptions): Promise<void> {
  await ownProcess();
  const s3Endpoint = options.only && readS3Endpoint();
  const account = await startOnPort(options, s3Endpoint);
  const { origin, clock } = account;
  const print = (line: string) => console.log(line);
  const say = json ? () => undefined : print;
  // Before people read the address: a signal may come at any time after that.
  const stopped = waitForStop(say, "Stopping the account. Its state is not kept; the next one starts empty.");
  const { what, notes, environment, lines } =
    s3Endpoint === undefined ? wholeAccount(origin) : alone(origin, s3Endpoint);
  if (json) console.log(JSON.stringify({ origin, speed: clock.speed, environment }));
  else {
    print(`A local ${what} listens on ${origin}; its clock runs at ${clock.speed} × real time.`);
    for (const note of notes) print(note);
    print(`Its console: ${origin}/`);
    print(environmentTitle);
    for (const line of lines) print(`  ${line}`);
    reportActivity(account, { quiet, reads, ...(paint && { paint }) });
    preparePage(options.views);
  }
  await stopped;
  await account.close();
}

const wholeAccount = (origin: string) => ({
  what: "AWS account",
  notes: [],
  environment: clientEnvironment(origin),
  lines: environmentLines(origin),
});

/** Personalize beside another account. */
const alone = (origin: string, s3Endpoint: string) => ({
  what: "Amazon Personalize",
  notes: [`Its jobs use the S3 at ${s3Endpoint}. Roles and KMS keys are not checked.`],
  environment: personalizeEnvironment(origin),
  lines: personalizeLines(origin),
});

/** As the clients of the other account find it. */
function readS3Endpoint(): string {
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = process.env;
  const endpoint = AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL || "";
  if (/^https?:/.test(endpoint) && URL.canParse(endpoint)) return endpoint;
  throw new Error(
    "--only personalize needs an S3 for its files: set AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL to the other account's " +
      `address, such as http://127.0.0.1:5000. ${endpoint === "" ? "Neither is set." : `"${endpoint}" is none.`}`,
  );
}

const plain = ({ port }: { readonly port: number }) => `npx local-aws-account --port ${port}`;

async function startOnPort(
  { port, speed, quotas, views, only, seed, instant = false, suggest = plain }: ServeOptions,
  s3Endpoint: string | undefined,
): Promise<Account> {
  try {
    return await startAccount({
      port,
      speed,
      instant,
      ...(seed !== undefined && { seed }),
      ...(quotas && { quotas }),
      ...(views && { views }),
      ...(s3Endpoint && { s3Endpoint }),
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new Error(
      `Port ${port} is in use. Choose another: ${suggest({ port: port + 1 })}${only ? ` --only ${only}` : ""}`,
    );
  }
}
