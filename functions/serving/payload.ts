/**
 * The answer of a function in the form of API Gateway's proxy integration, which direct callers get
 * too.
 */
export interface Reply {
  statusCode: number;
  headers?: Record<string, string>;
  body: string;
}

export function createReply(statusCode: number, body: unknown, headers?: Record<string, string>): Reply {
  return { statusCode, ...(headers ? { headers } : {}), body: JSON.stringify(body) };
}

/**
 * Reads the request of an invocation: the payload alone, `{ body: {…} }`, or API Gateway's `{ body:
 * "<JSON text>" }`, which may be base64. Returns the reason when there is none. An event of API
 * Gateway has `requestContext`; in format 2.0 it has no `body` when the HTTP request has none
 * ("Create AWS Lambda proxy integrations for HTTP APIs", API Gateway guide).
 */
export function readPayload(event: unknown): { payload: Record<string, unknown> } | { reason: string } {
  if (!isObject(event)) return { reason: "request: must be a JSON object" };
  if (!("body" in event) && !("requestContext" in event)) return { payload: event };
  const { body } = event;
  if (isObject(body)) return { payload: body };
  if (typeof body !== "string") return { reason: "body: must be a JSON object" };
  try {
    const parsed: unknown = JSON.parse(
      event.isBase64Encoded === true ? Buffer.from(body, "base64").toString("utf8") : body,
    );
    return isObject(parsed) ? { payload: parsed } : { reason: "body: must be a JSON object" };
  } catch {
    return { reason: "body: is not JSON" };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
