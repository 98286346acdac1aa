import { SFN } from "@aws-sdk/client-sfn";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { createRole, type Grant } from "../support/roles.ts";

export const start = Date.parse("2026-03-01T00:00:00Z");

export const define = (States: object, rest: object = {}) =>
  JSON.stringify({ QueryLanguage: "JSONata", StartAt: Object.keys(States)[0], States, ...rest });
export const waiting = define({ Pause: { Type: "Wait", Seconds: 60, End: true } });
export const passing = define({ Only: { Type: "Pass", Output: { done: true }, End: true } });

/** An account, with what the tests of state machines do again and again. */
export async function openMachines() {
  const account = await openAccount({ start });
  const states = new SFN(sdk(account));

  const create = async (name: string, definition: string, grants: readonly Grant[] = []) => {
    const roleArn = await createRole(account, `${name}-role`, "states.amazonaws.com", grants);
    const { stateMachineArn } = await states.createStateMachine({ name, definition, roleArn });
    return stateMachineArn ?? "";
  };

  const run = async (stateMachineArn: string, input?: string, name?: string) => {
    const { executionArn } = await states.startExecution({ stateMachineArn, input, name });
    return executionArn ?? "";
  };
  const describeExecution = (executionArn: string) => states.describeExecution({ executionArn });
  const historyOf = async (executionArn: string) =>
    (await states.getExecutionHistory({ executionArn, maxResults: 1000 })).events ?? [];

  return { account, states, create, run, describeExecution, historyOf };
}
export type Machines = Awaited<ReturnType<typeof openMachines>>;
