import { type FunctionError, maxResponseBytes } from "./protocol";
import type { Exit, Reply } from "./replies";

/** Signals in the words of Lambda's messages; Go's names for them. */
const signalNames: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: "aborted",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
};

const timedOut = (seconds: number) => `Task timed out after ${seconds.toFixed(2)} seconds`;

function exited({ code, signal, outOfMemory }: Exit): { errorType: string; message: string } {
  if (outOfMemory) return { errorType: "Runtime.OutOfMemory", message: "Runtime exited with error: signal: killed" };
  const reason = signal === null ? `exit status ${code}` : `signal: ${signalNames[signal] ?? signal}`;
  const message = code === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: ${reason}`;
  return { errorType: "Runtime.ExitError", message };
}

/** Returns the answer to the function's caller, as JSON text. */
export function responseOf(
  reply: Reply,
  requestId: string,
  timeoutSeconds: number,
): { payload: Uint8Array; failed: boolean } {
  const failure = (error: FunctionError) => ({ payload: Buffer.from(JSON.stringify(error)), failed: true });
  const runtime = (errorType: string, message: string) =>
    failure({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` });
  switch (reply.type) {
    case "result":
      if (reply.json.length <= maxResponseBytes) return { payload: reply.json, failed: false };
      return failure({
        errorType: "Function.ResponseSizeTooLarge",
        errorMessage: `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
      });
    case "error":
    case "fatal":
      return failure(reply.error);
    case "timeout":
      return runtime("Sandbox.Timedout", timedOut(timeoutSeconds));
    case "exit": {
      const { errorType, message } = exited(reply.how);
      return runtime(errorType, message);
    }
    case "ready":
      throw new Error(`Lambda: the runtime answered request ${requestId} with "ready".`);
  }
}

/** The event that Lambda itself adds to the log when a function ends without a result. */
export function causeOf(reply: Reply, requestId: string, timeoutSeconds: number, now: number): string | undefined {
  if (reply.type === "timeout") return `${new Date(now).toISOString()} ${requestId} ${timedOut(timeoutSeconds)}`;
  if (reply.type !== "exit") return undefined;
  const { errorType, message } = exited(reply.how);
  return `RequestId: ${requestId} Error: ${message}\n${errorType}`;
}
