import { type CreateFunctionCommandInput, Lambda } from "@aws-sdk/client-lambda";
import { strToU8, zipSync } from "fflate";
import { type Account, startAccount } from "../../account/account.ts";
import { sdk } from "../support/aws.ts";
import { createRole } from "../support/roles.ts";

/** The zip of a function whose handler is `index.handler`. */
export const zipOf = (source: string) => zipSync({ "index.js": strToU8(source) });

/** A handler that returns a constant. */
export const writeReturning = (value: unknown) => `exports.handler = async () => (${JSON.stringify(value)});`;

/** An account with a role for functions and a stopped clock. */
export async function startLambda() {
  const account = await startAccount({ speed: 0, start: Date.UTC(2026, 0, 1) });
  const lambda = new Lambda(sdk(account));
  const role = await createRole(account, "writer", "lambda.amazonaws.com", [{ Action: ["logs:*"], Resource: "*" }]);
  return {
    account,
    lambda,
    role,
    /** Creates a function and waits until it is Active. */
    async create(name: string, source: string, settings: Partial<CreateFunctionCommandInput> = {}) {
      const created = await lambda.createFunction({
        FunctionName: name,
        Role: role,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Code: { ZipFile: zipOf(source) },
        Timeout: 30,
        ...settings,
      });
      await waitForUpdate(account);
      return created;
    },
    async close() {
      lambda.destroy();
      await account.close();
    },
  };
}

export const waitForUpdate = (account: Account) => account.clock.advance(500);
