import { startAccount } from "./account";
import { tellTrainings } from "./training-progress";

export interface ServeOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Virtual time per real time. */
  readonly speed: number;
  /** Prints one line of JSON in place of text. */
  readonly json?: boolean;
}

/** `npm run account`: an empty local account alone, for the real engine and for any SDK. Serves until a signal ends it. */
export async function serve({ port, speed, json = false }: ServeOptions): Promise<void> {
  const account = await startAccount({ port, speed }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(`Port ${port} is in use. Choose another: npm run account -- --port ${port + 1}`);
  });
  if (json) console.log(JSON.stringify({ origin: account.origin, speed }));
  else {
    console.log(`A local AWS account listens on ${account.origin}; its clock runs ${speed} times as fast as yours.`);
    console.log(`AWS_ENDPOINT_URL=${account.origin}`);
    tellTrainings(account.host, console.log);
  }
  await new Promise((stop) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, stop);
  });
  await account.close();
}
