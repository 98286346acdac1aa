/** A function's log that takes a bounded number of bytes for each invocation. */
interface LogLimit {
  (text: string): void;
  /** Another invocation begins. */
  restart(): void;
  /** Returns whether Node.js wrote that the heap's limit was reached. */
  heapExhausted(): boolean;
}

/**
 * CloudWatch Logs would take any amount; the account keeps logs in its memory. A short line costs
 * more memory than its text, so each counts a little more.
 */
const maxBytes = 16 * 1024 * 1024;
const eventOverhead = 100;
/** V8 writes this before it aborts. */
const heapLimit = "JavaScript heap out of memory";

export function createLogLimit(write: (text: string) => void): LogLimit {
  let bytes = 0;
  let exhausted = false;
  const limited = (text: string) => {
    exhausted ||= text.includes(heapLimit);
    if (bytes > maxBytes) return;
    bytes += text.length + eventOverhead;
    if (bytes <= maxBytes) write(text);
    else write(`The log of this invocation exceeds ${maxBytes} bytes; the local account drops the rest.`);
  };
  return Object.assign(limited, {
    restart() {
      bytes = 0;
    },
    heapExhausted: () => exhausted,
  });
}
