import { setImmediate } from "node:timers/promises";
import type { Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { Session } from "../../../host/principal";
import type { Host } from "../../../host/service";
import { createUuid } from "../../../host/uuid";
import type { Timer } from "../../../time/clock";
import type { Json } from "../definition/definition";
import { createEvaluator, type Evaluator } from "../evaluation/expressions";
import { prepareTask } from "../integrations/integration";
import type { Dispatch } from "../integrations/sdk-integration";
import { History, whole } from "../interpreter/history";
import { runStates } from "../interpreter/interpreter";
import { type Environment, Sequence } from "../interpreter/sequence";
import { Aborted, StateError } from "../interpreter/state-error";
import type { Execution, Revision, StateMachine } from "../state";
import { announce } from "./announce";
import { deliverLogs } from "./log-delivery";

/** The end of an execution. */
export interface Ending {
  readonly status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** Starts executions and ends them. */
export interface Executions {
  start(scope: Scope, machine: StateMachine, name: string, input: string): Execution;
  stop(execution: Execution, ending: Ending): void;
}

/** Calls `onEnd` after each execution. */
export function createExecutions(host: Host, onEnd: (scope: Scope, execution: Execution) => void): Executions {
  const { clock } = host;
  const evaluator = createEvaluator({ now: clock.now, randomBytes: host.randomBytes });
  const enders = new WeakMap<Execution, (ending: Ending) => void>();

  const finish = (scope: Scope, execution: Execution, history: History, { status, ...result }: Ending) => {
    const { type, ...details } = endEvent({ status, ...result });
    history.end(type, details);
    Object.assign(execution, { status, stopDate: new Date(clock.now()), ...result });
    announce(host, scope, execution);
    onEnd(scope, execution);
  };

  const start: Executions["start"] = (scope, machine, name, input) => {
    const { revision } = machine;
    const arn = `${machine.arn.replace(":stateMachine:", ":execution:")}:${name}`;
    const session = sessionOf(host, scope, revision.roleArn, machine.arn, name);
    const history = new History(clock, deliverLogs(host, scope, machine, revision.logging, arn));
    const startDate = new Date(clock.now());
    const { events } = history;
    const execution: Execution = { arn, name, machine, revision, input, startDate, events, status: "RUNNING" };
    const controller = new AbortController();
    let deadline: Timer | undefined;

    const end = (ending: Ending) => {
      if (execution.status !== "RUNNING") return;
      deadline?.cancel();
      finish(scope, execution, history, ending);
      controller.abort();
    };
    enders.set(execution, end);

    const started = { input, inputDetails: whole, roleArn: revision.roleArn };
    const last = history.record("ExecutionStarted", 0, { executionStartedEventDetails: started });
    announce(host, scope, execution);
    const { TimeoutSeconds } = revision.definition;
    if (TimeoutSeconds !== undefined) {
      const time = clock.now() + TimeoutSeconds * 1000;
      deadline = clock.at(time, `timeout of ${name}`, () => end({ status: "TIMED_OUT" }));
    }
    const sequence = new Sequence(
      environmentOf(host, scope, execution, { evaluator, history, session, end }),
      controller.signal,
      { last },
    );
    void runToEnd(revision, JSON.parse(input) as Json, sequence, end);
    return execution;
  };

  return {
    start,
    stop: (execution, ending) => enders.get(execution)?.(ending),
  };
}

async function runToEnd(
  revision: Revision,
  input: Json,
  sequence: Sequence,
  end: (ending: Ending) => void,
): Promise<void> {
  try {
    const output = await runStates(revision.definition, input, sequence);
    end({ status: "SUCCEEDED", output: JSON.stringify(output) });
  } catch (error) {
    if (error instanceof Aborted) return;
    if (error instanceof StateError) {
      end({ status: "FAILED", ...error.details });
    } else {
      console.error(error);
      end({ status: "FAILED", error: "States.Runtime", cause: `The local account failed inside: ${String(error)}` });
    }
  }
}

/** The parts of one run of an execution that are not in its state. */
interface Running {
  readonly evaluator: Evaluator;
  readonly history: History;
  readonly session: () => Session;
  readonly end: (ending: Ending) => void;
}

/**
 * Between these the account does other work. With values of 256 KiB they take a tenth of a second.
 */
const statesAtOnce = 10;

function environmentOf(
  host: Host,
  scope: Scope,
  execution: Execution,
  { evaluator, history, session, end }: Running,
): Environment {
  const { machine, revision } = execution;
  let visited = 0;
  const dispatch: Dispatch = (service, operation, input) =>
    host.dispatch({ ...scope, principal: session().principal }, service, operation, input);
  return {
    clock: host.clock,
    history,
    evaluator,
    region: scope.region,
    context: {
      Execution: {
        Id: execution.arn,
        Input: JSON.parse(execution.input) as Json,
        Name: execution.name,
        RoleArn: revision.roleArn,
        StartTime: execution.startDate.toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: machine.arn, Name: machine.name },
    },
    random: () => host.randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
    prepareTask: (resource, parameters) => prepareTask(resource, parameters, dispatch, () => createUuid(host)),
    async beforeState() {
      if (++visited % statesAtOnce === 0) await host.clock.track(setImmediate());
      // Executions of a machine that is being deleted end at their next transition.
      if (machine.status !== "DELETING") return;
      end({ status: "ABORTED" });
      throw new Aborted();
    },
  };
}

/**
 * The machine's role, assumed when first needed; a role that was deleted meanwhile fails the task,
 * not the account.
 */
function sessionOf(host: Host, scope: Scope, roleArn: string, sourceArn: string, name: string): () => Session {
  let session: Session | undefined;
  return () => {
    try {
      session ??= host.assumeRole("states.amazonaws.com", roleArn, {
        sessionName: name.slice(0, 64),
        region: scope.region,
        sourceArn,
      });
      return session;
    } catch (error) {
      if (error instanceof Fault) throw new StateError("States.Permissions", error.message);
      throw error;
    }
  };
}

function endEvent({ status, output, error, cause }: Ending) {
  const failure = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
  switch (status) {
    case "SUCCEEDED":
      return {
        type: "ExecutionSucceeded",
        executionSucceededEventDetails: { output, outputDetails: whole },
      } as const;
    case "FAILED":
      return { type: "ExecutionFailed", executionFailedEventDetails: failure } as const;
    case "TIMED_OUT":
      return { type: "ExecutionTimedOut", executionTimedOutEventDetails: failure } as const;
    case "ABORTED":
      return { type: "ExecutionAborted", executionAbortedEventDetails: failure } as const;
  }
}
