import type { IncomingHttpHeaders } from "node:http";

/** The part of a browser's request that decides about it. */
export interface BrowserRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Returns whether a browser says that it sent the request. Browsers send headers whose names begin
 * with `Sec-`, which pages cannot set (Fetch standard, "forbidden request-header"); AWS CLI, SDKs
 * and Pulumi send none. `fetch` of Node.js sends `Sec-Fetch-Mode: cors` alone; browsers send it
 * together with `Sec-Fetch-Site`. Some loaders and older browsers send none either: what they can
 * send must be harmless without this (`mayBeInAddress`).
 */
export function isFromBrowser(headers: IncomingHttpHeaders): boolean {
  if (headers.origin !== undefined) return true;
  return Object.entries(headers).some(
    ([name, value]) => name.startsWith("sec-") && !(name === "sec-fetch-mode" && value === "cors"),
  );
}

/** Requests that browsers send without `Origin`. */
export const isRead = ({ method }: Pick<BrowserRequest, "method">): boolean => method === "GET" || method === "HEAD";

/** A browser opens an address. Browsers without Fetch Metadata do not say what they load. */
const isNavigation = ({ headers }: BrowserRequest): boolean => (headers["sec-fetch-mode"] ?? "navigate") === "navigate";

/**
 * SNS operations that need no signature, because recipients of mails call them by a link, and the
 * parameter that only the recipient knows: the token of a confirmation or the id of a subscription.
 */
const mailActions: ReadonlyMap<string, string> = new Map([
  ["ConfirmSubscription", "Token"],
  ["Unsubscribe", "SubscriptionArn"],
]);

/** With one of these a request is an ordinary call, perhaps to another service. */
const credentials = ["X-Amz-Credential", "AWSAccessKeyId", "Signature"];

/** The link of a topic's mail, opened from a page of the mail provider or from another program. */
export function isMailLink(request: BrowserRequest): boolean {
  const { method, path, query, headers } = request;
  const secret = query.get(mailActions.get(query.get("Action") ?? "") ?? "") ?? "";
  const isSigned = credentials.some((name) => query.has(name));
  const isOpened = isNavigation(request) || !isFromBrowser(headers);
  return method === "GET" && path === "/" && secret !== "" && !isSigned && isOpened;
}
