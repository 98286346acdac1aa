import type { HistoryEvent, LoggingConfiguration } from "@aws-sdk/client-sfn";
import { isHere, parseArn, type Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import { rootOf, type Session } from "../../../host/principal";
import type { Host } from "../../../host/service";
import type { StateMachine } from "../state";

/**
 * The permissions that the machine's role needs so that Step Functions can set up the delivery, all
 * on `*` (AWS Developer Guide, "Using CloudWatch Logs"). The guide's sample policy also lists
 * CreateLogStream and PutLogEvents: they are not needed, since the log delivery service writes, not
 * the role.
 */
const needed = [
  "logs:CreateLogDelivery",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
];

/** The log group of a configuration that logs, or undefined at level OFF. */
function logGroupOf(scope: Scope, { level = "OFF", destinations = [] }: LoggingConfiguration): string | undefined {
  if (level === "OFF") return undefined;
  const arn = parseArn(destinations[0]?.cloudWatchLogsLogGroup?.logGroupArn ?? "");
  // API reference, LogDestination: the group is in the account and Region of the state machine.
  return arn && isHere(arn, "logs", scope) ? /^log-group:([^:]+):\*$/.exec(arn.resource)?.[1] : undefined;
}

/** Refuses a logging configuration that AWS would refuse when the machine is created. */
export async function checkLogging(
  host: Host,
  scope: Scope,
  logging: LoggingConfiguration,
  session: Session,
): Promise<void> {
  const { level = "OFF", destinations = [] } = logging;
  if (level === "OFF") return;
  const refuse = (problem: string) =>
    new Fault("InvalidLoggingConfiguration", `Invalid Logging Configuration: ${problem}`);
  if (destinations.length !== 1) throw refuse("Must specify exactly one Log Destination.");
  const group = logGroupOf(scope, logging);
  if (group === undefined) {
    throw refuse("The Log Destination must be the ARN of a log group of this account and Region and end with ':*'.");
  }
  const caller = { ...scope, principal: session.principal };
  try {
    for (const action of needed) host.authorise(caller, { action, resource: "*" });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(
      "AccessDeniedException",
      "The state machine IAM Role is not authorized to access the Log Destination",
    );
  }
  const { logGroups = [] } = await host.call(caller, "cloudwatch-logs", "DescribeLogGroups", {
    logGroupNamePrefix: group,
  });
  if (!logGroups.some(({ logGroupName }) => logGroupName === group)) {
    throw refuse("The Log Destination does not exist.");
  }
}

/**
 * A listener of one execution's history that writes it to the configured log group. In AWS the log
 * delivery service writes, by a resource policy that Step Functions put on the account's log groups
 * when the machine was created; this account has no resource policies of log groups, so the
 * account's owner writes.
 */
export function deliverLogs(
  host: Host,
  scope: Scope,
  machine: StateMachine,
  logging: LoggingConfiguration,
  executionArn: string,
): (event: HistoryEvent) => void {
  const group = logGroupOf(scope, logging);
  if (group === undefined) return () => {};
  machine.logStream ??= createStreamName(host, machine.name);
  const stream = machine.logStream;
  const waiting: { timestamp: number; message: string }[] = [];
  let writing = false;
  let created = false;

  const write = async () => {
    // Events that arrive while a batch is being sent are the next batch.
    await Promise.resolve();
    const caller = { ...scope, principal: rootOf(scope.account) };
    const target = { logGroupName: group, logStreamName: stream };
    try {
      if (!created) await host.call(caller, "cloudwatch-logs", "CreateLogStream", target).catch(ignoreExisting);
      created = true;
      while (waiting.length > 0) {
        await host.call(caller, "cloudwatch-logs", "PutLogEvents", { ...target, logEvents: nextBatch(waiting) });
      }
    } catch {
      // A delivery that fails is lost, as in AWS; the request log shows why.
      waiting.splice(0);
    } finally {
      writing = false;
    }
  };

  return (event) => {
    if (!isLogged(event, logging.level)) return;
    waiting.push({
      timestamp: Math.floor(host.clock.now()),
      message: JSON.stringify(logEntry(event, executionArn, logging.includeExecutionData === true)),
    });
    if (writing) return;
    writing = true;
    void host.clock.track(write());
  };
}

/**
 * The executions of a machine share a stream, which is named after the minute of its first event.
 */
function createStreamName(host: Host, machineName: string): string {
  const minute = new Date(host.clock.now()).toISOString().slice(0, 16).replace(/[T:]/g, "-");
  return `states/${machineName}/${minute}/${host.randomBytes(4).toString("hex")}`;
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Fault) || error.code !== "ResourceAlreadyExistsException") throw error;
}

/** CloudWatch Logs takes at most 1 MiB in one call. */
const batchBytes = 900_000;

function nextBatch<T extends { message: string }>(waiting: T[]): T[] {
  let size = 0;
  let count = 0;
  for (const { message } of waiting) {
    size += Buffer.byteLength(message) + 26;
    if (count > 0 && size > batchBytes) break;
    count++;
  }
  return waiting.splice(0, count);
}

function isLogged({ type }: HistoryEvent, level: LoggingConfiguration["level"]): boolean {
  const failed = /(Failed|TimedOut|Aborted)$/.test(type ?? "");
  if (level === "ALL") return true;
  // A Fail state's entry is an error as well (developer guide, "Log levels for Step Functions
  // execution events").
  if (level === "ERROR") return failed || type === "FailStateEntered";
  return level === "FATAL" && failed && /^Execution/.test(type ?? "");
}

/** Members of an event's details that contain data of the execution. */
const executionData = /^(input|output|parameters|assignedVariables)(Details)?$/;

function logEntry(
  { id, type, previousEventId, timestamp, ...rest }: HistoryEvent,
  executionArn: string,
  withData: boolean,
) {
  const details = Object.entries(rest).find(([name]) => name.endsWith("EventDetails"))?.[1] ?? {};
  const shown = Object.entries(details).filter(([name]) => withData || !executionData.test(name));
  return {
    id: String(id),
    type,
    details: Object.fromEntries(shown),
    previous_event_id: String(previousEventId),
    event_timestamp: String(timestamp?.getTime()),
    execution_arn: executionArn,
    redrive_count: "0",
  };
}
