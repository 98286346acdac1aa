import { z } from "zod";
import type { RuntimeMessage } from "./protocol";

const residentBytes = z.number();
const requestId = z.string();
const error = z.object({
  errorType: z.string(),
  errorMessage: z.string(),
  trace: z.array(z.string()).optional(),
});

const runtimeMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("booted"), residentBytes }),
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("log"), text: z.string() }),
  z.object({ type: z.literal("started"), requestId }),
  z.object({ type: z.literal("result"), requestId, residentBytes }),
  z.object({ type: z.literal("error"), requestId, residentBytes, error }),
  z.object({ type: z.literal("fatal"), error }),
]);

/**
 * Reads a line of the process: a message, and the JSON text behind it. Undefined for every other
 * line: a handler can write to the pipe as well, also in the middle of a message.
 */
export function readMessage(line: Buffer, nonce: string): { message: RuntimeMessage; json: Buffer } | undefined {
  const start = Buffer.from(`${nonce} `);
  if (!line.subarray(0, start.length).equals(start)) return undefined;
  const tab = line.indexOf(0x09);
  const end = tab === -1 ? line.length : tab;
  const { success, data: message } = runtimeMessage.safeParse(parse(line.toString("utf8", start.length, end)));
  return success ? { message, json: line.subarray(end + 1) } : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
