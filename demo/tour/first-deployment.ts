import { print } from "../../cli/terminal/print";
import type { Account } from "../../local/account";
import { machineTime } from "../../local/account/time/clock";
import type { Deployment } from "../../local/pulumi/deploy";
import { deployProgram, type ProgramOptions } from "../deploy";
import { showProgress } from "./deployment-progress";

/**
 * Deploys the program to an account, whose clock skips what AWS would wait for, and shows the
 * progress.
 */
export async function deployFirst(account: Account, options: ProgramOptions): Promise<Deployment> {
  print(`Deploying the stack "${options.stack}" to it:`);
  const progress = showProgress(process.stdout, account.host, options.stack);
  const endSkipping = account.clock.skipTransitions(machineTime);
  try {
    const deployment = await deployProgram({ ...options, onProgress: progress.report });
    progress.end();
    return deployment;
  } catch (error) {
    progress.end(true);
    throw error;
  } finally {
    endSkipping();
  }
}
