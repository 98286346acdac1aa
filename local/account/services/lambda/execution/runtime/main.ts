/**
 * The Node.js runtime of one execution environment, in a separate process. `workspace.ts` bundles
 * this folder into one file: nothing but Node.js may be imported at run time.
 */
import { type Bootstrap, type Frame, type InvokeMessage, maxResponseBytes } from "../protocol";
import { createSender, readFrames, type Send } from "./account-pipe";
import { describeError, RuntimeError, textOf } from "./errors";
import { type Handler, loadHandler } from "./handler";
import { createLog, type Log } from "./log";
import { searchNodePath } from "./node-path";
import { replaceDate } from "./virtual-date";

const setClock = replaceDate();
// Taken before the function's code can replace them.
const residentBytes = process.memoryUsage.rss;
const { parse, stringify } = JSON;

let receive: ((frame: Frame, bytes: Buffer) => void) | undefined;
readFrames((frame, bytes) => {
  if (frame.type === "boot") {
    setClock(frame);
    receive = start(frame);
  } else receive?.(frame, bytes);
});

/** Loads the handler. Returns the function that takes the frames from then on. */
function start(boot: Bootstrap): (frame: Frame, bytes: Buffer) => void {
  const send = createSender(boot.nonce);
  let requestId = "undefined";
  const log = createLog(send, () => requestId);
  let handler: Handler | undefined;

  process.on("unhandledRejection", (reason) => end(send, log, "Runtime.UnhandledPromiseRejection", reason));
  process.on("uncaughtException", (thrown) => end(send, log, "Runtime.UncaughtException", thrown));
  if (boot.nodeMajor >= 18) searchNodePath(boot.taskRoot);
  send({ type: "booted", residentBytes: residentBytes() });
  loadHandler(boot).then(
    (loaded) => {
      handler = loaded;
      send({ type: "ready" });
    },
    (thrown) => {
      const error = describeError(thrown);
      log("ERROR", "Uncaught Exception", logged(error));
      send({ type: "fatal", error });
    },
  );
  return (frame, bytes) => {
    setClock(frame);
    if (frame.type !== "invoke" || !handler) return;
    requestId = frame.requestId;
    send({ type: "started", requestId });
    void invoke(handler, frame, bytes.toString(), send, log);
  };
}

async function invoke(handler: Handler, message: InvokeMessage, event: string, send: Send, log: Log): Promise<void> {
  const { requestId } = message;
  try {
    const json = serialise(await call(handler, parse(event), contextOf(message)));
    send({ type: "result", requestId, residentBytes: residentBytes() }, json);
  } catch (thrown) {
    const error = describeError(thrown);
    log("ERROR", "Invoke Error", logged(error));
    send({ type: "error", requestId, residentBytes: residentBytes(), error });
  }
}

function serialise(result: unknown): string {
  let json: string | undefined;
  try {
    json = stringify(result);
  } catch {
    throw new Error("Unable to stringify response body");
  }
  if (json === undefined) return "null";
  if (Buffer.byteLength(json) <= maxResponseBytes) return json;
  throw new RuntimeError(
    "Function.ResponseSizeTooLarge",
    `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
  );
}

function call(handler: Handler, event: unknown, context: object): Promise<unknown> {
  if (handler.length < 3) return Promise.resolve(handler(event, context));
  return new Promise((resolve, reject) => {
    const returned = handler(event, context, (error, result) => (error ? reject(error) : resolve(result)));
    if (returned instanceof Promise) returned.then(resolve, reject);
  });
}

function contextOf(message: InvokeMessage) {
  const deadline = performance.now() + message.timeout;
  return {
    awsRequestId: message.requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: message.functionName,
    functionVersion: message.functionVersion,
    invokedFunctionArn: message.functionArn,
    memoryLimitInMB: String(message.memoryMb),
    logGroupName: message.logGroupName,
    logStreamName: message.logStreamName,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
    ...(message.clientContext !== undefined && { clientContext: parse(message.clientContext) }),
  };
}

/** Reports what was thrown outside the handler; the account ends the process. */
function end(send: Send, log: Log, errorType: string, thrown: unknown): void {
  const error = { ...describeError(thrown), errorType, errorMessage: textOf(thrown) };
  const what = errorType === "Runtime.UnhandledPromiseRejection" ? "Unhandled Promise Rejection" : "Uncaught Exception";
  log("ERROR", what, stringify(error));
  send({ type: "fatal", error });
}

const logged = ({ trace, ...error }: ReturnType<typeof describeError>) => stringify({ ...error, stack: trace });
