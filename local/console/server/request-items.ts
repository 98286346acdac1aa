import type { RequestEntry } from "../../account/host/request-log";
import type { RequestDetail, RequestItem } from "../messages";

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

export function detailOf(entry: RequestEntry): RequestDetail {
  const { account, region, message, input, output, decisions } = entry;
  return {
    ...itemOf(entry),
    account,
    region,
    ...(message === undefined ? {} : { message }),
    input,
    ...(output === undefined ? {} : { output }),
    decisions,
  };
}
