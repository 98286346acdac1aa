import { preparePage } from "../console/server/page-files";
import { startAccount } from "./account";
import { clientEnvironment, environmentLines, environmentTitle } from "./client-environment";
import { reportTrainings } from "./training-progress";

export interface ServeOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Virtual seconds per real second. */
  readonly speed: number;
  /** Prints one line of JSON instead of text. */
  readonly json?: boolean;
}

/** `npm run account`: starts an empty local account for the Pulumi CLI and every SDK, and serves until a signal. */
export async function serve({ port, speed, json = false }: ServeOptions): Promise<void> {
  const account = await startAccount({ port, speed }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(`Port ${port} is in use. Choose another: npm run account -- --port ${port + 1}`);
  });
  const { origin } = account;
  if (json) console.log(JSON.stringify({ origin, speed, environment: clientEnvironment(origin) }));
  else {
    console.log(`A local AWS account listens on ${origin}; its clock runs at ${speed} × real time.`);
    console.log(`Its console: ${origin}/`);
    console.log(environmentTitle);
    for (const line of environmentLines(origin)) console.log(`  ${line}`);
    reportTrainings(account.host, console.log);
    preparePage();
  }
  await new Promise((stop) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, stop);
  });
  await account.close();
}
