import { listParameters } from "../../contract/layout";
import { createAws } from "./aws";
import { type OpenStack, openStack } from "./open-stack";
import { type DeployedModel, readStack, type StackReader } from "./read-stacks";
import { fetchServiceTime } from "./service-time";

/** A stack that a command works on: by `call`, or by its own SDK clients. */
export type DeployedStack = OpenStack & StackReader;

/**
 * Finds a deployed stack by its SSM parameters: no state of Pulumi is needed, only credentials and a Region, from the same
 * settings as the stack's (see `openStack`). Throws when the account has no such stack in this Region.
 */
export async function findStack(name: string): Promise<DeployedStack> {
  const open = await openStack(name);
  const { account, region, client } = open;
  const { call } = createAws(region, client);
  const found = await readStack(call, name);
  if (found) return { ...open, ...found, call, now: await fetchServiceTime() };
  throw new Error(
    `Account ${account} has no stack "${name}" in ${region}: there are no SSM parameters below ` +
      `${listParameters(name).prefix}. Check the stack's name, the credentials and the Region, or deploy the stack.`,
  );
}

export function findModel(stack: StackReader, name: string): DeployedModel {
  const model = stack.models.find((each) => each.name === name);
  if (model) return model;
  const names = stack.models.map((each) => each.name).join(", ");
  throw new Error(`The stack "${stack.stack}" has no model "${name}". Its models: ${names}.`);
}
