import { Fault, notImplemented } from "../../../aws/fault";
import type { ServiceName } from "../../../model/clients";
import type { Settings } from "../state/schedule";

/** One call that a schedule makes. */
interface TargetCall {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: unknown;
}

/** The facts about a run: the context attributes of a target's Input, and the default event. */
interface Run {
  readonly scheduleArn: string;
  readonly scheduledTime: number;
  readonly executionId: string;
  readonly attempt: number;
  readonly account: string;
  readonly region: string;
}

const unsupported = [
  "DeadLetterConfig",
  "EcsParameters",
  "EventBridgeParameters",
  "KinesisParameters",
  "SageMakerPipelineParameters",
  "SqsParameters",
] as const;

/** Refuses a target that AWS would refuse, and with 501 one that this account does not call. */
export function checkTarget(target: Settings["target"]): void {
  for (const member of unsupported) {
    if (target[member] !== undefined) throw notImplemented(`scheduler: a target with ${member}`);
  }
  readCall(target, { scheduleArn: "", scheduledTime: 0, executionId: "", attempt: 1, account: "", region: "" });
}

/** Reads the call that a target makes. */
export function readCall({ Arn: arn, Input }: Settings["target"], run: Run): TargetCall {
  const payload = Input === undefined ? JSON.stringify(createDefaultEvent(run)) : replaceContext(Input, run);
  const [, , service, , , ...resource] = arn.split(":");
  if (service === "states" && resource[0] === "stateMachine") {
    return { service: "sfn", operation: "StartExecution", input: { stateMachineArn: arn, input: payload } };
  }
  if (service === "lambda" && resource[0] === "function") {
    const input = { FunctionName: arn, InvocationType: "Event", Payload: new TextEncoder().encode(payload) };
    return { service: "lambda", operation: "Invoke", input };
  }
  if (service === "sns" && resource.length === 1) {
    return { service: "sns", operation: "Publish", input: { TopicArn: arn, Message: payload } };
  }
  if (!/^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d*:.+$/.test(arn)) {
    throw new Fault("ValidationException", "Provided Arn is not in correct format.");
  }
  throw notImplemented(`scheduler: the target ${arn}`);
}

/** Replaces `<aws.scheduler.…>` in the Input (User Guide, "Context attributes"). */
function replaceContext(text: string, { scheduleArn, scheduledTime, executionId, attempt }: Run): string {
  const attributes = new Map([
    ["schedule-arn", scheduleArn],
    ["scheduled-time", formatSeconds(scheduledTime)],
    ["execution-id", executionId],
    ["attempt-number", String(attempt)],
  ]);
  return text.replace(/<aws\.scheduler\.([a-z-]+)>/g, (whole, name: string) => attributes.get(name) ?? whole);
}

/** Creates the event that a target receives if the schedule has no Input. */
function createDefaultEvent({ scheduleArn, scheduledTime, executionId, account, region }: Run) {
  return {
    version: "0",
    id: executionId,
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account,
    time: formatSeconds(scheduledTime),
    region,
    resources: [scheduleArn],
    detail: "{}",
  };
}

const formatSeconds = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
