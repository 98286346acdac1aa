import { ownValue } from "../../../aws/record";
import type { ChoiceState, FailState, Json, State, States, WaitState } from "../definition/definition";
import { Aborted, EvaluationError, StateError } from "./state-error";
import type { Outcome, Strand, Visit } from "./strand";
import { readTimestamp } from "./timestamp";
import { runMap, runParallel, runTask, withRetryAndCatch } from "./work-states";

/**
 * Runs states from StartAt until one ends, and returns its output. Throws StateError when the strand fails, Aborted
 * when its signal ends it.
 */
export async function runStates({ StartAt, States }: States, input: Json, strand: Strand): Promise<Json> {
  let name: string | undefined = StartAt;
  let value = input;
  while (name !== undefined) {
    const state: State | undefined = ownValue(States, name);
    if (!state) throw new StateError("States.Runtime", `The state '${name}' does not exist.`);
    const visit = strand.enter(name, state, value);
    const outcome = await run(state, visit, strand);
    strand.exit(visit, state, outcome);
    value = outcome.output;
    name = outcome.next;
  }
  return value;
}

async function run(state: State, visit: Visit, strand: Strand): Promise<Outcome> {
  try {
    return await runOne(state, visit, strand);
  } catch (error) {
    const { Type } = state;
    const stays = Type === "Task" || Type === "Wait" || Type === "Parallel" || Type === "Map";
    if (error instanceof Aborted && stays) strand.record(`${Type}StateAborted`);
    throw error;
  }
}

async function runOne(state: State, visit: Visit, strand: Strand): Promise<Outcome> {
  switch (state.Type) {
    case "Task":
      return withRetryAndCatch(state, visit, strand, () => runTask(state, visit, strand));
    case "Parallel":
      return withRetryAndCatch(
        state,
        visit,
        strand,
        () => runParallel(state, visit, strand, runStates),
        "ParallelStateFailed",
      );
    case "Map":
      return withRetryAndCatch(state, visit, strand, () => runMap(state, visit, strand, runStates), "MapStateFailed");
    case "Choice":
      return choose(state, visit, strand);
    case "Wait":
      await wait(state, visit, strand);
      return { ...(await strand.settle(visit, state, visit.input)), next: state.Next };
    case "Pass":
      return { ...(await strand.settle(visit, state, visit.input)), next: state.Next };
    case "Succeed":
      return { ...(await strand.settle(visit, state, visit.input)), next: undefined };
    case "Fail":
      return fail(state, visit, strand);
  }
}

const isBoolean = (value: Json): value is boolean => typeof value === "boolean";
const isText = (value: Json): value is string => typeof value === "string";
const isSeconds = (value: Json): value is number => Number.isInteger(value) && Number(value) >= 0;

async function choose(state: ChoiceState, visit: Visit, strand: Strand): Promise<Outcome> {
  for (const [i, choice] of state.Choices.entries()) {
    const place = `Choices[${i}]/`;
    const isMatch = await strand.fillTyped(visit, choice.Condition, `${place}Condition`, "boolean", isBoolean);
    if (!isMatch) continue;
    return { ...(await strand.settle(visit, choice, visit.input, {}, place)), next: choice.Next };
  }
  if (state.Default === undefined) {
    throw strand.fault(visit, "States.NoChoiceMatched", "None of the choices matched and there is no Default.");
  }
  return { ...(await strand.settle(visit, state, visit.input)), next: state.Default };
}

async function wait({ Seconds, Timestamp }: WaitState, visit: Visit, strand: Strand): Promise<void> {
  const label = `Wait state ${visit.name}`;
  if (Seconds !== undefined) {
    const seconds = await strand.fillTyped(visit, Seconds, "Seconds", "integer", isSeconds);
    return strand.pause(strand.environment.clock.now() + seconds * 1000, label);
  }
  const text = await strand.fillTyped(visit, Timestamp ?? null, "Timestamp", "string", isText);
  const until = readTimestamp(text);
  if (until === undefined) {
    // Recorded on AWS: localstack's snapshot test_wait_timestamp_jsonata.
    const problem = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`;
    throw strand.evaluationFailed(visit, new EvaluationError("Timestamp", problem), visit.enteredId);
  }
  return strand.pause(until, label);
}

async function fail(state: FailState, visit: Visit, strand: Strand): Promise<never> {
  const textOf = async (field: "Error" | "Cause") => {
    const template = state[field];
    return template === undefined ? undefined : strand.fillTyped(visit, template, field, "string", isText);
  };
  throw new StateError(await textOf("Error"), await textOf("Cause"));
}
