import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import type { Account } from "../../account/account.ts";
import type { Fault } from "../../account/endpoint/fault.ts";
import type { Call } from "../../account/endpoint/service.ts";
import { createRole } from "./roles.ts";

// What rules and schedules call: a state machine that keeps what it was started with, a topic that fails as told.

/** Creates a state machine with a role that may do nothing; its first state is called A. Returns its ARN. */
export async function createMachine(
  account: Account,
  states: SFNClient,
  name: string,
  States: object = { A: { Type: "Succeed" } },
): Promise<string> {
  const roleArn = await createRole(account, `${name}-role`, "states.amazonaws.com");
  const definition = JSON.stringify({ QueryLanguage: "JSONata", StartAt: "A", States });
  const { stateMachineArn } = await states.send(new CreateStateMachineCommand({ name, roleArn, definition }));
  return stateMachineArn ?? "";
}

/** When the machine was started and with what, oldest first. */
export async function startsOf(states: SFNClient, stateMachineArn: string): Promise<{ at: number; input: unknown }[]> {
  const { executions = [] } = await states.send(new ListExecutionsCommand({ stateMachineArn }));
  const described = executions.map(({ executionArn }) => states.send(new DescribeExecutionCommand({ executionArn })));
  const starts = (await Promise.all(described)).map(({ startDate, input }) => ({
    at: Number(startDate),
    input: JSON.parse(input ?? ""),
  }));
  return starts.reverse();
}

interface Publication {
  readonly at: number;
  /** Who called. */
  readonly who: string;
  readonly message: string | undefined;
}

/** Puts a topic service in the account's that fails with these errors first. Answers what it will have been called with. */
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
