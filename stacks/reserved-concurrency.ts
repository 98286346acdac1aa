// Keeps a first `up` from ending in the middle: Lambda refuses to reserve what an account does not
// allow, and a new account allows 10 invocations at a time.
import type { GetAccountSettingsResponse, GetFunctionConcurrencyResponse } from "@aws-sdk/client-lambda";
import { type Access, createRoleCredentials } from "../dynamic-providers/service/access";
import { setConfig } from "../names/config-command";
import { functionParts, programName } from "../names/layout";
import { physicalName, type StackName } from "../names/physical-names";
import { Refusal } from "../names/refusal";
import type { StackConfig } from "./config/config";
import { explainAccessError } from "./explain-access-error";

/**
 * Lambda keeps these for functions without a reservation (Lambda guide, "Configuring reserved
 * concurrency"). In an account that allows fewer, it keeps all: there is nothing to reserve.
 */
export const leastUnreserved = 100;

/** The two reads of Lambda. */
export interface LambdaReads {
  getAccountSettings(input: object): Promise<GetAccountSettingsResponse>;
  getFunctionConcurrency(input: { FunctionName: string }): Promise<GetFunctionConcurrencyResponse>;
}

export interface ConcurrencyFound {
  /** What the account allows in the Region. */
  readonly allowed: number;
  readonly unreserved: number;
  /** What the stack reserves in addition to what its functions have. */
  readonly missing: number;
  /** Lambda takes the reservations. */
  readonly fits: boolean;
}

/** Compares what functions are to reserve, by their names, with what the account has. */
export async function measureConcurrency(
  lambda: LambdaReads,
  wanted: ReadonlyMap<string, number>,
): Promise<ConcurrencyFound> {
  const { AccountLimit } = await lambda.getAccountSettings({});
  const { ConcurrentExecutions: allowed, UnreservedConcurrentExecutions: unreserved } = AccountLimit ?? {};
  if (allowed === undefined || unreserved === undefined) throw new Error("Lambda did not say what the account allows.");
  let missing = 0;
  for (const [name, count] of wanted) missing += count - (await readReserved(lambda, name));
  return { allowed, unreserved, missing, fits: missing <= 0 || unreserved - missing >= leastUnreserved };
}

async function readReserved(lambda: LambdaReads, FunctionName: string): Promise<number> {
  try {
    return (await lambda.getFunctionConcurrency({ FunctionName })).ReservedConcurrentExecutions ?? 0;
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return 0;
    throw error;
  }
}

type ReservingConfig = Pick<StackConfig, "rerankingEnabled" | "servingConcurrency" | "usersFile">;

/** Lists what the stack's functions reserve, by their names. */
export function listReservations(name: StackName, config: ReservingConfig): ReadonlyMap<string, number> {
  const { servingConcurrency, rerankingEnabled, usersFile } = config;
  if (servingConcurrency === "none") return new Map();
  const { recommend, rerank, updateItems, updateUsers } = functionParts;
  const serving = [recommend, ...(rerankingEnabled ? [rerank] : [])];
  const updating = [updateItems, ...(usersFile === undefined ? [] : [updateUsers])];
  return new Map([
    ...serving.map((part) => [physicalName(name, part), servingConcurrency] as const),
    ...updating.map((part) => [physicalName(name, part), 1] as const),
  ]);
}

/**
 * Throws when the account does not allow what the stack's functions reserve. Returns what could not
 * be read, after which nothing is known: `up` finds it out.
 */
export async function requireConcurrency(
  access: Access,
  name: StackName,
  config: StackConfig,
): Promise<string | undefined> {
  const wanted = listReservations(name, config);
  if (wanted.size === 0) return undefined;
  const { Lambda } = await import("@aws-sdk/client-lambda");
  const lambda = new Lambda({ ...access.clients?.lambda, ...createRoleCredentials(access) });
  const found = await measureConcurrency(lambda, wanted).catch((error: Error) => error);
  if (found instanceof Error) {
    return (
      "Whether the account allows the invocations that recommender:servingConcurrency reserves is not known: " +
      (explainAccessError(found) ?? `${found.name}: ${found.message}`)
    );
  }
  if (!found.fits) throw new Refusal(describeExcess(name.stack, found));
  return undefined;
}

function describeExcess(stack: string, { allowed, unreserved, missing }: ConcurrencyFound): string {
  const keeps = Math.min(leastUnreserved, allowed);
  return (
    `recommender:servingConcurrency: the stack's functions would reserve ${missing} more invocations at a time. This ` +
    `account allows ${allowed} in the Region, ${unreserved} of them are not reserved, and Lambda keeps ${keeps} for ` +
    `functions without a reservation. Nothing was changed. Reserve none: ${reserveNone(stack)}, or request more of the ` +
    'quota "Concurrent executions" of Lambda in Service Quotas.'
  );
}

/** The command after which nothing is reserved. */
export const reserveNone = (stack: string) => setConfig({ key: `${programName}:servingConcurrency`, stack }, "none");
