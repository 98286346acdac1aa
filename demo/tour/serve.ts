import { join } from "node:path";
import { bad, muted } from "../../cli/terminal/paint";
import { print } from "../../cli/terminal/print";
import type { Account } from "../../local/account";
import { preparePage } from "../../local/console/server/page-files";
import { reportActivity } from "../../local/terminal/activity";
import { environmentLines, environmentTitle } from "../../local/terminal/client-environment";
import { waitForStop } from "../../local/terminal/stop-signal";
import { views } from "../console/views";
import type { ProgramOptions } from "../deploy";
import { offerKeys } from "./offered-keys";
import { describeAhead, minute, redeploy } from "./redeploy";
import { watchProgram } from "./watch-program";

const root = join(__dirname, "../..");
/** Each deployment reads these. */
const folders = ["functions", "components", "stacks", "dynamic-providers", "contract", "seed", "names"];

export interface ServeOptions {
  /** Prints only long jobs and the errors of functions. */
  readonly quiet: boolean;
  /** Prints also requests that read and succeed. */
  readonly reads: boolean;
  /** Deploys saved changes of the program again. */
  readonly watch: boolean;
}

/** Serves in real time until a signal or a key ends it. */
export async function serve(
  account: Account,
  program: ProgramOptions,
  { quiet, reads, watch }: ServeOptions,
  readProgram: () => ProgramOptions,
): Promise<void> {
  await enterRealTime(account);
  // Before people read that they can press Ctrl-C.
  const stopped = waitForStop(print, "Stopping the account. Its state is not kept; `npm start` deploys it again.");
  printAddresses(account, program.region);
  reportActivity(account, { quiet, reads, paint: { muted, bad } });
  const watched = { folders, files: ["index.ts", `Pulumi.${program.stack}.yaml`] };
  const watching = watch
    ? watchProgram(root, watched, (files) => redeploy(account, readProgram, files, print))
    : undefined;
  if (watching) print(`Watching ${[...folders, ...watched.files].join(", ")}: a saved change is deployed again.`);
  const keys = offerKeys(account, program.stack);
  await stopped;
  keys?.close();
  await watching?.close();
}

async function enterRealTime({ clock }: Account): Promise<void> {
  const ahead = await clock.catchUp();
  if (ahead >= minute) print(`\n${describeAhead(ahead)}`);
}

function printAddresses({ origin }: Account, region: string): void {
  print(`\nServing on ${origin}, now in real time. Stop it with Ctrl-C.`);
  print(environmentTitle);
  for (const line of environmentLines(origin, region)) print(`  ${line}`);
  print("Then try, for instance: aws lambda list-functions");
  print(`\nThe console, to see it work: ${origin}/`);
  preparePage(views);
}
