import { type Calls, listAll } from "../../cli/stack/aws";
import type { Execution } from "./messages";

const shownStates = 60;

/** Lists the last states that an execution entered, in order, and why it failed. */
export async function listStates(call: Calls, executionArn: string): Promise<Pick<Execution, "states" | "failure">> {
  const events = await listAll({ call }, "sfn", "GetExecutionHistory", { executionArn, maxResults: 1_000 }, "events");
  const entered = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  const failed = events.find(({ executionFailedEventDetails }) => executionFailedEventDetails !== undefined);
  const { error, cause } = failed?.executionFailedEventDetails ?? {};
  return {
    states: entered.filter((name, index) => name !== entered[index - 1]).slice(-shownStates),
    failure: error === undefined ? undefined : `${error}: ${cause ?? ""}`,
  };
}
