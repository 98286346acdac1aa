import type { Host } from "../../../host/service";
import { type LambdaFunction, latestVersion, type Revision } from "../state/function";
import type { Environment } from "./environment";
import type { FunctionLog } from "./function-log";
import type { Reply } from "./replies";
import { writeStart } from "./report";

export interface Request {
  /** JSON text; empty means `{}`. */
  readonly payload: Uint8Array;
  readonly requestId?: string;
  readonly clientContext?: string;
  /** The ARN by which the function was invoked, if it is not its own. */
  readonly invokedArn?: string;
}

/** A warm environment, with the role's session that its code uses. */
export interface Instance {
  readonly revision: Revision;
  readonly environment: Environment;
  readonly log: FunctionLog;
  /** Real time: it measures the start. */
  readonly started: number;
  loaded: boolean;
  ended: boolean;
}

/** An environment's handling of an event. */
export interface Run {
  readonly reply: Reply;
  readonly durationMs: number;
  readonly initDurationMs?: number;
}

/**
 * Init has ten seconds, or the function's timeout if that is longer: AWS repeats a slow init within
 * the timeout.
 */
const initLimitMs = 10_000;

/** Returns whether the environment ended without having read the event. */
export const neverBegan = (reply: Reply) => (reply.type === "exit" || reply.type === "fatal") && !reply.begun;

/** The account's clock, as a runtime gets it. */
export const clockState = ({ clock }: Host) => ({ now: clock.now(), speed: clock.speed });

/** Loads the handler if it is not loaded yet, then sends it the event. */
export async function runEvent(
  host: Host,
  fn: LambdaFunction,
  instance: Instance,
  request: Request,
  requestId: string,
): Promise<Run> {
  const { environment, revision, log } = instance;
  const { settings } = revision;
  const timeout = settings.timeoutSeconds * 1000;
  const logStart = () => writeStart(log, requestId);
  const init = instance.loaded ? undefined : await loadHandler(instance, timeout);
  if (init && !instance.loaded) {
    logStart();
    return { ...init, durationMs: 0 };
  }
  const started = performance.now();
  let begun = false;
  const message = {
    requestId,
    functionName: fn.name,
    functionVersion: latestVersion,
    functionArn: request.invokedArn ?? fn.arn,
    memoryMb: settings.memoryMb,
    logGroupName: log.groupName,
    logStreamName: log.streamName,
    timeout,
    ...clockState(host),
    ...(request.clientContext !== undefined && { clientContext: request.clientContext }),
  };
  const event = request.payload.length > 0 ? request.payload : Buffer.from("{}");
  const reply = await environment.invoke(message, event, () => {
    begun = true;
    logStart();
  });
  if (!begun && !neverBegan(reply)) logStart();
  return { ...init, reply, durationMs: performance.now() - started };
}

async function loadHandler(instance: Instance, timeoutMs: number): Promise<{ reply: Reply; initDurationMs: number }> {
  const reply = await instance.environment.ready(Math.max(initLimitMs, timeoutMs));
  instance.loaded = reply.type === "ready";
  return { reply, initDurationMs: performance.now() - instance.started };
}
