import type { HistoryEvent, StartExecutionCommandInput } from "@aws-sdk/client-sfn";
import { Fault, notImplemented } from "../../../aws/fault";
import { pageInOrder, writeToken } from "../../../host/page";
import type { Call, Handlers, Host } from "../../../host/service";
import type { Store } from "../../../host/store";
import { createUuid } from "../../../host/uuid";
import type { Clients } from "../../../model/clients";
import { payloadLimit } from "../definition/definition";
import type { Executions } from "../executions/execution";
import { checkName, type Execution, findExecution, findMachine, type Machines } from "../state";

/** Starts, stops, describes and lists executions. */
export function executionHandlers(host: Host, machines: Store<Machines>, executions: Executions) {
  return {
    StartExecution: (input, call) => startExecution(host, machines.of(call), executions, input, call),

    StopExecution({ executionArn = "", error, cause }, call) {
      const execution = findExecution(machines.of(call), executionArn);
      executions.stop(execution, {
        status: "ABORTED",
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
      });
      return { stopDate: execution.stopDate };
    },

    DescribeExecution({ executionArn = "", includedData }, call) {
      if (includedData === "METADATA_ONLY") throw notImplemented("states:DescribeExecution with METADATA_ONLY");
      const execution = findExecution(machines.of(call), executionArn);
      const { input, output, error, cause } = execution;
      return {
        ...summaryOf(execution),
        input,
        inputDetails: { included: true },
        ...(output !== undefined && { output, outputDetails: { included: true } }),
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
      };
    },

    ListExecutions({ stateMachineArn, statusFilter, maxResults, nextToken, mapRunArn, redriveFilter }, call) {
      if (mapRunArn !== undefined) throw notImplemented("states:ListExecutions with mapRunArn");
      if (redriveFilter !== undefined) throw notImplemented("states:ListExecutions with redriveFilter");
      if (stateMachineArn === undefined) {
        throw new Fault("ValidationException", "Must specify either a StateMachineArn or a MapRunArn");
      }
      const machine = findMachine(machines.of(call), stateMachineArn);
      const newestFirst = machine.executions.filter(({ status }) => (statusFilter ?? status) === status).reverse();
      const { items, next } = pageInOrder(newestFirst, ({ arn }) => arn, {
        token: nextToken,
        limit: maxResults || 100,
      });
      return { executions: items.map(summaryOf), nextToken: next };
    },

    GetExecutionHistory({ executionArn = "", maxResults, reverseOrder, nextToken, includeExecutionData }, call) {
      if (includeExecutionData === false) {
        throw notImplemented("states:GetExecutionHistory without includeExecutionData");
      }
      const { events } = findExecution(machines.of(call), executionArn);
      const ordered = reverseOrder ? [...events].reverse() : events;
      const { items, next } = pageInOrder(ordered, keyOf, { token: nextToken, limit: maxResults || 100 });
      const taken = takeShort(items);
      const last = taken.at(-1);
      const isCut = taken.length < items.length && last !== undefined;
      return { events: taken, nextToken: isCut ? writeToken(keyOf(last)) : next };
    },
  } satisfies Handlers<Clients["sfn"]>;
}

const keyOf = ({ id = 0 }: HistoryEvent) => String(id);

/** In characters: a longer answer would keep the account busy. */
const longestPage = 4_000_000;

/**
 * Takes events for one answer, at least one. A page may have fewer events than asked for (API
 * reference, GetExecutionHistory, maxResults: "This is only an upper limit").
 */
function takeShort(events: readonly HistoryEvent[]): HistoryEvent[] {
  let length = 0;
  const end = events.findIndex((event, i) => {
    length += lengthOf(event);
    return i > 0 && length > longestPage;
  });
  return events.slice(0, end === -1 ? events.length : end);
}

/** The length of the texts in an event's details, such as its input. */
const lengthOf = (event: HistoryEvent): number =>
  Object.values(event)
    .flatMap((details) => (details instanceof Date ? [] : Object.values(details ?? {})))
    .reduce((sum: number, text: unknown) => sum + (typeof text === "string" ? text.length : 0), 0);

function startExecution(
  host: Host,
  state: Machines,
  executions: Executions,
  { stateMachineArn = "", name = createUuid(host), input = "{}", traceHeader }: StartExecutionCommandInput,
  { account, region }: Call,
) {
  if (traceHeader !== undefined) throw notImplemented("states:StartExecution with traceHeader");
  const machine = findMachine(state, stateMachineArn);
  if (machine.status === "DELETING") {
    throw new Fault("StateMachineDeleting", `State Machine is being deleted: '${stateMachineArn}'`);
  }
  checkName(name);
  checkInput(input);
  const arn = `${machine.arn.replace(":stateMachine:", ":execution:")}:${name}`;
  const known = state.executions.get(arn);
  if (known) return { executionArn: arn, startDate: sameExecution(known, input).startDate };
  const execution = executions.start({ account, region }, machine, name, input);
  machine.executions.push(execution);
  state.executions.set(arn, execution);
  return { executionArn: arn, startDate: execution.startDate };
}

function checkInput(input: string): void {
  const refuse = (problem: string) =>
    new Fault("InvalidExecutionInput", `Invalid State Machine Execution Input: '${problem}'`);
  if (Buffer.byteLength(input) > payloadLimit) throw refuse(`The input is longer than ${payloadLimit} bytes`);
  try {
    JSON.parse(input);
  } catch (error) {
    throw refuse((error as Error).message);
  }
}

/**
 * A name can be used again only while its execution runs, with the same input: the call then
 * changes nothing.
 */
function sameExecution(known: Execution, input: string): Execution {
  if (known.status === "RUNNING" && known.input === input) return known;
  throw new Fault("ExecutionAlreadyExists", `Execution Already Exists: '${known.arn}'`);
}

function summaryOf({ arn, machine, name, status, startDate, stopDate }: Execution) {
  return {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate,
    ...(stopDate !== undefined && { stopDate }),
    redriveCount: 0,
  };
}
