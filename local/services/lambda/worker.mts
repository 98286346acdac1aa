// The Node.js runtime of one execution environment, in its own thread. Node.js runs this file as it is (type stripping),
// so it may use erasable syntax and imports of Node.js and types only.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import { parentPort, workerData } from "node:worker_threads";
import type { Bootstrap, FunctionError, InvokeMessage, WorkerMessage } from "./protocol.js";

type Handler = (event: unknown, context: object, callback?: (error: unknown, result?: unknown) => void) => unknown;

const boot = workerData as Bootstrap;
const port = parentPort;
if (!port) throw new Error("The Lambda runtime runs in a worker thread of the local account only.");
const send = (message: WorkerMessage) => port.postMessage(message);

let requestId = "undefined";
let clock = { virtual: Date.now(), real: performance.now(), speed: 1 };
const now = () => Math.floor(clock.virtual + (performance.now() - clock.real) * clock.speed);

// Code in the account sees the account's time.
const RealDate = Date;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key, receiver) => (key === "now" ? now : Reflect.get(target, key, receiver)),
});

const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const lowest = boot.logFormat === "JSON" ? levels.indexOf(boot.logLevel) : 0;

function log(level: string, args: readonly unknown[]) {
  if (levels.indexOf(level) < lowest) return;
  const timestamp = new Date().toISOString();
  if (boot.logFormat === "JSON") {
    const [only] = args;
    const message = args.length === 1 && typeof only === "object" && !(only instanceof Error) ? only : format(...args);
    const error = args.find((arg) => arg instanceof Error);
    const described = error && {
      errorType: error.name,
      errorMessage: error.message,
      stackTrace: error.stack?.split("\n") ?? [],
    };
    send({ type: "log", text: JSON.stringify({ timestamp, level, requestId, message, ...described }) });
  } else {
    // One call is one log event: Lambda turns line breaks inside it into carriage returns.
    const text = `${timestamp}\t${requestId}\t${level}\t${format(...args)}`;
    send({ type: "log", text: text.replaceAll("\n", "\r") });
  }
}

for (const [method, level] of [
  ["trace", "TRACE"],
  ["debug", "DEBUG"],
  ["log", "INFO"],
  ["info", "INFO"],
  ["warn", "WARN"],
  ["error", "ERROR"],
] as const) {
  console[method] = (...args: unknown[]) => log(level, args);
}

// Whatever is written beside the console goes the same way, so that its order against the result is kept.
for (const stream of [process.stdout, process.stderr]) {
  let rest = "";
  stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
    const lines = (rest + (typeof chunk === "string" ? chunk : Buffer.from(chunk).toString())).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) send({ type: "log", text });
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") queueMicrotask(() => callback());
    return true;
  }) as typeof stream.write;
}

function describe(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return {
    errorType: thrown.name,
    errorMessage: thrown.message,
    trace: (thrown.stack ?? "").split("\n"),
  };
}

function fatal(errorType: string, thrown: unknown) {
  const described = describe(thrown);
  const error = { ...described, errorType, errorMessage: String(thrown) };
  log("ERROR", [
    errorType === "Runtime.UnhandledPromiseRejection" ? "Unhandled Promise Rejection" : "Uncaught Exception",
    JSON.stringify(error),
  ]);
  send({ type: "fatal", error });
}
process.on("unhandledRejection", (reason) => fatal("Runtime.UnhandledPromiseRejection", reason));
process.on("uncaughtException", (thrown) => fatal("Runtime.UncaughtException", thrown));

class InitError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** The module of `folder/file`: `.js` as its package.json says, then `.mjs`, then `.cjs`. */
async function loadModule(file: string): Promise<Record<string, unknown>> {
  const base = path.resolve(boot.taskRoot, file);
  const require = createRequire(path.join(boot.taskRoot, "index.js"));
  if (existsSync(`${base}.js`) && !isEsm(base)) return require(`${base}.js`);
  for (const extension of [".js", ".mjs"]) {
    if (existsSync(base + extension)) return import(pathToFileURL(base + extension).href);
  }
  if (existsSync(`${base}.cjs`)) return require(`${base}.cjs`);
  throw new InitError("Runtime.ImportModuleError", `Error: Cannot find module '${file}'`);
}

/** Whether the nearest package.json inside the zip says `"type": "module"`. */
function isEsm(base: string): boolean {
  for (let folder = path.dirname(base); folder.startsWith(boot.taskRoot); folder = path.dirname(folder)) {
    const file = path.join(folder, "package.json");
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")).type === "module";
  }
  return false;
}

async function load(): Promise<Handler> {
  const { dir, base } = path.posix.parse(boot.handler);
  const [file = "", ...names] = base.split(".");
  if (names.length === 0) throw new InitError("Runtime.MalformedHandlerName", "Bad handler");
  let found: unknown;
  try {
    const loaded = await loadModule(path.posix.join(dir, file));
    const root = names[0] !== undefined && names[0] in loaded ? loaded : (loaded.default as Record<string, unknown>);
    found = names.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], root);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw new InitError("Runtime.UserCodeSyntaxError", String(thrown));
    const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
    if (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") {
      throw new InitError("Runtime.ImportModuleError", String(thrown));
    }
    throw thrown;
  }
  if (typeof found !== "function") {
    throw new InitError("Runtime.HandlerNotFound", `${boot.handler} is undefined or not exported`);
  }
  if (found.length >= 3 && boot.nodeMajor >= 24) {
    throw new InitError(
      "Runtime.CallbackHandlerDeprecated",
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. " +
        "You need to modify this function to use a supported handler signature to use Node.js 24 or later.",
    );
  }
  return found as Handler;
}

function contextOf(message: InvokeMessage) {
  const deadline = performance.now() + message.timeout;
  return {
    awsRequestId: message.requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: message.functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: message.functionArn,
    memoryLimitInMB: String(message.memoryMb),
    logGroupName: message.logGroupName,
    logStreamName: message.logStreamName,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
    ...(message.clientContext !== undefined && { clientContext: JSON.parse(message.clientContext) }),
  };
}

function call(handler: Handler, event: unknown, context: object): Promise<unknown> {
  if (handler.length < 3) return Promise.resolve(handler(event, context));
  return new Promise((resolve, reject) => {
    const returned = handler(event, context, (error, result) => (error ? reject(error) : resolve(result)));
    if (returned instanceof Promise) returned.then(resolve, reject);
  });
}

const usedMb = () => {
  const { heapUsed, external } = process.memoryUsage();
  return Math.ceil((heapUsed + external) / 1_048_576);
};

async function invoke(handler: Handler, message: InvokeMessage) {
  requestId = message.requestId;
  clock = { virtual: message.now, real: performance.now(), speed: message.speed };
  try {
    const result = await call(handler, JSON.parse(message.event), contextOf(message));
    send({ type: "result", json: JSON.stringify(result) ?? "null", memoryMb: usedMb() });
  } catch (thrown) {
    const error = describe(thrown);
    log("ERROR", ["Invoke Error", JSON.stringify({ ...error, trace: undefined, stack: error.trace })]);
    send({ type: "error", error, memoryMb: usedMb() });
  }
}

load().then(
  (handler) => {
    port.on("message", (message: InvokeMessage) => void invoke(handler, message));
    send({ type: "ready" });
  },
  (thrown) => {
    const error = describe(thrown);
    log("ERROR", ["Uncaught Exception", JSON.stringify({ ...error, trace: undefined, stack: error.trace })]);
    send({ type: "fatal", error });
  },
);
