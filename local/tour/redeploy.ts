import type { Account } from "../account/account";
import { type Deployment, type DeployOptions, deploy } from "../pulumi/deploy";
import type { DeployMessage } from "../pulumi/deploy-program";

/** Virtual time per real time while Personalize creates or changes something: its minutes take a second. */
const personalizeSpeed = 600;

/** Deploys the program again after a change of files, and prints what it changed, or why it failed. */
export async function redeploy(
  account: Pick<Account, "clock">,
  options: DeployOptions,
  changed: readonly string[],
  print: (line: string) => void,
): Promise<void> {
  print(`${listOf(changed)} changed; deploying …`);
  try {
    await deployAgain(account, options, print);
  } catch (error) {
    print(`The deployment failed, and the next saved change starts another one: ${(error as Error).message}`);
  }
}

/**
 * Deploys to an account that has an earlier deployment, and prints what changed. The clock is fast only while a resource of
 * Personalize changes.
 */
export async function deployAgain(
  { clock }: Pick<Account, "clock">,
  options: DeployOptions,
  print: (line: string) => void,
): Promise<Deployment> {
  const lines: string[] = [];
  const onProgress = (message: DeployMessage) => {
    if (message.kind === "started" && message.type.startsWith("pulumi-nodejs:dynamic/"))
      clock.setSpeed(personalizeSpeed);
    const done = describeDone(message);
    if (done !== undefined) lines.push(`  ${done} ${kindOf(message)}`);
  };
  let result: string | undefined;
  try {
    const deployment = await deploy({ ...options, onProgress });
    const changes = lines.length === 0 ? "nothing to change" : `${lines.length} changed`;
    result = `Deployed in ${(deployment.milliseconds / 1000).toFixed(1)} s: ${changes}.`;
    return deployment;
  } finally {
    for (const line of lines) print(line);
    if (result !== undefined) print(result);
    clock.setSpeed(1);
  }
}

function listOf(files: readonly string[]): string {
  const [first = "", ...others] = files;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

const words = { create: "created", update: "updated", replace: "replaced", same: undefined } as const;

function describeDone(message: DeployMessage): string | undefined {
  if (message.kind === "resource") return words[message.step];
  // What a replacement deletes is listed as replaced.
  return message.kind === "deleted" && !message.replaced ? "deleted" : undefined;
}

function kindOf(message: DeployMessage): string {
  if (message.kind !== "resource" && message.kind !== "deleted") return "";
  return `${message.type.split(":").at(-1) ?? message.type} ${message.name}`;
}
