import type { Account } from "../../local/account";
import { machineTime } from "../../local/account/time/clock";
import type { DeployMessage } from "../../local/pulumi/deploy-program";
import { deployProgram, type ProgramOptions } from "../deploy";

/** In milliseconds. */
export const minute = 60_000;

/**
 * No limit for a clock that is not behind real time: it goes ahead by the minutes that a change
 * takes on AWS.
 */
const anyTime = () => Number.POSITIVE_INFINITY;

const aheadOf = ({ clock }: Pick<Account, "clock">) => clock.now() - machineTime();

/** A line on an account's clock that is so many milliseconds ahead of real time. */
export const describeAhead = (milliseconds: number): string =>
  `The account's clock is ${Math.round(milliseconds / minute)} min ahead of real time, because it skipped what takes ` +
  "time on AWS. New events, logs and metrics have these later times.";

/**
 * Deploys the program again after a change of files, and prints what it changed, or why it failed.
 */
export async function redeploy(
  account: Pick<Account, "clock">,
  readOptions: () => ProgramOptions,
  changed: readonly string[],
  print: (line: string) => void,
): Promise<void> {
  print(`${listOf(changed)} changed; deploying …`);
  const before = aheadOf(account);
  try {
    await deployAgain(account, readOptions(), print);
    const ahead = aheadOf(account);
    if (ahead - before >= minute) print(describeAhead(ahead));
  } catch (error) {
    print(`The deployment failed, and the next saved change starts another one: ${(error as Error).message}`);
  }
}

/**
 * Deploys to an account that has an earlier deployment, and prints what changed. The clock skips
 * what AWS would wait for, and then goes on in real time.
 */
async function deployAgain(
  { clock }: Pick<Account, "clock">,
  options: ProgramOptions,
  print: (line: string) => void,
): Promise<void> {
  const lines: string[] = [];
  const onProgress = (message: DeployMessage) => {
    const done = describeDone(message);
    if (done !== undefined) lines.push(`  ${done} ${kindOf(message)}`);
  };
  const endSkipping = clock.skipTransitions(anyTime);
  const { milliseconds } = await deployProgram({ ...options, onProgress }).finally(() => {
    endSkipping();
    for (const line of lines) print(line);
  });
  const changes = lines.length === 0 ? "nothing to change" : `${lines.length} changed`;
  print(`Deployed in ${(milliseconds / 1000).toFixed(1)} s: ${changes}.`);
}

function listOf(files: readonly string[]): string {
  const [first = "", ...others] = files;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

const words = { create: "created", update: "updated", replace: "replaced", same: undefined } as const;

function describeDone(message: DeployMessage): string | undefined {
  if (message.kind === "resource") return words[message.step];
  // A resource that a replacement deletes is listed as replaced.
  return message.kind === "deleted" && !message.replaced ? "deleted" : undefined;
}

function kindOf(message: DeployMessage): string {
  if (message.kind !== "resource" && message.kind !== "deleted") return "";
  return `${message.type.split(":").at(-1) ?? message.type} ${message.name}`;
}
