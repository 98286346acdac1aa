import type { RequestEntry, RequestLog } from "./endpoint/request-log";

/** Members that identify what a request is about, the most telling ones first; several have the same name in all services. */
const subjects = ["FunctionName", "functionName", "StreamName", "campaignArn", "Bucket", "Name", "name"];

/**
 * Prints one line for each request that a client sends. Requests that the account's services and its console send are
 * left out. Returns a function that ends this.
 */
export function reportRequests(log: RequestLog, print: (line: string) => void): () => void {
  return log.listen((entry) => {
    if (!entry.internal) print(requestLine(entry));
  });
}

/** `lambda Invoke recommender-dev-recommend-pets 200 12 ms` */
export function requestLine({ service, operation, input, status, error, milliseconds }: RequestEntry): string {
  const outcome = error === undefined ? status : `${status} ${error}`;
  return [service, operation, subjectOf(input), outcome, `${Math.round(milliseconds)} ms`]
    .filter((part) => part !== "")
    .join(" ");
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
