import { Fault } from "../../account/aws/fault";
import { ownValue } from "../../account/aws/record";
import { isFromBrowser } from "../../account/wire/browser";
import { endConnection, sendBody } from "../../account/wire/response-body";
import { splitTarget } from "../../account/wire/url";
import type { AccountAccess } from "./account-access";
import { createEventStream } from "./event-stream";
import { begin, bodyOf, type Incoming, type Outgoing, Refused, sendJson } from "./exchange";
import { createLocalRoutes } from "./local-routes";
import { pageFiles, pageHtml, sendFile } from "./page-files";
import { pageRoutes } from "./page-routes";
import { createShardCounts } from "./shard-counts";
import { createStacks } from "./stacks";
import { createToken, tokenHeader } from "./token";
import type { Views } from "./views";

/** The account's page and its JSON for scripts, in front of the services. */
interface Console {
  /** Answers a request to the console; returns false for all others, which are for a service. */
  takes(request: Incoming, response: Outgoing): boolean;
  /** Does what a button of the page does. */
  act(name: string, body: Record<string, unknown>): Promise<unknown>;
  close(): void;
}

const api = "/_console/api/";

export function createConsole(account: AccountAccess, views: Views): Console {
  const token = createToken();
  const stacks = createStacks(account, views);
  const events = createEventStream(account);
  const shards = createShardCounts(account);
  const scripts = createLocalRoutes(account);
  const { reads, acts } = pageRoutes(account, stacks, views, shards.countRecords);

  const serveFile = async (request: Incoming, response: Outgoing, path: string) => {
    const { files, script, style } = await pageFiles(views);
    if (path === "/") {
      begin(response, 200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
      return sendBody(response, pageHtml({ script, style }, token.text));
    }
    const file = files.get(path);
    if (!file) throw new Refused(404, `The console has no file ${path}. Reload the page.`);
    return sendFile(request, response, file);
  };

  const respond = async (request: Incoming, response: Outgoing, path: string, query: URLSearchParams) => {
    const { method = "GET", headers } = request;
    const script = ownValue(scripts, path);
    // A script has no token; a page of this account has it.
    const byScript = script !== undefined && !isFromBrowser(headers);
    if (method !== "GET" && !byScript) token.require(headers[tokenHeader]);
    const name = path.startsWith(api) ? path.slice(api.length) : "";
    if (script) {
      const body = method === "POST" ? await bodyOf(request) : {};
      return sendJson(response, 200, await script({ method, query, body }));
    }
    if (path === "/_console/events" && method === "GET") return events.open(response);
    const read = ownValue(reads, name);
    if (read && method === "GET") return sendJson(response, 200, await read(query));
    const act = ownValue(acts, name);
    if (act && method === "POST") return sendJson(response, 200, await act(await bodyOf(request)));
    if (method === "GET") return serveFile(request, response, path);
    throw new Refused(404, `The console has no ${method} ${path}. local/console/README.md lists what there is.`);
  };

  return {
    takes(request, response) {
      const { url = "/" } = request;
      if (asksForHealth(request)) {
        void sendJson(
          response,
          200,
          scripts["/_local/health"]?.({ method: "GET", query: new URLSearchParams(), body: {} }),
        );
        return true;
      }
      if (!/^\/_(console|local)\//.test(url) && !asksForPage(request)) return false;
      const { path, query } = splitTarget(url);
      respond(request, response, path, query).catch((error) => refuse(response, error));
      return true;
    },
    async act(name, body) {
      const act = ownValue(acts, name);
      if (!act) throw new Error(`The console has no act ${name}.`);
      return act(body);
    },
    close() {
      stacks.close();
      events.close();
      shards.close();
    },
  };
}

/**
 * `GET /` or `HEAD /` of a script that waits for the account; SDKs name each request, also an
 * unsigned one.
 */
function asksForHealth({ method, url, headers }: Incoming): boolean {
  if ((method !== "GET" && method !== "HEAD") || url !== "/" || headers.authorization !== undefined) return false;
  return headers["amz-sdk-invocation-id"] === undefined && !acceptsHtml(headers.accept);
}

const acceptsHtml = (accept = "") => /\btext\/html\b/.test(accept);

/**
 * `GET /` is S3's ListBuckets for every AWS client. Only a person's browser asks for it without a
 * signature, without a query and for HTML.
 */
function asksForPage({ method, url, headers }: Incoming): boolean {
  if (method !== "GET" || url !== "/" || headers.authorization !== undefined) return false;
  return acceptsHtml(headers.accept);
}

function refuse(response: Outgoing, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  endConnection(response);
  const { status, ...body } = refusalOf(error);
  void sendJson(response, status, body);
}

function refusalOf(error: unknown): { status: number; code?: string; message: string } {
  const { message } = error as Error;
  if (error instanceof Refused) return { status: error.status, message };
  if (error instanceof Fault) return { status: error.status ?? 400, code: error.code, message };
  console.error(`The console failed inside: ${(error as Error).stack ?? String(error)}`);
  return { status: 500, message: `The console failed inside: ${message}` };
}
