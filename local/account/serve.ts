import { preparePage } from "../console/server/page-files";
import { startAccount } from "./account";
import { reportActivity } from "./activity";
import { clientEnvironment, environmentLines, environmentTitle } from "./client-environment";
import { waitForStop } from "./stop-signal";

export interface ServeOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Virtual seconds per real second. */
  readonly speed: number;
  /** Prints one line of JSON instead of text. */
  readonly json?: boolean;
  /** Prints no line for each request. */
  readonly quiet?: boolean;
}

/** `npm run account`: starts an empty local account for the Pulumi CLI and every SDK, and serves until a signal. */
export async function serve({ port, speed, json = false, quiet = false }: ServeOptions): Promise<void> {
  const account = await startAccount({ port, speed }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(`Port ${port} is in use. Choose another: npm run account -- --port ${port + 1}`);
  });
  const { origin } = account;
  const print = (line: string) => console.log(line);
  if (json) console.log(JSON.stringify({ origin, speed, environment: clientEnvironment(origin) }));
  else {
    print(`A local AWS account listens on ${origin}; its clock runs at ${speed} × real time.`);
    print(`Its console: ${origin}/`);
    print(environmentTitle);
    for (const line of environmentLines(origin)) print(`  ${line}`);
    reportActivity(account, quiet);
    preparePage();
  }
  await waitForStop(
    json ? () => undefined : print,
    "Stopping the account. Its state is not kept; the next one starts empty.",
  );
  await account.close();
}
