import { StringDecoder } from "node:string_decoder";
import { Fault } from "../../../aws/fault";
import type { Caller, Host } from "../../../host/service";
import { maxLogEventBytes } from "./protocol";

/** The log stream of one execution environment. */
export interface FunctionLog {
  readonly groupName: string;
  readonly streamName: string;
  /** Adds an event and delivers it soon. */
  write(text: string): void;
  /** Takes the last 4 KB of what was written since it was last asked (`LogType: Tail`). */
  takeTail(): string;
}

interface LogEvent {
  timestamp: number;
  message: string;
}

const tailBytes = 4096;
/** Lines kept apart, until they are cut to the tail. */
const tailLines = 256;
/** PutLogEvents takes 10,000 events and 1 MiB, each event counting 26 bytes more than its text. */
const maxEvents = 10_000;
const maxBatchBytes = 1_048_576;
const eventOverhead = 26;

/**
 * Delivers events to CloudWatch Logs as the function's role. A role that may not write logs loses
 * them, as on AWS; which is not an error of the function.
 */
export function openFunctionLog(host: Host, caller: Caller, version: string, groupName: string): FunctionLog {
  const day = new Date(host.clock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
  const streamName = `${day}/[${version}]${host.randomBytes(16).toString("hex")}`;
  let pending: LogEvent[] = [];
  let tail: string[] = [];
  let delivering = false;
  let created = false;

  const create = async () => {
    const stream = { logGroupName: groupName, logStreamName: streamName };
    try {
      await host.call(caller, "cloudwatch-logs", "CreateLogStream", stream);
    } catch (cause) {
      const code = cause instanceof Fault ? cause.code : undefined;
      if (code === "ResourceNotFoundException") {
        await host.call(caller, "cloudwatch-logs", "CreateLogGroup", { logGroupName: groupName });
        await host.call(caller, "cloudwatch-logs", "CreateLogStream", stream);
      } else if (code !== "ResourceAlreadyExistsException") throw cause;
    }
    created = true;
  };

  const put = async (logEvents: LogEvent[]) => {
    try {
      if (!created) await create();
      await host.call(caller, "cloudwatch-logs", "PutLogEvents", {
        logGroupName: groupName,
        logStreamName: streamName,
        logEvents,
      });
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      created = false;
    }
  };

  const deliver = async () => {
    while (pending.length > 0) {
      const batch = takeBatch(pending);
      pending = pending.slice(batch.length);
      await put(batch);
    }
    delivering = false;
  };

  return {
    groupName,
    streamName,
    write(text) {
      const message = cut(text, maxLogEventBytes);
      if (message === "") return;
      pending.push({ timestamp: Math.floor(host.clock.now()), message });
      tail.push(`${message.slice(-tailBytes)}\n`);
      if (tail.length > tailLines) tail = [tail.join("").slice(-tailBytes)];
      if (delivering) return;
      delivering = true;
      host.clock.track(Promise.resolve().then(deliver));
    },
    takeTail() {
      const bytes = Buffer.from(tail.join(""));
      tail = [];
      return bytes.subarray(Math.max(0, bytes.length - tailBytes)).toString("base64");
    },
  };
}

/** Cuts a text to a number of bytes, between two characters. */
function cut(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return text;
  return new StringDecoder().write(Buffer.from(text).subarray(0, bytes));
}

function takeBatch(events: readonly LogEvent[]): LogEvent[] {
  let bytes = 0;
  const end = events.findIndex(({ message }, i) => {
    bytes += Buffer.byteLength(message) + eventOverhead;
    return i > 0 && (bytes > maxBatchBytes || i >= maxEvents);
  });
  return events.slice(0, end === -1 ? events.length : end);
}
