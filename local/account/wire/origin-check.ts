import type { IncomingHttpHeaders } from "node:http";
import { type BrowserRequest, isMailLink, isRead } from "./browser";
import { splitTarget } from "./url";

/** The first lines of a request, which show who sent it. */
interface RequestHead {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export type OriginCheck = (request: RequestHead) => string | undefined;

/** The response to a refused request, for people to read. */
export const refusalText = (reason: string) => `The local account refuses this request: ${reason}.\n`;

/**
 * Refuses requests from websites: any page that the developer's browser opens can send requests to
 * this port. Returns the reason, or undefined for an allowed request.
 *
 * - `Host` (`:authority` in HTTP/2) must be a loopback name with this port. This refuses a name
 *   that an attacker points at 127.0.0.1 (DNS rebinding), and a second name for the console.
 *   Clients of S3 Control write an account's id before the host; they also send it in
 *   `x-amz-account-id`, which a browser that opens a page does not.
 * - `Origin`, which browsers send with every request that can change something, must be this
 *   account's own; so must `Referer` of a browser.
 * - `Sec-Fetch-Site` must be `same-origin` or `none`: an address that the user opened (Fetch
 *   Metadata Request Headers, W3C).
 *
 * Pages cannot change these headers. AWS CLI, boto3, SDKs and Pulumi send none of them but `Host`.
 * This is the second line: a page that the user opened can redirect to this account, and some
 * loaders of browsers send no such header. A request without a signature in a header therefore can
 * do little (`mayBeInAddress`).
 */
export function createOriginCheck(port: number): OriginCheck {
  const names = ["127.0.0.1", "localhost", "[::1]"];
  const hosts = new Set(names.map((name) => `${name}:${port}`));
  // A browser leaves out HTTP's default port.
  if (port === 80) for (const name of names) hosts.add(name);

  return ({ method, url, headers }) => {
    const { ":authority": authority, host } = headers as Record<string, string | undefined>;
    const given = [authority, host].filter((name) => name !== undefined);
    const [address = ""] = given;
    const accountId = headers["x-amz-account-id"];
    const isAllowed = (name: string) => hosts.has(withoutAccountId(name.toLowerCase(), accountId));
    if (given.length === 0 || !given.every(isAllowed)) {
      return `it is addressed to "${given.find((name) => !isAllowed(name)) ?? ""}". Use http://127.0.0.1:${port}`;
    }
    if (!url.startsWith("/")) return `its target "${url.slice(0, 100)}" is not a path. Use http://127.0.0.1:${port}/…`;
    return refuseBrowser({ method, headers, ...splitTarget(url) }, `http://${address.toLowerCase()}`);
  };
}

function withoutAccountId(host: string, accountId: string | string[] | undefined): string {
  const [, before, loopback = ""] = /^(\d{12})\.((?:localhost|127).*)$/.exec(host) ?? [];
  return before !== undefined && before === accountId ? loopback : host;
}

function refuseBrowser(request: BrowserRequest, own: string): string | undefined {
  const { headers } = request;
  const { origin, referer, "sec-fetch-site": site, "sec-fetch-mode": mode } = headers;
  if (origin !== undefined && origin !== own) return `a page of another origin sent it ("${origin.slice(0, 100)}")`;
  if (isMailLink(request)) return undefined;
  if (site !== undefined && site !== "none" && site !== "same-origin") {
    return `a page of another site sent it (Sec-Fetch-Site: ${String(site).slice(0, 100)})`;
  }
  if (referer !== undefined && referer !== own && !referer.startsWith(`${own}/`)) {
    return `a page of another origin sent it (Referer: ${referer.slice(0, 100)})`;
  }
  if (isRead(request)) return undefined;
  if (mode === "navigate") return "a page sent it as a form, and this account has none";
  // Browsers that send the site and the mode send the origin with every change.
  if (origin === undefined && mode !== undefined && site !== undefined) {
    return "a browser sent it without the page's origin";
  }
  return undefined;
}
