import type { RequestEntry, RequestLog } from "./endpoint/request-log";
import { cut } from "./terminal-lines";

/** Members that identify what a request is about, the most telling ones first; several have the same name in all services. */
const subjects = ["FunctionName", "functionName", "StreamName", "campaignArn", "Bucket", "Name", "name"];

/**
 * Prints one line for each request that a client sends. Requests that the account's services and its console send are
 * left out. `width` is the terminal's. Returns a function that ends this.
 */
export function reportRequests(log: RequestLog, print: (line: string) => void, width?: () => number): () => void {
  return log.listen((entry) => {
    if (!entry.internal) print(requestLine(entry, width?.()));
  });
}

/** `lambda Invoke recommender-dev-recommend-pets 200 12 ms`; in a narrow terminal, the name is shortened. */
export function requestLine(entry: RequestEntry, width = Number.POSITIVE_INFINITY): string {
  const { service, operation, input, status, error, milliseconds } = entry;
  const start = `${service} ${operation} `;
  const end = `${error === undefined ? status : `${status} ${error}`} ${Math.round(milliseconds)} ms`;
  const subject = subjectOf(input);
  return subject === "" ? start + end : `${start}${cut(subject, width - start.length - end.length - 1)} ${end}`;
}

/** The name of the resource that a request is about; empty for one that lists or has none. */
function subjectOf(input: unknown): string {
  if (typeof input !== "object" || input === null) return "";
  const members = Object.entries(input).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const named = subjects.flatMap((subject) => members.filter(([name]) => name === subject));
  const similar = members.filter(([name]) => /(name|arn)$/i.test(name));
  const [, value = ""] = named[0] ?? similar[0] ?? [];
  return nameIn(value);
}

/** `arn:aws:personalize:…:solution/cats/1a2b` → `cats/1a2b`, `arn:aws:lambda:…:function:cats` → `cats` */
function nameIn(value: string): string {
  // One word on the line, whatever a client sends: no control characters, which could move a terminal's cursor.
  const text = value.replace(/[^\x21-\x7e]+/g, "?").slice(0, 200);
  if (!text.startsWith("arn:")) return text;
  const resource = text.split(":").slice(5).join(":");
  return resource.replace(/^[a-zA-Z-]+[/:]/, "");
}
