import type { RequestEntry } from "../../account/host/request-log";
import type { RequestDetail, RequestItem } from "../messages";
import { toCliCommand } from "./cli-command";

/** A logged request as the page lists it. */
export function itemOf({ decisions, input, output: _, ...entry }: RequestEntry): RequestItem {
  const { id, time, principal, service, operation, status, error, milliseconds, fault } = entry;
  const session = operation === "PutEvents" ? (input as { sessionId?: string }).sessionId : undefined;
  return {
    id,
    time,
    principal,
    service,
    operation,
    resource: decisions.find(({ resource }) => resource !== "*")?.resource ?? "",
    status,
    ...(error === undefined ? {} : { error }),
    milliseconds,
    denied: decisions.some(({ allowed }) => !allowed),
    ...(fault && { fault: fault.effect }),
    ...(session === undefined ? {} : { session }),
  };
}

/**
 * The whole of a logged request; `wholeInput` is the JSON of an input that the entry has a part of.
 */
export async function detailOf(
  { isPart, ...entry }: RequestEntry,
  wholeInput: string | undefined,
  origin: string,
): Promise<RequestDetail> {
  const { account, region, message, output, decisions } = entry;
  const input = wholeInput === undefined ? entry.input : JSON.parse(wholeInput);
  const command = await toCliCommand(
    { ...entry, input, ...(isPart && wholeInput === undefined && { isPart }) },
    origin,
  );
  return {
    ...itemOf(entry),
    account,
    region,
    ...(message === undefined ? {} : { message }),
    input,
    ...(command !== undefined && { command }),
    ...(output === undefined ? {} : { output }),
    decisions,
  };
}
