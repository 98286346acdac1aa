import type { IncomingHttpHeaders } from "node:http";

/** The first lines of a request, which show who sent it. */
export interface Knock {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export type Door = (knock: Knock) => string | undefined;

/**
 * Refuses requests from websites: any page that the developer's browser opens can send requests to this port. Returns the
 * reason, or undefined for an allowed request.
 *
 * - `Host` (`:authority` in HTTP/2) must be a loopback name with this port. This refuses a name that an attacker points
 *   at 127.0.0.1 (DNS rebinding).
 * - `Origin`, which browsers send with every request that can change something, must be this account's own.
 * - `Sec-Fetch-Site`, which browsers send with every request, must be `same-origin` or `none` (an address that the user
 *   typed). Pages cannot change either header (Fetch Metadata Request Headers, W3C).
 *
 * AWS CLI, boto3, SDKs and Pulumi send neither `Origin` nor `Sec-Fetch-Site`.
 */
export function createDoor(port: number): Door {
  const names = ["127.0.0.1", "localhost", "[::1]"];
  const hosts = new Set(names.map((name) => `${name}:${port}`));
  // A browser leaves out HTTP's default port.
  if (port === 80) for (const name of names) hosts.add(name);

  return ({ method, url, headers }) => {
    const { ":authority": authority, host } = headers as Record<string, string | undefined>;
    const given = [authority, host].filter((name) => name !== undefined);
    const [address = ""] = given;
    if (given.length === 0 || !given.every((name) => hosts.has(name.toLowerCase()))) {
      return `it is addressed to "${given.find((name) => !hosts.has(name.toLowerCase())) ?? ""}". Use http://127.0.0.1:${port}`;
    }
    if (!url.startsWith("/")) return `its target "${url.slice(0, 100)}" is not a path. Use http://127.0.0.1:${port}/…`;
    const { origin, "sec-fetch-site": site } = headers;
    if (origin !== undefined && origin !== `http://${address}`) {
      return `a page of another origin sent it ("${origin.slice(0, 100)}")`;
    }
    if (site !== undefined && site !== "none" && site !== "same-origin" && !isMailLink(method, url, headers)) {
      return `a page of another site sent it (Sec-Fetch-Site: ${String(site).slice(0, 100)})`;
    }
    return undefined;
  };
}

/**
 * The links in a topic's mails are opened in a browser, from a page of the mail provider. They are protected by the token
 * of a confirmation or the id of a subscription, which only the recipient knows.
 */
function isMailLink(method: string, url: string, headers: IncomingHttpHeaders): boolean {
  if (method !== "GET" || !url.startsWith("/?") || headers["sec-fetch-mode"] !== "navigate") return false;
  const query = new URLSearchParams(url.slice(2));
  // With a credential it is an ordinary call, perhaps to another service.
  return mailActions.has(query.get("Action") ?? "") && !query.has("X-Amz-Credential");
}

/** SNS operations that need no signature: recipients of mails call them. */
export const mailActions: ReadonlySet<string> = new Set(["ConfirmSubscription", "Unsubscribe"]);

/** Whether a browser sent the request: current browsers send what they use the response for. */
export const isFromBrowser = (headers: IncomingHttpHeaders): boolean => headers["sec-fetch-dest"] !== undefined;
