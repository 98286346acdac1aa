import { isReadOnly } from "../account/host/read-only";
import type { RequestEntry, RequestLog } from "../account/host/request-log";
import { cut, type PrintLine } from "./terminal-lines";

/**
 * Members that identify what a request is about, the most telling ones first; several have the same
 * name in all services.
 */
const subjects = ["FunctionName", "functionName", "StreamName", "campaignArn", "Bucket", "Name", "name"];

interface RequestLines {
  /** Also prints requests that read and succeed. */
  readonly reads: boolean;
  /** The columns of a line. */
  width?(): number;
}

/**
 * Prints one line for each request of a client that changes something or fails. Requests that the
 * account's services and its console send are left out. Returns a function that ends this.
 */
export function reportRequests(log: RequestLog, print: PrintLine, { reads, width }: RequestLines): () => void {
  return log.listen((entry) => {
    const failed = entry.error !== undefined;
    if (entry.internal || (!reads && !failed && isRead(entry))) return;
    print(requestLine(entry, width?.()), failed, requestLine({ ...entry, milliseconds: undefined }));
  });
}

/** What a line shows of a request; without its time, equal requests have equal lines. */
type LoggedCall = Omit<RequestEntry, "milliseconds"> & { readonly milliseconds: number | undefined };

/** `lambda Invoke cats 200 12 ms, owner`; in a narrow terminal, the name is shortened. */
export function requestLine(entry: LoggedCall, width = Number.POSITIVE_INFINITY): string {
  const { service, operation, input, status, error, milliseconds, principal } = entry;
  const start = `${service} ${operation} `;
  const result = error === undefined ? status : `${status} ${error}`;
  const time = milliseconds === undefined ? "" : ` ${Math.round(milliseconds)} ms`;
  const end = `${result}${time}, ${callerIn(principal)}`;
  const subject = subjectOf(input);
  return subject === "" ? start + end : `${start}${cut(subject, width - start.length - end.length - 1)} ${end}`;
}

/** S3 reads by HEAD, too. */
const isRead = ({ operation }: RequestEntry) => isReadOnly(operation) || operation.startsWith("Head");

/**
 * The account's owner, or the last name in the caller's ARN: of a function's role, the function.
 */
const callerIn = (arn: string) => (arn.endsWith(":root") ? "owner" : toWord(arn.slice(arn.lastIndexOf("/") + 1)));

/** The name of the resource that a request is about; empty for one that lists or has none. */
function subjectOf(input: unknown): string {
  if (typeof input !== "object" || input === null) return "";
  const members = Object.entries(input).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const named = subjects.flatMap((subject) => members.filter(([name]) => name === subject));
  const similar = members.filter(([name]) => /(name|arn)$/i.test(name));
  const [, value = ""] = named[0] ?? similar[0] ?? [];
  return nameIn(value);
}

/**
 * `arn:aws:personalize:…:solution/cats/1a2b` → `cats/1a2b`, `arn:aws:lambda:…:function:cats` →
 * `cats`
 */
function nameIn(value: string): string {
  const text = toWord(value);
  if (!text.startsWith("arn:")) return text;
  const resource = text.split(":").slice(5).join(":");
  return resource.replace(/^[a-zA-Z-]+[/:]/, "");
}

/**
 * One word on the line, whatever a client sends: no control characters, which could move a
 * terminal's cursor.
 */
const toWord = (text: string) => text.replace(/[^\x21-\x7e]+/g, "?").slice(0, 200);
