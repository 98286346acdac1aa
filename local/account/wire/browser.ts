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
 * Returns whether a browser sent the request. Browsers send headers whose names begin with `Sec-`, which pages cannot set
 * (Fetch standard, "forbidden request-header"). Older ones send none of these, but all have a User-Agent that begins with
 * `Mozilla/` (Compatibility standard, "User-Agent string"). AWS CLI, SDKs and Pulumi send neither. `fetch` of Node.js
 * sends `Sec-Fetch-Mode: cors` alone; browsers send it together with `Sec-Fetch-Site`.
 */
export function isFromBrowser(headers: IncomingHttpHeaders): boolean {
  if (headers.origin !== undefined || /^Mozilla\//i.test(headers["user-agent"] ?? "")) return true;
  return Object.entries(headers).some(
    ([name, value]) => name.startsWith("sec-") && !(name === "sec-fetch-mode" && value === "cors"),
  );
}

/** A browser loads the response before its user asks for it, because a page wants it. */
export const isPrefetch = (headers: IncomingHttpHeaders): boolean =>
  ["sec-purpose", "purpose", "x-purpose", "x-moz"].some((name) => Object.hasOwn(headers, name));

/** Requests that browsers send without `Origin`. */
export const isRead = ({ method }: Pick<BrowserRequest, "method">): boolean => method === "GET" || method === "HEAD";

/** A browser opens an address. Browsers without Fetch Metadata do not say what they load. */
const isNavigation = ({ headers }: BrowserRequest): boolean => (headers["sec-fetch-mode"] ?? "navigate") === "navigate";

/**
 * SNS operations that need no signature, because recipients of mails call them by a link, and the parameter that only the
 * recipient knows: the token of a confirmation or the id of a subscription.
 */
export const mailActions: ReadonlyMap<string, string> = new Map([
  ["ConfirmSubscription", "Token"],
  ["Unsubscribe", "SubscriptionArn"],
]);

/** With one of these a request is an ordinary call, perhaps to another service. */
const credentials = ["X-Amz-Credential", "AWSAccessKeyId", "Signature"];

/** A person opens a link of a topic's mail, from a page of the mail provider or from another program. */
export function isMailLink(request: BrowserRequest): boolean {
  const { method, path, query } = request;
  const secret = query.get(mailActions.get(query.get("Action") ?? "") ?? "") ?? "";
  const isSigned = credentials.some((name) => query.has(name));
  return method === "GET" && path === "/" && isNavigation(request) && secret !== "" && !isSigned;
}

/**
 * Returns whether a browser may call an operation. An address that a person opens can come from a page: by a redirect, a
 * speculation rule, or a text that the person copies. It reads an object or is the link of a mail, and does nothing else.
 * A request with another method has the account's own origin (origin-check.ts).
 */
export function mayCall(request: BrowserRequest, service: string, operation: string): boolean {
  if (!isRead(request)) return true;
  if (service === "sns") return isMailLink(request) && mailActions.has(operation);
  return service === "s3" && (operation === "GetObject" || operation === "HeadObject") && isNavigation(request);
}

/** The reason for refusing a browser's request to a service. */
export const notForBrowsers =
  "a browser may open the console, an object of S3 and the link of a mail, and nothing else. Use the AWS CLI or an SDK";
