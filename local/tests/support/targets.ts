import type { SFN } from "@aws-sdk/client-sfn";
import type { Fault } from "../../account/aws/fault.ts";
import type { Principal } from "../../account/host/principal.ts";
import type { Call } from "../../account/host/service.ts";
import type { Account } from "../../account.ts";
import { createRole } from "./roles.ts";

// Targets of rules and schedules: a state machine whose executions keep their inputs, and a topic
// that fails on request.

/**
 * Creates a state machine with a role that may do nothing; its first state is called A. Returns its
 * ARN.
 */
export async function createMachine(
  account: Account,
  states: SFN,
  name: string,
  States: object = { A: { Type: "Succeed" } },
): Promise<string> {
  const roleArn = await createRole(account, `${name}-role`, "states.amazonaws.com");
  const definition = JSON.stringify({ QueryLanguage: "JSONata", StartAt: "A", States });
  const { stateMachineArn } = await states.createStateMachine({ name, roleArn, definition });
  return stateMachineArn ?? "";
}

/** The times and inputs of the machine's executions, oldest first. */
export async function startsOf(states: SFN, stateMachineArn: string): Promise<{ at: number; input: unknown }[]> {
  const { executions = [] } = await states.listExecutions({ stateMachineArn });
  const described = executions.map(({ executionArn }) => states.describeExecution({ executionArn }));
  const starts = (await Promise.all(described)).map(({ startDate, input }) => ({
    at: Number(startDate),
    input: JSON.parse(input ?? ""),
  }));
  return starts.reverse();
}

interface ScriptedCall {
  readonly at: number;
  readonly principal: Principal;
  readonly input: Readonly<Record<string, string | Uint8Array | undefined>>;
}

/**
 * Replaces a service of the account with one that has this operation, and fails with these errors
 * first. Returns the list of its calls.
 */
export function scriptService(
  account: Account,
  name: "sns" | "lambda",
  operation: string,
  ...errors: readonly Fault[]
): readonly ScriptedCall[] {
  const calls: ScriptedCall[] = [];
  account.host.register({
    name,
    iamPrefix: name,
    validationError: "InvalidParameter",
    permissions: { [operation]: () => [] },
    handlers: {
      [operation](input: ScriptedCall["input"], { principal }: Call) {
        calls.push({ at: account.clock.now(), principal, input });
        const error = errors[calls.length - 1];
        if (error) throw error;
        return {};
      },
    },
  });
  return calls;
}

export const scriptTopics = (account: Account, ...errors: readonly Fault[]) =>
  scriptService(account, "sns", "Publish", ...errors);
