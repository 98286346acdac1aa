import { type Account, startAccount } from "./account";
import type { Quotas } from "./account/services/personalize/quotas";
import { preparePage } from "./console/server/page-files";
import type { Views } from "./console/server/views";
import { type Paint, reportActivity } from "./terminal/activity";
import { clientEnvironment, environmentLines, environmentTitle } from "./terminal/client-environment";
import { ownProcess } from "./terminal/starter";
import { waitForStop } from "./terminal/stop-signal";

export interface ServeOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Virtual seconds per real second. */
  readonly speed: number;
  /** The user's command to paste, with other values for some options. */
  readonly suggest?: (changes: { readonly port: number }) => string;
  /** Prints one line of JSON instead of text. */
  readonly json?: boolean;
  /** Prints only long jobs and the errors of functions. */
  readonly quiet?: boolean;
  /** Also prints requests that read and succeed. */
  readonly reads?: boolean;
  /** Raised quotas. @default AWS's */
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
  const account = await startOnPort(options);
  const { origin, clock } = account;
  const print = (line: string) => console.log(line);
  const say = json ? () => undefined : print;
  // Before people read the address: a signal may come at any time after that.
  const stopped = waitForStop(say, "Stopping the account. Its state is not kept; the next one starts empty.");
  if (json) console.log(JSON.stringify({ origin, speed: clock.speed, environment: clientEnvironment(origin) }));
  else {
    print(`A local AWS account listens on ${origin}; its clock runs at ${clock.speed} × real time.`);
    print(`Its console: ${origin}/`);
    print(environmentTitle);
    for (const line of environmentLines(origin)) print(`  ${line}`);
    reportActivity(account, { quiet, reads, ...(paint && { paint }) });
    preparePage(options.views);
  }
  await stopped;
  await account.close();
}

const plain = ({ port }: { readonly port: number }) => `npx local-aws-account --port ${port}`;

async function startOnPort({ port, speed, quotas, views, suggest = plain }: ServeOptions): Promise<Account> {
  try {
    return await startAccount({ port, speed, ...(quotas && { quotas }), ...(views && { views }) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new Error(`Port ${port} is in use. Choose another: ${suggest({ port: port + 1 })}`);
  }
}
