import type { ExecutionStatus, HistoryEvent, LoggingConfiguration } from "@aws-sdk/client-sfn";
import { Fault } from "../../aws/fault";
import type { StateMachineDefinition } from "./definition/definition";

/** The settings that an update replaces, and that an execution keeps from its start to its end. */
export interface Revision {
  readonly definitionText: string;
  readonly definition: StateMachineDefinition;
  readonly roleArn: string;
  readonly logging: LoggingConfiguration;
  readonly updateDate: Date;
  /** Absent until the first update. */
  readonly revisionId?: string;
}

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly creationDate: Date;
  readonly tags: Map<string, string>;
  revision: Revision;
  status: "ACTIVE" | "DELETING";
  /** The log stream of its executions; absent before the first one that logs. */
  logStream?: string;
  /** In the order of their start. */
  readonly executions: Execution[];
}

/** One run of a state machine. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly machine: StateMachine;
  /** The machine as it was at the start: an update does not touch running executions. */
  readonly revision: Revision;
  readonly input: string;
  readonly startDate: Date;
  /** Its history. */
  readonly events: HistoryEvent[];
  status: ExecutionStatus;
  stopDate?: Date;
  output?: string;
  error?: string;
  cause?: string;
}

/** Step Functions in one account and Region. */
export interface Machines {
  readonly byArn: Map<string, StateMachine>;
  readonly executions: Map<string, Execution>;
}

export function findMachine({ byArn }: Machines, arn: string): StateMachine {
  if (!/^arn:aws:states:[a-z0-9-]+:\d{12}:stateMachine:.+$/.test(arn)) {
    throw new Fault("InvalidArn", `Invalid Arn: 'Resource type not valid in this context: ${arn}'`);
  }
  const machine = byArn.get(arn);
  if (!machine) throw new Fault("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
  return machine;
}

export function findExecution({ executions }: Machines, arn: string): Execution {
  if (!/^arn:aws:states:[a-z0-9-]+:\d{12}:execution:[^:]+:.+$/.test(arn)) {
    throw new Fault("InvalidArn", `Invalid Arn: 'Resource type not valid in this context: ${arn}'`);
  }
  const execution = executions.get(arn);
  if (!execution) throw new Fault("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  return execution;
}

/**
 * Refuses names of state machines and executions that are longer than 80 characters or have a
 * character that is special in an ARN or a URL.
 */
export function checkName(name: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: AWS refuses exactly the control characters.
  if (name === "" || name.length > 80 || /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/.test(name)) {
    throw new Fault("InvalidName", `Invalid Name: '${name}'`);
  }
}

/** Deletes a machine in deletion after its last execution. */
export function dropIfDeleted(machines: Machines, machine: StateMachine): void {
  if (machine.status !== "DELETING" || machine.executions.some(({ status }) => status === "RUNNING")) return;
  if (machines.byArn.get(machine.arn) === machine) machines.byArn.delete(machine.arn);
  for (const { arn } of machine.executions) machines.executions.delete(arn);
}
