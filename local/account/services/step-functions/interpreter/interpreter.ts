import { ownValue } from "../../../aws/record";
import type { ChoiceState, FailState, Json, State, States, WaitState } from "../definition/definition";
import type { Outcome, Sequence, Visit } from "./sequence";
import { Aborted, EvaluationError, StateError } from "./state-error";
import { readTimestamp } from "./timestamp";
import { runMap, runParallel, runTask, withRetryAndCatch } from "./work-states";

/**
 * Runs states from StartAt until one ends, and returns its output. Throws StateError when the
 * sequence fails, Aborted when its signal ends it.
 */
export async function runStates({ StartAt, States }: States, input: Json, sequence: Sequence): Promise<Json> {
  let name: string | undefined = StartAt;
  let value = input;
  while (name !== undefined) {
    const state: State | undefined = ownValue(States, name);
    if (!state) throw new StateError("States.Runtime", `The state '${name}' does not exist.`);
    const visit = await sequence.enter(name, state, value);
    const outcome = await run(state, visit, sequence);
    sequence.exit(visit, state, outcome);
    value = outcome.output;
    name = outcome.next;
  }
  return value;
}

async function run(state: State, visit: Visit, sequence: Sequence): Promise<Outcome> {
  try {
    return await runOne(state, visit, sequence);
  } catch (error) {
    const { Type } = state;
    const stays = Type === "Task" || Type === "Wait" || Type === "Parallel" || Type === "Map";
    if (error instanceof Aborted && stays) sequence.record(`${Type}StateAborted`);
    throw error;
  }
}

async function runOne(state: State, visit: Visit, sequence: Sequence): Promise<Outcome> {
  switch (state.Type) {
    case "Task":
      return withRetryAndCatch(state, visit, sequence, () => runTask(state, visit, sequence));
    case "Parallel":
      return withRetryAndCatch(
        state,
        visit,
        sequence,
        () => runParallel(state, visit, sequence, runStates),
        "ParallelStateFailed",
      );
    case "Map":
      return withRetryAndCatch(
        state,
        visit,
        sequence,
        () => runMap(state, visit, sequence, runStates),
        "MapStateFailed",
      );
    case "Choice":
      return choose(state, visit, sequence);
    case "Wait":
      await wait(state, visit, sequence);
      return { ...(await sequence.settle(visit, state, visit.input)), next: state.Next };
    case "Pass":
      return { ...(await sequence.settle(visit, state, visit.input)), next: state.Next };
    case "Succeed":
      return { ...(await sequence.settle(visit, state, visit.input)), next: undefined };
    case "Fail":
      return fail(state, visit, sequence);
  }
}

const isBoolean = (value: Json): value is boolean => typeof value === "boolean";
const isText = (value: Json): value is string => typeof value === "string";
const isSeconds = (value: Json): value is number => Number.isInteger(value) && Number(value) >= 0;

async function choose(state: ChoiceState, visit: Visit, sequence: Sequence): Promise<Outcome> {
  for (const [i, choice] of state.Choices.entries()) {
    const prefix = `Choices[${i}]/`;
    const isMatch = await sequence.fillTyped(visit, choice.Condition, `${prefix}Condition`, "boolean", isBoolean);
    if (!isMatch) continue;
    return { ...(await sequence.settle(visit, choice, visit.input, {}, prefix)), next: choice.Next };
  }
  if (state.Default === undefined) {
    throw sequence.fault(visit, "States.NoChoiceMatched", "None of the choices matched and there is no Default.");
  }
  return { ...(await sequence.settle(visit, state, visit.input)), next: state.Default };
}

async function wait({ Seconds, Timestamp }: WaitState, visit: Visit, sequence: Sequence): Promise<void> {
  const label = `Wait state ${visit.name}`;
  if (Seconds !== undefined) {
    const seconds = await sequence.fillTyped(visit, Seconds, "Seconds", "integer", isSeconds);
    return sequence.pause(sequence.environment.clock.now() + seconds * 1000, label);
  }
  const text = await sequence.fillTyped(visit, Timestamp ?? null, "Timestamp", "string", isText);
  const until = readTimestamp(text);
  if (until === undefined) {
    // Recorded on AWS: localstack's snapshot test_wait_timestamp_jsonata.
    const problem = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`;
    throw sequence.evaluationFailed(visit, new EvaluationError("Timestamp", problem));
  }
  return sequence.pause(until, label);
}

async function fail(state: FailState, visit: Visit, sequence: Sequence): Promise<never> {
  const textOf = async (field: "Error" | "Cause") => {
    const template = state[field];
    return template === undefined ? undefined : sequence.fillTyped(visit, template, field, "string", isText);
  };
  throw new StateError(await textOf("Error"), await textOf("Cause"));
}
