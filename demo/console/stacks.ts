import { Readable } from "node:stream";
import type { Calls } from "../../cli/stack/aws";
import { readStack, readStacks, type StackReader } from "../../cli/stack/stack";
import type { Scope } from "../../local/account/aws/arn";
import { Fault } from "../../local/account/aws/fault";
import { Content } from "../../local/account/content/content";
import type { Stack } from "../../local/console/messages";
import type { Calls as AccountCalls } from "../../local/console/server/caller";
import { Refused } from "../../local/console/server/exchange";
import type { StackContext } from "../../local/console/server/views";

/** Finds the complete stacks of an account and Region. */
export async function findStacks({ account, region }: Scope, view: AccountCalls): Promise<Stack[]> {
  const found = await readStacks(toCalls(view));
  return found.map(({ stack: name, project }) => ({ name, prefix: `${project}-${name}`, account, region }));
}

/** Reads the stack that a view shows. */
export async function openReader({ stack, view }: StackContext, now: number): Promise<StackReader> {
  const { name, account, region } = stack;
  const call = toCalls(view);
  const facts = await readStack(call, name);
  if (!facts) throw new Refused(404, describeMissing(name));
  return { ...facts, account, region, call, now: new Date(now) };
}

/**
 * The calls of the commands' reader. The SDK's answers have a stream where the account has the
 * content itself.
 */
export function toCalls(view: AccountCalls): Calls {
  const call: AccountCalls = async (...request) => {
    const output: { readonly Body?: unknown } = await view(...request).catch(throwNamed);
    const { Body } = output;
    if (!(Body instanceof Content)) return output as never;
    const transformToString = async () => Body.toString();
    return { ...output, Body: Object.assign(Readable.from(Body.pieces()), { transformToString }) } as never;
  };
  return call as Calls;
}

/** The SDK's errors have the service's name for them. */
function throwNamed(error: Error): never {
  if (error instanceof Fault) error.name = error.code;
  throw error;
}

/** Says how to deploy the program to a local account. */
export const describeMissing = (name: string | undefined): string =>
  `${name === undefined ? "No stack" : `No stack "${name}"`} is deployed here. Start with "npm start", or deploy to an ` +
  'account of "npm run account" with "npx recommender pulumi up".';
