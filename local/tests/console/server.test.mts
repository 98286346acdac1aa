import { get } from "node:http";
import { IAM } from "@aws-sdk/client-iam";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { Lambda } from "@aws-sdk/client-lambda";
import { S3 } from "@aws-sdk/client-s3";
import { strToU8, zipSync } from "fflate";
import { beforeEach, describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { eventually } from "../support/eventually.ts";

const account = await openAccount({ start: Date.parse("2026-01-01T00:00:00Z"), labels: { suite: "console" } });

const html = { accept: "text/html,application/xhtml+xml" };
const fetchPage = () => fetch(account.origin, { headers: html });
interface Answered {
  readonly now: string;
  readonly id: string;
  readonly message: string;
  readonly faults: unknown;
  readonly properties: unknown;
  readonly policies: unknown;
}
const json = async (answer: Response) => (await answer.json()) as Answered;
/** A browser's headers for a request of the page itself. */
const fromPage = () => ({ origin: account.origin, "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty" });
const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(account.origin + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const tokenOf = async () => /name="console-token" content="([^"]+)"/.exec(await (await fetchPage()).text())?.[1] ?? "";

describe("the page", () => {
  test("is given to a browser at the account's address", async () => {
    const answer = await fetchPage();
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await answer.text()).toContain('<div id="app">');
  });

  test.each(["//", "//[", "/?", "/%", "/_local"])("leaves the address %s to the services", async (path) => {
    const { port } = new URL(account.origin);
    const status = await new Promise((resolve, reject) => {
      get({ host: "127.0.0.1", port, path, headers: html }, (answer) => resolve(answer.resume().statusCode)).on(
        "error",
        reject,
      );
    });
    expect(status).toBe(404);
  });

  test.each(["GET", "HEAD"])("is the account's health for a script: %s", async (method) => {
    const answer = await fetch(account.origin, { method });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json"]);
    const text = await answer.text();
    if (method === "GET") expect(JSON.parse(text)).toMatchObject({ labels: { suite: "console" } });
    else expect(text).toBe("");
  });

  test("is not given to an SDK without a signature: only S3 accepts those", async () => {
    const unsigned = new S3({ ...sdk(account), signer: { sign: async (request) => request } });
    await expect(unsigned.listBuckets({})).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("may load and reach nothing but this account, has no inline script and cannot be framed", async () => {
    const answer = await fetchPage();
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "img-src 'self' data:",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
    const text = await answer.text();
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|style=/);
  });

  test("has at most 150 KB to load, compressed", async () => {
    const text = await (await fetchPage()).text();
    const paths = Array.from(text.matchAll(/(?:src|href)="(\/_console\/[^"]+)"/g), ([, path = ""]) => path);
    expect(paths).toHaveLength(2);
    let size = text.length;
    for (const path of paths) {
      const answer = await fetch(account.origin + path, { headers: { "accept-encoding": "br" } });
      expect(answer.headers.get("content-encoding")).toBe("br");
      expect(answer.headers.get("cache-control")).toContain("immutable");
      size += Number(answer.headers.get("content-length"));
    }
    expect(size).toBeLessThan(150_000);
  });
});

describe("an action of the page", () => {
  const confirm = { topicArn: "arn:aws:sns:eu-west-1:000000000000:none", token: "none" };

  test("is refused without the page's token", async () => {
    const calls = account.log.entries().length;
    for (const headers of [{}, fromPage(), { ...fromPage(), "x-console-token": "guessed" }]) {
      const answer = await send("POST", "/_console/api/confirm", confirm, headers);
      expect(answer.status).toBe(403);
    }
    expect(account.log.entries()).toHaveLength(calls);
  });

  test("is answered with the token", async () => {
    const headers = { ...fromPage(), "x-console-token": await tokenOf() };
    const answer = await send("POST", "/_console/api/confirm", confirm, headers);
    expect(answer.status).toBe(400);
    expect(await json(answer)).toMatchObject({ code: "InvalidParameterException" });
  });

  test("needs the token for the clock and the faults as well, when a browser sends it", async () => {
    expect((await send("POST", "/_local/clock", { speed: 9 }, fromPage())).status).toBe(403);
    expect((await send("DELETE", "/_local/faults", undefined, fromPage())).status).toBe(403);
    const token = { "x-console-token": await tokenOf() };
    expect((await send("DELETE", "/_local/faults", undefined, { ...fromPage(), ...token })).status).toBe(200);
  });

  test("is refused as a form or plain text, which a page can send without asking", async () => {
    const headers = { "content-type": "text/plain" };
    const answer = await fetch(`${account.origin}/_local/clock`, { method: "POST", headers, body: '{"speed":9}' });
    expect(answer.status).toBe(415);
    expect(account.clock.speed).toBe(0);
  });
});

describe("the JSON for scripts", () => {
  beforeEach(() => account.faults.clear());

  test("returns the services, the time, and the labels by which a script recognises the account", async () => {
    const health = await (await fetch(`${account.origin}/_local/health`)).json();
    expect(health).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      labels: { suite: "console" },
      services: expect.arrayContaining(["kinesis", "personalize", "s3"]),
      clock: { now: new Date(account.clock.now()).toISOString(), speed: 0 },
    });
  });

  test("jumps ahead by a time and to a time", async () => {
    const before = account.clock.now();
    const { now } = await json(await send("POST", "/_local/clock", { advanceMilliseconds: 60_000 }));
    expect(Date.parse(now)).toBe(before + 60_000);
    const to = new Date(before + 3_600_000).toISOString();
    expect(await json(await send("POST", "/_local/clock", { to }))).toEqual({ now: to, speed: 0 });
  });

  test("refuses a change of the clock while a jump waits for work, and says so", async () => {
    let end = () => {};
    void account.clock.track(
      new Promise<void>((resolve) => {
        end = resolve;
      }),
    );
    const to = new Date(account.clock.now() + 60_000).toISOString();
    const began = new Promise<void>((resolve) => {
      const off = account.clock.onChange(() => {
        off();
        resolve();
      });
    });
    const waiting = send("POST", "/_local/clock", { to });
    await began;
    for (const change of [{ speed: 2 }, { advanceMilliseconds: 1_000 }, { to }]) {
      const answer = await send("POST", "/_local/clock", change);
      expect(answer.status).toBe(409);
      expect((await json(answer)).message).toContain(`The clock is jumping to ${to}`);
    }
    end();
    expect(await json(await waiting)).toEqual({ now: to, speed: 0 });
    expect((await send("POST", "/_local/clock", { speed: 0 })).status).toBe(200);
  });

  test.each([
    [{ to: "2020-01-01T00:00:00Z" }, "it never goes back"],
    [{ advanceMilliseconds: 1e15 }, "advanceMilliseconds"],
    [{ speed: -1 }, "speed"],
    [{ spede: 1 }, "spede"],
  ])("refuses a change of the clock such as %j", async (change, reason) => {
    const answer = await send("POST", "/_local/clock", change);
    expect(answer.status).toBe(400);
    expect((await json(answer)).message).toContain(reason);
  });

  test("adds a fault that the next call gets, lists it and removes it", async () => {
    const fault = {
      service: "kinesis",
      operation: "ListStreams",
      code: "LimitExceededException",
      message: "Enough.",
      times: 2,
    };
    const { id } = await json(await send("POST", "/_local/faults", fault));
    const kinesis = new Kinesis(sdk(account));
    await expect(kinesis.listStreams({})).rejects.toThrow("Enough.");
    const { faults } = await json(await fetch(`${account.origin}/_local/faults`));
    const { code, message, ...rest } = fault;
    expect(faults).toEqual([{ ...rest, effect: { kind: "error", code, message }, id, left: 1 }]);
    expect((await send("DELETE", `/_local/faults?id=${id}`)).status).toBe(200);
    expect((await send("DELETE", `/_local/faults?id=${id}`)).status).toBe(404);
    expect((await kinesis.listStreams({})).StreamNames).toEqual([]);
  });

  test("refuses a fault of a service that the account does not have, and names those that it has", async () => {
    const answer = await send("POST", "/_local/faults", { service: "sqs", operation: "SendMessage", code: "X" });
    expect(answer.status).toBe(400);
    expect((await json(answer)).message).toMatch(/^service: must be one of cloudwatch, .*, sts$/);
  });

  test.each([
    [{ service: "kinesis", operation: "PutRecrods", code: "X" }, /^operation: .*no PutRecrods \(.*PutRecords, /],
    [
      { functionName: "consumer", effect: { kind: "hang" } },
      /^functionName: .*no consumer \(there are none\)\. Deploy/,
    ],
  ])("refuses a fault that no call can meet: %j", async (fault, message) => {
    const answer = await send("POST", "/_local/faults", fault);
    expect(answer.status).toBe(400);
    expect((await json(answer)).message).toMatch(message);
    expect(account.faults.list()).toEqual([]);
  });

  test("takes a fault of all operations", async () => {
    const all = { service: "*", operation: "*", effect: { kind: "latency", milliseconds: 1 } };
    expect((await send("POST", "/_local/faults", all)).status).toBe(200);
  });
});

describe("the console's own look at the account", () => {
  test("is not in the request log", async () => {
    const kinesis = new Kinesis(sdk(account));
    await kinesis.createStream({ StreamName: "visits", ShardCount: 1 });
    const before = account.log.entries().length;
    const arn = "arn:aws:kinesis:eu-west-1:000000000000:stream/visits";
    const answer = await fetch(`${account.origin}/_console/api/resource?arn=${encodeURIComponent(arn)}`);
    expect((await json(answer)).properties).toMatchObject({ StreamName: "visits" });
    expect(account.log.entries()).toHaveLength(before);
  });

  test("lists and opens what no stack has, in every Region that was called", async () => {
    await new S3(sdk(account)).createBucket({
      Bucket: "own-bucket",
    });
    await new Kinesis({ ...sdk(account), region: "us-east-2" }).createStream({
      StreamName: "elsewhere",
      ShardCount: 1,
    });
    const groups = (await (await fetch(`${account.origin}/_console/api/resources?stack=`)).json()) as {
      component: string;
      resources: { arn: string }[];
    }[];
    const arns = groups.flatMap(({ resources }) => resources.map(({ arn }) => arn));
    expect(arns).toContain("arn:aws:s3:::own-bucket");
    expect(arns).toContain("arn:aws:kinesis:us-east-2:000000000000:stream/elsewhere");
    for (const arn of arns) {
      const answer = await fetch(`${account.origin}/_console/api/resource?arn=${encodeURIComponent(arn)}`);
      expect([arn, answer.status]).toEqual([arn, 200]);
    }
  });

  test("opens a function whose role was deleted", async () => {
    const iam = new IAM(sdk(account));
    const RoleName = "short-lived";
    const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    const { Role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument });
    const { FunctionArn = "" } = await new Lambda(sdk(account)).createFunction({
      FunctionName: "orphan",
      Role: Role?.Arn,
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Code: { ZipFile: zipSync({ "index.js": strToU8("exports.handler = async () => 1;") }) },
    });
    await iam.deleteRole({ RoleName });
    const answer = await fetch(`${account.origin}/_console/api/resource?arn=${encodeURIComponent(FunctionArn)}`);
    expect((await json(answer)).policies).toEqual([{ name: "short-lived: this role does not exist", document: null }]);
  });

  test("answers a wrong address with a reason", async () => {
    for (const path of ["/_console/api/constructor", "/_console/none.js", "/_local/none"]) {
      const answer = await fetch(account.origin + path);
      expect(answer.status).toBe(404);
      expect((await json(answer)).message).not.toBe("");
    }
  });
});

test("live messages are listened for only while a page is open", async () => {
  /** The listeners of the request log beyond those that there are now. */
  let listeners = 0;
  const original = account.log.listen;
  account.log.listen = (listener) => {
    listeners++;
    const end = original(listener);
    return () => {
      listeners--;
      end();
    };
  };
  const open = async () => {
    const request = get(`${account.origin}/_console/events`).on("error", () => undefined);
    await new Promise((resolve) => request.once("response", resolve));
    return request;
  };
  const pages = [await open(), await open()];
  expect(listeners).toBe(1);
  for (const page of pages) page.destroy();
  await eventually(() => (listeners === 0 ? true : undefined), "a listener stays although no page is open");
});
