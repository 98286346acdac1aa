import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { type CreateFunctionCommandInput, type InvokeCommandInput, Lambda } from "@aws-sdk/client-lambda";
import { strToU8, zipSync } from "fflate";
import type { Account } from "../../account.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { createRole } from "../support/roles.ts";

/** A zip of text files; a source alone is `index.js`, whose handler is `index.handler`. */
export const zipOf = (source: string | Readonly<Record<string, string>>) => {
  const files = typeof source === "string" ? { "index.js": source } : source;
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
};

/** A handler that returns a constant. */
export const writeReturning = (value: unknown) => `exports.handler = async () => (${JSON.stringify(value)});`;

/**
 * An account whose functions may write logs, with a stopped clock. A test that closes it itself
 * gives `startAccount`.
 */
export async function openLambda(open: typeof openAccount = openAccount) {
  const account = await open({ speed: 0, start: Date.UTC(2026, 0, 1) });
  const lambda = new Lambda(sdk(account));
  const logs = new CloudWatchLogs(sdk(account));
  const role = await createRole(account, "writer", "lambda.amazonaws.com", [
    { Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" },
  ]);
  let functions = 0;

  /** Creates a function and waits until it is Active. */
  const create = async (
    FunctionName: string,
    source: Parameters<typeof zipOf>[0],
    settings: Partial<CreateFunctionCommandInput> = {},
  ) => {
    const created = await lambda.createFunction({
      FunctionName,
      Role: role,
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Code: { ZipFile: zipOf(source) },
      Timeout: 30,
      ...settings,
    });
    await waitForUpdate(account);
    return created;
  };

  return {
    account,
    lambda,
    logs,
    role,
    create,
    /** Creates a function with a new name, which it returns. */
    async deploy(source: Parameters<typeof zipOf>[0], settings: Partial<CreateFunctionCommandInput> = {}) {
      const name = settings.FunctionName ?? `function-${++functions}`;
      await create(name, source, settings);
      return name;
    },
    /** Invokes a function, with its result as a value. */
    async invoke(FunctionName: string, event: unknown = {}, more: Partial<InvokeCommandInput> = {}) {
      const { Payload, ...rest } = await lambda.invoke({
        FunctionName,
        Payload: Buffer.from(JSON.stringify(event)),
        ...more,
      });
      const text = Buffer.from(Payload ?? []).toString();
      return { ...rest, result: text === "" ? undefined : JSON.parse(text) };
    },
    /** The messages in the log of a function. */
    async readLog(FunctionName: string) {
      await account.clock.advance(0);
      const { events = [] } = await logs.filterLogEvents({
        logGroupName: `/aws/lambda/${FunctionName}`,
        limit: 10_000,
      });
      return events.map(({ message = "" }) => message);
    },
  };
}

export const waitForUpdate = (account: Account) => account.clock.advance(500);
