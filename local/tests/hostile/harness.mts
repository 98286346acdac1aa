/**
 * Sends hostile requests to an account in a separate process, and measures the processor's time that they take there: no
 * request takes more than two seconds in all, nor 200 ms during which no other client is answered.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request as httpRequest, type OutgoingHttpHeaders } from "node:http";
import { fileURLToPath } from "node:url";
import { afterAll, expect } from "vitest";
import type { ServiceName } from "../../account/model/clients.ts";
import { spoken } from "../../account/model/protocols.ts";
import { policyOf } from "../support/roles.ts";
import type { Work } from "./account-process.ts";
import { measureSlowness } from "./work/cost.ts";

/** In milliseconds, on a machine whose slowness is 1. */
const mostWork = 2_000;
const longestTurn = 200;
/** In MiB; a request's body and its decoded form may be in memory several times for a moment. */
const mostMemory = 300;

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

export interface HostileAccount {
  /** Sends a request and returns the response, also an error. */
  send(request: HostileRequest): Promise<Answer>;
  createBucket(name: string): Promise<void>;
  /** Creates a role that these services may assume. */
  createRole(RoleName: string, ...services: string[]): Promise<void>;
  /** Sends a request and checks that it takes little work, does not delay other clients, and needs no more memory. */
  attack(request: HostileRequest): Promise<Answer>;
  /** The same checks for any action of a client. */
  watch<T>(act: () => Promise<T>): Promise<T>;
  /** The largest memory of the account so far, in MiB. */
  largestMemory(): Promise<number>;
}

/** Starts the account for the tests of a file. */
export async function openHostileAccount(speed = 1): Promise<HostileAccount> {
  const child = fork(fileURLToPath(new URL("./account-process.ts", import.meta.url)), [String(speed)], {
    execArgv: ["--import", "tsx"],
  });
  const agent = new Agent({ keepAlive: true });
  afterAll(() => {
    agent.destroy();
    child.kill("SIGKILL");
  });
  const { origin } = await answerOf<{ origin: string }>(child);
  const send = (request: HostileRequest) => sendTo(origin, agent, request);
  const slowness = await measureSlowness();
  const askWork = () => {
    const answer = answerOf<Work>(child);
    child.send("work");
    return answer;
  };

  const watch = async <T,>(act: () => Promise<T>): Promise<T> => {
    const before = await askWork();
    const answer = await act();
    const work = await askWork();
    expect(work.processor, "milliseconds of the processor").toBeLessThan(mostWork * slowness);
    expect(work.longestTurn, "milliseconds in which no other client is answered").toBeLessThan(longestTurn * slowness);
    expect(work.memory - before.memory, "MiB that the account's memory grew by").toBeLessThan(mostMemory);
    return answer;
  };
  return {
    send,
    async createBucket(name) {
      const body =
        "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
      expect(await send({ service: "s3", method: "PUT", path: `/${name}`, body })).toMatchObject({ status: 200 });
    },
    async createRole(RoleName, ...Service) {
      const statement = { Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" };
      const AssumeRolePolicyDocument = policyOf(statement);
      const form = { Action: "CreateRole", RoleName, AssumeRolePolicyDocument, Version: "2010-05-08" };
      expect(await send({ service: "iam", body: String(new URLSearchParams(form)) })).toMatchObject({ status: 200 });
    },
    watch,
    attack: (request) => watch(() => send(request)),
    largestMemory: async () => (await askWork()).memory,
  };
}

/** The next message of the account's process; fails if it ends instead. */
async function answerOf<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const failed = once(child, "exit", { signal: ended.signal }).then(([code, signal]) => {
    throw new Error(`The account's process ended with ${code ?? signal}.`);
  });
  try {
    const [message] = await Promise.race([once(child, "message"), failed]);
    return message as T;
  } finally {
    failed.catch(() => {});
    ended.abort();
  }
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
