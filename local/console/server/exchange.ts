import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import type { z } from "zod";
import { readBody } from "../../account/wire/request-body";
import { type Outgoing, sendBody } from "../../account/wire/response-body";

export type Incoming = IncomingMessage | Http2ServerRequest;
export type { Outgoing };

/** The fault of a request, and the status that says so. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** In bytes: no body that the console takes is longer. */
const longestBody = 64 * 1024;

/**
 * On every answer: nothing may be loaded or sent but from and to this account, no script or style
 * in the page itself, no frame around it.
 */
const safety: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

export function begin(response: Outgoing, status: number, headers: Readonly<Record<string, string>>): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries({ ...safety, ...headers })) response.setHeader(name, value);
}

export function sendJson(response: Outgoing, status: number, value: unknown): Promise<void> {
  begin(response, status, { "content-type": "application/json", "cache-control": "no-store" });
  return sendBody(response, `${JSON.stringify(value)}\n`);
}

/** The JSON object in a request's body; an empty body is an empty object. */
export async function bodyOf(request: Incoming): Promise<Record<string, unknown>> {
  // A form or a plain text could come from any page without asking; JSON cannot (Fetch standard,
  // CORS-safelisted headers).
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) {
    throw new Refused(415, 'The body must be JSON. Send the header "content-type: application/json".');
  }
  const body = await readBody(request, longestBody);
  if (body.size > longestBody) throw new Refused(413, `The body is longer than ${longestBody} bytes.`);
  const text = body.toString();
  try {
    const value: unknown = text === "" ? {} : JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // The same words for both.
  }
  throw new Refused(400, "The body must be a JSON object.");
}

/** Reads a body by a schema; refuses it with the field and the problem. */
export function read<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const { success, data, error } = schema.safeParse(body);
  if (success) return data;
  const [issue] = error.issues;
  throw new Refused(400, `${issue?.path.join(".") || "body"}: ${issue?.message ?? "is wrong"}`);
}
