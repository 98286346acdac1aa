import type { Json, StateMachineDefinition } from "../../account/services/step-functions/definition/definition.ts";
import { createEvaluator } from "../../account/services/step-functions/evaluation/expressions.ts";
import { History } from "../../account/services/step-functions/interpreter/history.ts";
import { runStates } from "../../account/services/step-functions/interpreter/interpreter.ts";
import { Sequence } from "../../account/services/step-functions/interpreter/sequence.ts";
import { StateError } from "../../account/services/step-functions/interpreter/state-error.ts";
import { createClock } from "../../account/time/clock.ts";

export const start = Date.parse("2026-03-01T00:00:00Z");
type Task = (parameters: Json, resource: string) => Json | Promise<Json>;

/**
 * Runs states on a manual clock with tasks played by a function; advances a day of virtual time.
 */
export async function play(
  States: StateMachineDefinition["States"],
  { input = {}, task = (parameters) => parameters }: { input?: Json; task?: Task } = {},
) {
  const clock = createClock({ speed: 0, start });
  const history = new History(clock);
  const evaluator = createEvaluator({ now: clock.now, randomBytes: (length) => Buffer.alloc(length, 1) });
  const environment = {
    clock,
    history,
    evaluator,
    region: "eu-west-1",
    context: { Execution: { Name: "run-1" }, StateMachine: { Name: "machine" } },
    random: () => 0.5,
    prepareTask: async (resource: string, parameters: Json) => async () => task(parameters, resource),
    beforeState: async () => {},
  };
  const [StartAt = ""] = Object.keys(States);
  const sequence = new Sequence(environment, new AbortController().signal, { last: 0 });
  const result: { output?: Json; error?: string; cause?: string; finished?: number } = {};
  runStates({ StartAt, States }, input, sequence).then(
    (output) => Object.assign(result, { output, finished: clock.now() - start }),
    (error: unknown) => {
      if (!(error instanceof StateError)) throw error;
      Object.assign(result, { error: error.error, cause: error.message, finished: clock.now() - start });
    },
  );
  await clock.advance(86_400_000);
  return { ...result, events: history.events, types: history.events.map(({ type }) => type) };
}

/**
 * A task that fails with these errors one after the other, then succeeds and returns how often it
 * was called.
 */
export const createFailing = (...errors: string[]): Task => {
  let call = 0;
  return () => {
    const error = errors[call++];
    if (error === undefined) return { calls: call };
    throw new StateError(error, `${error} happened`);
  };
};
/** The resource of a task that `play` simulates. */
export const resource = "arn:aws:states:::aws-sdk:personalize:describeCampaign";
