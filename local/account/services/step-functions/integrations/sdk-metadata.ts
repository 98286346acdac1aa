import type { Json } from "../definition/definition";

/** The parts of a response of a task's service that are beyond the operation's output. */
export interface Responses {
  requestId(): string;
  now(): number;
}

type Headers = Readonly<Record<string, string>>;

/**
 * Adds to a result what the optimised integrations of Lambda and SNS add (recorded: localstack's snapshots of
 * lambda:invoke and sns:publish).
 */
export function sdkMetadata(
  status: number,
  responses: Responses,
  headersOf: (requestId: string) => Headers,
): Record<string, Json> {
  const requestId = responses.requestId();
  const headers = {
    ...headersOf(requestId),
    Date: new Date(responses.now()).toUTCString(),
    "x-amzn-RequestId": requestId,
  };
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: status,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}

export const invokeHeaders =
  (version: string, payload: string, now: number) =>
  (requestId: string): Headers => ({
    Connection: "keep-alive",
    "Content-Length": String(Buffer.byteLength(payload)),
    "Content-Type": "application/json",
    "X-Amz-Executed-Version": version,
    "X-Amzn-Trace-Id": traceOf(requestId, now),
    "x-amzn-Remapped-Content-Length": "0",
  });

/** The ids in the document have always the same length, and so has the document. */
export const publishHeaders = (): Headers => ({
  connection: "keep-alive",
  "Content-Length": "294",
  "Content-Type": "text/xml",
});

/** X-Ray developer guide, "Trace ID format": the time in seconds and 96 bits. */
function traceOf(requestId: string, now: number): string {
  const bits = requestId.replaceAll("-", "");
  return `Root=1-${Math.floor(now / 1000).toString(16)}-${bits.slice(0, 24)};Parent=${bits.slice(-16)};Sampled=0`;
}
