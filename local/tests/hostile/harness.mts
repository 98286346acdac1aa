/**
 * Sends hostile requests to an account in a separate process, while a second client continuously calls GetCallerIdentity.
 * The times are the specification: a response within two seconds, and at most 200 ms for the second client's calls.
 */
import { Agent, request as httpRequest, type OutgoingHttpHeaders } from "node:http";
import { Worker } from "node:worker_threads";
import { expect } from "vitest";
import { type ChildAccount, startChildAccount } from "../../../bench/account/child-account.ts";
import type { ServiceName } from "../../account/endpoint/clients.ts";
import { spoken } from "../../account/endpoint/protocols.ts";

const longestAnswer = 2_000;
const longestWait = 200;
/** In MiB; a request's body and its decoded form may be in memory several times for a moment. */
const mostMemory = 300;
/** Other processes can delay the account too, but a delay that the account causes occurs in every attempt. */
const attempts = 4;

export interface HostileRequest {
  readonly service: ServiceName;
  /** The operation, for services with `X-Amz-Target`. */
  readonly operation?: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The code of an error, in JSON or XML. */
  readonly code: string | undefined;
}

export interface HostileAccount extends ChildAccount {
  /** Sends a request and returns the response, also an error. */
  send(request: HostileRequest): Promise<Answer>;
  createBucket(name: string): Promise<void>;
  /** Sends a request and checks that the response is in time, does not delay other clients, and needs no more memory. */
  attack(request: HostileRequest): Promise<Answer>;
  /** The same checks for any action of a client. */
  watch<T>(act: () => Promise<T>): Promise<T>;
}

export async function startHostileAccount(speed = 1): Promise<HostileAccount> {
  const account = await startChildAccount(speed);
  const agent = new Agent({ keepAlive: true });
  const send = (request: HostileRequest) => sendTo(account.origin, agent, request);
  const probe = await startProbe(account.origin);

  const watch = async <T,>(act: () => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      const memory = await account.memory();
      await probe.reset();
      const started = performance.now();
      const answer = await act();
      const taken = performance.now() - started;
      const waited = await probe.longestWait();
      const grown = (await account.memory()) - memory;
      if ((taken > longestAnswer || waited > longestWait) && attempt < attempts) continue;
      expect(taken, "milliseconds until the answer").toBeLessThan(longestAnswer);
      expect(waited, "milliseconds that the second client waited").toBeLessThan(longestWait);
      expect(grown, "MiB that the account's memory grew by").toBeLessThan(mostMemory);
      return answer;
    }
  };
  return Object.assign(account, {
    send,
    async createBucket(name: string) {
      const body =
        "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
      expect(await send({ service: "s3", method: "PUT", path: `/${name}`, body })).toMatchObject({ status: 200 });
    },
    watch,
    attack: (request: HostileRequest) => watch(() => send(request)),
    close: ((end) => () => {
      probe.stop();
      agent.destroy();
      end();
    })(account.close),
  });
}

function sendTo(origin: string, agent: Agent, given: HostileRequest): Promise<Answer> {
  const { service, operation, method = "POST", path = "/", headers = {}, body = "" } = given;
  const { hostname, port } = new URL(origin);
  const protocol = spoken[service].protocols[0];
  const signing = service.startsWith("personalize") ? "personalize" : service;
  const all: OutgoingHttpHeaders = {
    authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/${signing}/aws4_request`,
    "content-type": contentType(service),
    "content-length": Buffer.byteLength(body),
    ...(protocol.kind === "json" && { "x-amz-target": `${protocol.target}.${operation}` }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, path, method, headers: all, agent }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(parts).toString();
        resolve({ status: response.statusCode ?? 0, text, code: codeIn(text) });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const contentType = (service: ServiceName) => {
  const protocol = spoken[service].protocols[0];
  if (protocol.kind === "json") return `application/x-amz-json-${protocol.version}`;
  if (protocol.kind === "query") return "application/x-www-form-urlencoded";
  return protocol.kind === "rest-json" ? "application/json" : "application/xml";
};

const codeIn = (text: string) => /<Code>([^<]+)<|"__type":"([^"]+)"/.exec(text)?.slice(1).find(Boolean);

/** The second client, in a separate thread, so that the test does not delay it. */
async function startProbe(origin: string) {
  const worker = new Worker(
    `const { parentPort, workerData } = require("node:worker_threads");
     const { Agent, request } = require("node:http");
     const agent = new Agent({ keepAlive: true });
     const headers = {
       "content-type": "application/x-www-form-urlencoded",
       authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/sts/aws4_request",
     };
     let longest = 0, since = performance.now(), running = true;
     const ask = () => {
       since = performance.now();
       const sent = request(workerData, { method: "POST", agent, headers }, (response) => {
         response.resume();
         response.on("end", again);
       });
       sent.on("error", again);
       sent.end("Action=GetCallerIdentity&Version=2011-06-15");
     };
     const again = () => {
       longest = Math.max(longest, performance.now() - since);
       setTimeout(ask, 2);
     };
     parentPort.on("message", (what) => {
       const wait = Math.max(longest, performance.now() - since);
       if (what === "reset") longest = 0;
       parentPort.postMessage(wait);
     });
     ask();`,
    { eval: true, workerData: origin, execArgv: [] },
  );
  const ask = (what: string) =>
    new Promise<number>((resolve) => {
      worker.once("message", resolve);
      worker.postMessage(what);
    });
  return {
    reset: () => ask("reset"),
    longestWait: () => ask("wait"),
    stop: () => void worker.terminate(),
  };
}
