import { S3 } from "@aws-sdk/client-s3";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../account.ts";
import { sdk } from "../support/aws.ts";
import { needsChromium, openBrowser } from "../support/browser.ts";
import { listEverything } from "../support/inventory.mts";
import { trustOf } from "../support/roles.ts";
import { serve } from "../support/serve.ts";

const trust = encodeURIComponent(trustOf({ Service: "lambda.amazonaws.com" }));
const scope = (service: string) => `test/20260101/eu-west-1/${service}/aws4_request`;
const credential = (service: string) => `X-Amz-Credential=${encodeURIComponent(scope(service))}`;
const createRole = (name: string) =>
  `/?Action=CreateRole&Version=2010-05-08&RoleName=${name}&AssumeRolePolicyDocument=${trust}&${credential("iam")}`;

/** Requests that a browser lets a page send to another site. Each attack is the body of a page. */
const attacks: Readonly<Record<string, (target: string) => string>> = {
  "an image": (target) => `<img src="${target}${createRole("image")}" onload="done()" onerror="done()">`,
  "a script": (target) => `<script src="${target}${createRole("script")}" onload="done()" onerror="done()"></script>`,
  "a style sheet": (target) =>
    `<link rel="stylesheet" href="${target}${createRole("style")}" onload="done()" onerror="done()">`,
  "a frame": (target) => `<iframe src="${target}${createRole("frame")}" onload="done()"></iframe>`,
  "a form in plain text": (target) =>
    form(`${target}/2015-03-31/functions?${credential("lambda")}`, "text/plain", {
      '{"FunctionName": "form", "Runtime": "nodejs24.x", "Role": "arn:aws:iam::000000000000:role/any", "Handler": "index.handler", "Code": {"ZipFile": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="}, "Description": "':
        '"}',
    }),
  "a form of the Query protocol": (target) =>
    form(`${target}/?${credential("iam")}`, "application/x-www-form-urlencoded", {
      Action: "CreateRole",
      Version: "2010-05-08",
      RoleName: "form",
      AssumeRolePolicyDocument: decodeURIComponent(trust),
    }),
  "a request without CORS": (target) =>
    `<script>fetch("${target}/2015-03-31/functions?${credential("lambda")}", { method: "POST", mode: "no-cors", body: "{}" }).catch(() => {}).then(done)</script>`,
  "a request with a preflight": (target) =>
    `<script>fetch("${target}/stolen?${credential("s3")}", { method: "PUT" }).catch(() => {}).then(done)</script>`,
  "a beacon": (target) =>
    `<script>navigator.sendBeacon("${target}${createRole("beacon")}"); setTimeout(done, 200)</script>`,
  "a window that opens": (target) =>
    `<script>const opened = open("${target}${createRole("popup")}"); setTimeout(done, 300)</script>`,
  "a navigation": (target) => `<script>location = "${target}${createRole("navigation")}"</script>`,
  "a refresh": (target) => refresh(target),
  "a form by GET from a sandboxed frame": (target) =>
    `<iframe sandbox="allow-scripts allow-forms allow-top-navigation" srcdoc='${getForm(target, "_top")}'></iframe>`,
  "a prefetch by a link": (target) =>
    `<link rel="prefetch" href="${target}${createRole("link")}" onload="done()" onerror="done()">`,
  "an event source": (target) => `<script>new EventSource("${target}${createRole("events")}").onerror = done</script>`,
  "a web socket": (target) =>
    `<script>new WebSocket("${target.replace("http", "ws")}${createRole("socket")}").onerror = done</script>`,
  "a download": (target) =>
    `<a download href="${target}${createRole("download")}">-</a><script>document.links[0].click()</script>`,
};

const refresh = (target: string) =>
  `<meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${target}${createRole("refresh")}">`;

/** A form by GET puts its fields in the query. */
function getForm(target: string, frame: string): string {
  const topic = { Action: "CreateTopic", Version: "2010-03-31", Name: "form", "X-Amz-Credential": scope("sns") };
  const inputs = Object.entries(topic).map(([name, value]) => `<input name="${name}" value="${value}">`);
  return `<form action="${target}/" target="${frame}">${inputs.join("")}</form><script>document.forms[0].submit()</script>`;
}

function form(action: string, type: string, fields: Record<string, string>): string {
  const quoted = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input name="${quoted(name)}" value="${quoted(value)}">`,
  );
  return `<form action="${action}" method="POST" enctype="${type}">${inputs.join("")}</form><script>document.forms[0].submit()</script>`;
}

describe("a website in the developer's browser", needsChromium, () => {
  let account: Account;
  let browser: Browser;
  let website: Awaited<ReturnType<typeof serve>>;
  let page: Page;
  /** The website's page. */
  let content = "";

  beforeAll(async () => {
    account = await startAccount();
    browser = await openBrowser();
    website = await serve(({ url = "" }, response) => {
      const status = Number(/^\/redirect-(\d+)$/.exec(url)?.[1]);
      if (status) {
        return response.writeHead(status, { location: account.origin + createRole(`redirect-${status}`) }).end();
      }
      response.setHeader("content-type", "text/html");
      response.end(`<!doctype html><script>const done = () => { document.title = "done" }</script>${content}`);
    });
    page = await (await browser.newContext()).newPage();
  });
  afterAll(async () => {
    await browser?.close();
    website?.close();
    await account?.close();
  });

  const accountPort = () => Number(new URL(account.origin).port);
  /** Calls that a service handled. */
  const calls = () => account.log.entries().map(({ operation }) => operation);

  /**
   * Opens the page and waits until the attack was sent: the page shows it, or the browser shows the
   * account's response.
   */
  const visit = async (address: string, attack: string) => {
    content = attack;
    await page.goto(address);
    // A text, because it runs in the page, which has other globals than this file.
    await page.waitForFunction(`document.title === "done" || location.host === "127.0.0.1:${accountPort()}"`);
  };

  test.each(Object.keys(attacks))("on another site creates nothing by %s", async (attack) => {
    await visit(`http://attacker.test:${website.port}/`, attacks[attack]?.(account.origin) ?? "");
    expect(await listEverything(account)).toEqual([]);
    expect(calls()).toEqual([]);
  });

  // For the browser this is the same site, and another origin.
  const sameSite = ["an image", "a frame", "a form of the Query protocol", "a request without CORS", "a navigation"];
  test.each(sameSite)("on another port of localhost creates nothing by %s", async (attack) => {
    await visit(`http://127.0.0.1:${website.port}/`, attacks[attack]?.(account.origin) ?? "");
    expect(await listEverything(account)).toEqual([]);
    expect(calls()).toEqual([]);
  });

  // The user typed the address, or opened it from another program: the browser says so for the last
  // address as well.
  test.each([301, 302, 303, 307, 308])(
    "at an address that a person types creates nothing by a redirect %i",
    async (status) => {
      const answer = await page.goto(`http://attacker.test:${website.port}/redirect-${status}`);
      expect(answer?.url()).toBe(account.origin + createRole(`redirect-${status}`));
      expect(answer?.status()).toBe(403);
      expect(await listEverything(account)).toEqual([]);
      expect(calls()).toEqual([]);
    },
  );

  describe.each(["attacker.test", "127.0.0.1"])("in the public address space at %s", (host) => {
    let publicBrowser: Browser;
    beforeAll(async () => {
      publicBrowser = await openBrowser([`--ip-address-space-overrides=127.0.0.1:${website.port}=public`]);
    });
    afterAll(() => publicBrowser?.close());

    test.each(["prefetch", "prerender"])("creates nothing by a speculation rule: %s", async (action) => {
      const rules = {
        [action]: [{ source: "list", urls: [account.origin + createRole(action)], eagerness: "immediate" }],
      };
      content = `<meta name="referrer" content="no-referrer"><script type="speculationrules">${JSON.stringify(rules)}</script>`;
      const visited = await (await publicBrowser.newContext()).newPage();
      const devtools = await visited.context().newCDPSession(visited);
      await devtools.send("Preload.enable");
      const ended = new Promise<string>((resolve) => {
        devtools.on("Preload.prefetchStatusUpdated", ({ status, prefetchStatus }) => {
          if (status === "Ready" || status === "Failure") resolve(prefetchStatus);
        });
      });
      await visited.goto(`http://${host}:${website.port}/`);
      // The account has answered with a status that is not 2xx.
      expect(await ended).toBe("PrefetchFailedNon2XX");
      expect(await listEverything(account)).toEqual([]);
      expect(calls()).toEqual([]);
    });
  });

  test("cannot read with another name that resolves to this machine", async () => {
    const answer = await page.goto(
      `http://attacker.test:${accountPort()}/?Action=ListRoles&Version=2010-05-08&${credential("iam")}`,
    );
    expect(answer?.status()).toBe(403);
    expect(await answer?.text()).toContain(`it is addressed to "attacker.test:${accountPort()}"`);
  });

  // The attacks above are refused because of their origin, not because of their content.
  test("sends requests that the account accepts from clients without a browser", async () => {
    const headers = { authorization: `AWS4-HMAC-SHA256 Credential=${scope("iam")}` };
    expect((await fetch(account.origin + createRole("control"), { headers })).status).toBe(200);
    expect(await listEverything(account)).toEqual(["iam: control"]);
  });

  test("has no rights in a page that is stored in a bucket", async () => {
    const s3 = new S3(sdk(account));
    await s3.createBucket({ Bucket: "pages" });
    const script = `<script>fetch("/stolen?${credential("s3")}", { method: "PUT" }).catch(() => {}).then(() => { document.title = "done" })</script>`;
    await s3.putObject({ Bucket: "pages", Key: "page.html", Body: script, ContentType: "text/html" });
    await page.goto(`${account.origin}/pages/page.html?${credential("s3")}`);
    expect(await page.content()).toContain("/stolen");
    expect(await page.title()).toBe("");
    expect(await listEverything(account)).not.toContain("s3: stolen");
  });
});
