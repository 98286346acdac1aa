import type { Session } from "../../../host/principal";
import type { Host } from "../../../host/service";
import type { CodeFolder, CodeStore } from "../code/code-store";
import { type LambdaFunction, latestVersion, type Revision } from "../state/function";
import { type Environment, startEnvironment } from "./environment";
import { openEnvironment } from "./environment-key";
import { type FunctionLog, openFunctionLog } from "./function-log";
import type { Reply } from "./replies";
import { writeStart } from "./report";
import { assumeFunctionRole, callerOf } from "./role";
import type { Workspace } from "./workspace";

export interface Request {
  /** JSON text; empty means `{}`. */
  readonly payload: Uint8Array;
  readonly requestId?: string;
  readonly clientContext?: string;
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

/** Init has ten seconds, or the function's timeout if that is longer: AWS repeats a slow init within the timeout. */
const initLimitMs = 10_000;

/** Returns whether the environment ended without having read the event. */
export const neverBegan = (reply: Reply) => (reply.type === "exit" || reply.type === "fatal") && !reply.begun;

/** The account's clock, as a runtime gets it. */
export const clockState = ({ clock }: Host) => ({ now: clock.now(), speed: clock.speed });

/** Follows the environments of a function. */
export interface InstanceObserver {
  /** Throws when no environment may start any more. */
  checkOpen(): void;
  started(instance: Instance): void;
  /** Its process ended. */
  ended(instance: Instance): void;
}

/** The files of functions. */
export interface Files {
  readonly workspace: Workspace;
  readonly codes: CodeStore;
}

/** Starts an environment for the live revision of a function. */
export async function startInstance(
  host: Host,
  { workspace, codes }: Files,
  fn: LambdaFunction,
  observer: InstanceObserver,
): Promise<Instance> {
  const revision = fn.live;
  const { settings } = revision;
  const session = assumeFunctionRole(host, fn, settings.role);
  const role = callerOf(fn, session);
  const own = await openEnvironment(host, role, fn.name, revision);
  const folder = await codes.folderOf(revision.code);
  observer.checkOpen();
  const log = openFunctionLog(host, role, latestVersion, settings.logging.LogGroup ?? `/aws/lambda/${fn.name}`);
  const environment = startEnvironment({
    boot: {
      taskRoot: folder.directory,
      handler: settings.handler,
      nodeMajor: Number(/^nodejs(\d+)/.exec(settings.runtime)?.[1] ?? 0),
      logFormat: settings.logging.LogFormat ?? "Text",
      logLevel: settings.logging.ApplicationLogLevel ?? "INFO",
      ...clockState(host),
    },
    variables: { ...variablesOf(host, fn, session, log, folder), ...own },
    memoryMb: settings.memoryMb,
    workspace,
    onLog(text) {
      log.write(text);
      host.emit("function.log", { functionName: fn.name, text });
    },
    onDeath: () => {
      instance.ended = true;
      observer.ended(instance);
    },
  });
  const instance: Instance = { revision, environment, log, started: performance.now(), loaded: false, ended: false };
  observer.started(instance);
  return instance;
}

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
  const logStart = () => writeStart(log, settings.logging, requestId, host.clock.now());
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
    functionArn: fn.arn,
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

/** The variables that Lambda defines; the function's own are added to them. */
function variablesOf(
  host: Host,
  { name, region, live: { settings } }: LambdaFunction,
  session: Session,
  log: FunctionLog,
  folder: CodeFolder,
) {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
    AWS_ENDPOINT_URL: host.origin,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: latestVersion,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: log.groupName,
    AWS_LAMBDA_LOG_STREAM_NAME: log.streamName,
    LAMBDA_TASK_ROOT: folder.directory,
    LANG: "en_US.UTF-8",
    NODE_PATH: folder.imagePackages,
    PATH: "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    TZ: ":UTC",
    _HANDLER: settings.handler,
  };
}
