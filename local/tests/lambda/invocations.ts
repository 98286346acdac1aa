import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { type CreateFunctionCommandInput, type InvokeCommandInput, Lambda } from "@aws-sdk/client-lambda";
import { strToU8, zipSync } from "fflate";
import { startAccount } from "../../account/account.ts";
import { sdk } from "../support/aws.ts";
import { createRole } from "../support/roles.ts";

/** A zip of text files. */
export const zipFiles = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));

/** An account whose functions may write logs, with a stopped clock. */
export async function startInvocations() {
  const account = await startAccount({ speed: 0, start: Date.UTC(2026, 0, 1) });
  const lambda = new Lambda(sdk(account));
  const logs = new CloudWatchLogs(sdk(account));
  const role = await createRole(account, "writer", "lambda.amazonaws.com", [
    { Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" },
  ]);
  let functions = 0;

  return {
    account,
    lambda,
    logs,
    role,
    /** Creates a function from `index.js`, or from several files, and waits until it is Active. Returns its name. */
    async deploy(source: string | Record<string, string>, settings: Partial<CreateFunctionCommandInput> = {}) {
      const FunctionName = settings.FunctionName ?? `function-${++functions}`;
      await lambda.createFunction({
        FunctionName,
        Role: role,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Code: { ZipFile: zipFiles(typeof source === "string" ? { "index.js": source } : source) },
        Timeout: 30,
        ...settings,
      });
      await account.clock.advance(500);
      return FunctionName;
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
      const group = { logGroupName: `/aws/lambda/${FunctionName}` };
      const { events = [] } = await logs.filterLogEvents(group);
      return events.map(({ message = "" }) => message);
    },
    async close() {
      lambda.destroy();
      logs.destroy();
      await account.close();
    },
  };
}
