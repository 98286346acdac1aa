// What Lambda lets an account reserve, looked at before the first resource (Lambda guide,
// "Configuring reserved concurrency"; of new accounts: the issues aws-samples/alarm-context-tool 2
// and aws-samples/s3-to-lambda-patterns 36).
import { afterEach, describe, expect, test, vi } from "vitest";
import { readAccess } from "../../dynamic-providers/service/access.ts";
import { type Account, startAccount } from "../../local/account.ts";
import { openLambda, writeReturning } from "../../local/tests/lambda/functions.mts";
import { createRole, sessionOf } from "../../local/tests/support/roles.ts";
import { Refusal } from "../../names/refusal.ts";
import { listReservations, measureConcurrency, requireConcurrency } from "../../stacks/reserved-concurrency.ts";
import { toVariables } from "../support/role-session.ts";
import { useAccount } from "../support/use-account.mts";
import { parseConfig, recordFull, recordShop, recordUsual } from "./recorded-stacks.mts";

const name = { project: "recommender", stack: "dev" };

test.each([
  ["a usual stack", recordUsual],
  ["a stack with users", recordFull],
  ["the shop, which has no re-ranking", recordShop],
])("the reservations are those of the functions that the program registers: %s", async (_what, record) => {
  const { stack, config } = await record();
  const registered = stack
    .of("aws:lambda/function:Function")
    .map(({ inputs }) => [inputs.name, inputs.reservedConcurrentExecutions] as const)
    .filter(([, count]) => count !== undefined);
  expect(registered.length).toBeGreaterThan(1);
  expect(listReservations(name, config)).toEqual(new Map(registered));
});

describe("what is missing fits", () => {
  const judge = async (allowed: number, unreserved: number, found: Readonly<Record<string, number>>) => {
    const reads = {
      getAccountSettings: async () => ({
        AccountLimit: { ConcurrentExecutions: allowed, UnreservedConcurrentExecutions: unreserved },
      }),
      getFunctionConcurrency: async ({ FunctionName }: { FunctionName: string }) => {
        if (found[FunctionName] === undefined) throw Object.assign(new Error(), { name: "ResourceNotFoundException" });
        return { ReservedConcurrentExecutions: found[FunctionName] };
      },
    };
    const { missing, fits } = await measureConcurrency(reads, new Map([...Object.entries({ a: 100, b: 1 })]));
    return [missing, fits];
  };

  test.each([
    ["a usual account", 1_000, 1_000, {}, [101, true]],
    ["a new account", 10, 10, {}, [101, false]],
    ["the last place", 201, 201, {}, [101, true]],
    ["one place too few", 200, 200, {}, [101, false]],
    ["places that others have reserved", 1_000, 200, {}, [101, false]],
    ["what the stack has", 1_000, 100, { a: 100, b: 1 }, [0, true]],
    ["more than the stack has, where none is left", 1_000, 100, { a: 50, b: 1 }, [50, false]],
    ["less than the stack has, in an account that allows less now", 50, 0, { a: 200, b: 1 }, [-100, true]],
  ] as const)("%s", async (_what, allowed, unreserved, found, expected) => {
    expect(await judge(allowed, unreserved, found)).toEqual(expected);
  });
});

describe("a first up", () => {
  let account: Account;
  afterEach(async () => {
    vi.unstubAllEnvs();
    await account.close();
  });
  const require = (settings: Record<string, unknown> = {}) => {
    const access = readAccess((key) => (key === "aws:region" ? "eu-west-1" : undefined));
    return requireConcurrency(access, name, parseConfig(settings, "dev"));
  };
  const open = async (concurrentExecutions?: number) => {
    account = await startAccount({ speed: 0, quotas: concurrentExecutions ? { concurrentExecutions } : {} });
    useAccount(account);
  };

  test("in an account that allows 10 is refused with the key to set", async () => {
    await open(10);
    await expect(require()).rejects.toThrow(Refusal);
    await expect(require()).rejects.toThrow(
      /^recommender:servingConcurrency: the stack's functions would reserve 201 more.* allows 10 in the Region, 10 of them .* keeps 10 .*: pulumi config set recommender:servingConcurrency none --stack dev, or request/,
    );
    expect(await require({ servingConcurrency: "none" })).toBeUndefined();
  });

  test("in a usual account is not refused", async () => {
    await open();
    expect(await require()).toBeUndefined();
  });

  test("of a role that may not look says what is not known", async () => {
    await open(10);
    useAccount(account, toVariables(await sessionOf(account, await createRole(account, "blind", "000000000000", []))));
    expect(await require()).toMatch(
      /^Whether the account allows the invocations that recommender:servingConcurrency reserves is not known: The AWS credentials lack a permission: .*lambda:GetAccountSettings/,
    );
  });
});

test("what the stack's functions have already is not counted again", async () => {
  const on = await openLambda((options) => startAccount({ ...options, quotas: { concurrentExecutions: 301 } }));
  const FunctionName = "recommender-dev-recommend-pets";
  await on.create(FunctionName, writeReturning(1));
  await on.lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: 100 });
  const wanted = listReservations(name, parseConfig({}, "dev"));
  const { missing, unreserved, fits } = await measureConcurrency(on.lambda, wanted);
  await on.account.close();
  expect([missing, unreserved, fits]).toEqual([101, 201, true]);
});
