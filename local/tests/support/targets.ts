import type { SFN } from "@aws-sdk/client-sfn";
import type { Fault } from "../../account/aws/fault.ts";
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

interface Publication {
  readonly at: number;
  /** The ARN of the caller. */
  readonly who: string;
  readonly message: string | undefined;
}

/**
 * Replaces the account's SNS with one that fails with these errors first. Returns the list of its
 * calls.
 */
export function scriptTopics(account: Account, ...errors: readonly Fault[]): readonly Publication[] {
  const calls: Publication[] = [];
  account.host.register({
    name: "sns",
    iamPrefix: "sns",
    validationError: "InvalidParameter",
    permissions: { Publish: () => [] },
    handlers: {
      Publish({ Message }: { Message?: string }, { principal }: Call) {
        calls.push({ at: account.clock.now(), who: principal.arn, message: Message });
        const error = errors[calls.length - 1];
        if (error) throw error;
        return {};
      },
    },
  });
  return calls;
}
