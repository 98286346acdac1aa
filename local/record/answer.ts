import { Readable } from "node:stream";
import { text } from "node:stream/consumers";

/** An answer as it came, with its body read: JSON as a value, other text as it is. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface Response {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  body?: unknown;
}

/** Headers that sign, that differ in every answer, or that name machines. */
const left =
  /^(authorization|cookie|set-cookie|date|via|x-amz-security-token|x-amz-id-2|x-amz-cf-.*|x-amz-apigw-.*|.*request-?id|x-amzn-trace-id)$/i;

/** Reads an answer, and leaves its body to be read again. */
export async function readAnswer(given: unknown): Promise<Answer> {
  const response = given as Response;
  const raw = response.body instanceof Readable ? await text(response.body) : "";
  if (response.body instanceof Readable) response.body = Readable.from(Buffer.from(raw));
  const headers = Object.fromEntries(Object.entries(response.headers).filter(([name]) => !left.test(name)));
  return { status: response.statusCode, headers, body: parse(raw) };
}

function parse(raw: string): unknown {
  try {
    return raw === "" ? undefined : JSON.parse(raw);
  } catch {
    return raw;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** The error's name and message in an answer of any of AWS's protocols. */
export function readError({ headers, body }: Answer): { name: string; message?: string } {
  const members = isObject(body) ? body : {};
  const inXml = (element: string) => new RegExp(`<${element}>([^<]*)<`).exec(String(body))?.[1];
  const name = headers["x-amzn-errortype"] ?? members.__type ?? members.code ?? inXml("Code") ?? "";
  const message = members.message ?? members.Message ?? inXml("Message");
  return {
    // `com.amazonaws.personalize#InvalidInputException:http://…`.
    name: String(name).replace(/^.*#/, "").replace(/:.*$/, ""),
    ...(typeof message === "string" && { message }),
  };
}

/** The states in an answer: of the resource, then of its latest update. */
export function readStates(body: unknown): string[] {
  if (!isObject(body)) return [];
  return Object.entries(body).flatMap(([member, value]) => {
    if (member === "status") return [String(value)];
    return Array.isArray(value) ? [] : readStates(value);
  });
}

/**
 * The answer to a request that names nothing of `own`, without the entries of lists that do not
 * either: others' resources.
 */
export function keepOwn(request: unknown, body: unknown, own: string): unknown {
  if (JSON.stringify(request)?.includes(own)) return body;
  // Text in XML has no entries that could be left out.
  if (typeof body === "string") return body.includes(own) || body === "" ? body : "<not recorded>";
  if (!isObject(body)) return body;
  const isOwn = (entry: unknown) => !isObject(entry) || JSON.stringify(entry).includes(own);
  const members = Object.entries(body).map(([member, value]) => [
    member,
    Array.isArray(value) ? value.filter(isOwn) : keepOwn(request, value, own),
  ]);
  return Object.fromEntries(members);
}
