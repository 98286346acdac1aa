/**
 * Mutated requests over every operation of every service, sent to an account in its own process: `npm run bench -- fuzz`,
 * with `--seed` to repeat a run. None may end the account, cause a status 500 or take longer than two seconds.
 */
import { Agent, request as httpRequest } from "node:http";
import type { ServiceName } from "../../local/account/endpoint/clients";
import { spoken } from "../../local/account/endpoint/protocols";
import { modelOf, type Operation } from "../../local/account/endpoint/schema";
import { type ChildAccount, startChildAccount } from "./child-account";
import { mutateRequest, mutateValue } from "./fuzz/mutations";
import { prepare } from "./fuzz/prepare";
import { createRandom, type Random } from "./fuzz/random";
import { createValues } from "./fuzz/values";
import { encode, type FuzzRequest } from "./fuzz/wire";

const requests = 10_000;
/** Milliseconds. */
const longestResponse = 2_000;
/** The share of requests to operations that the account does not implement. */
const unimplementedShare = 0.1;
/** A run ends after this many problems, because each has to be examined. */
const mostProblems = 20;
const preparedEvery = 200;
/** Far above the limit of every operation except uploads. */
const longestBody = 16_000_000;
const longestPath = 8_000;

interface Target {
  readonly service: ServiceName;
  readonly operation: Operation;
}
interface Outcome {
  readonly status: number;
  readonly text: string;
  readonly milliseconds: number;
}

export interface FuzzOptions {
  readonly seed?: number;
  readonly count?: number;
}

/** Prints the problems that it found, with the seed that repeats them, and returns them. */
export async function fuzz(
  { seed = Math.floor(Math.random() * 2 ** 31), count = requests }: FuzzOptions = {},
  print: (line: string) => void = console.log,
): Promise<string[]> {
  const account = await startChildAccount(60);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  print(`${count} requests with seed ${seed}`);
  try {
    await prepare((request) => send(account, agent, request));
    const { implemented, others } = await sortTargets(account, agent);
    print(`${implemented.length} operations that the account implements, ${others.length} that it does not`);
    const found: string[] = [];
    const statuses = new Map<number, number>();
    for (let i = 0; i < count && found.length < mostProblems; i++) {
      // Some requests delete resources that others need.
      if (i % preparedEvery === preparedEvery - 1 && account.ended === undefined)
        await prepare((request) => send(account, agent, request));
      const random = createRandom(seed + i * 7919);
      const target = drawTarget(random, implemented, others);
      const request = generate(random, target);
      const outcome = await send(account, agent, request);
      statuses.set(outcome.status, (statuses.get(outcome.status) ?? 0) + 1);
      const problem = problemOf(account, outcome);
      if (problem === undefined) continue;
      const text = `request ${i} of seed ${seed}, ${target.service}:${target.operation.name}: ${problem}`;
      found.push(text);
      print(`  MISSED  ${text}\n${describe(request)}\n${account.errors().slice(-1_500)}`);
      if (account.ended !== undefined) break;
    }
    const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`);
    print(`Responses by status: ${counts.join(", ")}; memory at most ${(await memoryOf(account)).toFixed(0)} MiB`);
    return found;
  } finally {
    agent.destroy();
    account.close();
  }
}

function drawTarget(random: Random, implemented: readonly Target[], others: readonly Target[]): Target {
  const drawn = random.pick(random.chance(unimplementedShare) ? others : implemented);
  // Deleted resources are missing for all later requests.
  const deletes = /^(Delete|Remove|Terminate|ScheduleKey|DisableKey|Update)/.test(drawn.operation.name);
  return deletes && random.chance(0.7) ? random.pick(implemented) : drawn;
}

const memoryOf = (account: ChildAccount) => (account.ended === undefined ? account.memory() : Number.NaN);

/** Half of the requests have a changed input, a third are changed as HTTP requests, the others are valid for the model. */
function generate(random: Random, { service, operation }: Target): FuzzRequest {
  let input = createValues(random, service)(operation.input);
  const kind = random.next();
  if (kind < 0.5) {
    const changes = 1 + random.below(2);
    for (let i = 0; i < changes; i++) input = mutateValue(random, input) as Record<string, unknown>;
  }
  const request = encode(service, operation, input);
  const sent = kind < 0.35 || kind > 0.8 ? request : mutateRequest(random, request);
  // A longer path exceeds the header limit of Node.js.
  return { ...sent, path: sent.path.slice(0, longestPath), body: sent.body.slice(0, longestBody) };
}

/** Calls every operation once: unimplemented operations return 501 for any input. */
async function sortTargets(account: ChildAccount, agent: Agent) {
  const implemented: Target[] = [];
  const others: Target[] = [];
  for (const service of Object.keys(spoken) as ServiceName[]) {
    for (const operation of (await modelOf(service)).operations.values()) {
      const { status, text } = await send(account, agent, encode(service, operation, {}));
      const missing = status === 501 && text.includes(`${service}:${operation.name} is not implemented`);
      (missing ? others : implemented).push({ service, operation });
    }
  }
  return { implemented, others };
}

function problemOf(account: ChildAccount, { status, text, milliseconds }: Outcome): string | undefined {
  if (account.ended !== undefined) return `the account ended with ${account.ended}`;
  if (status === 0) return `no response (${text})`;
  if (status >= 500 && status !== 501) return `${status} ${text.slice(0, 300)}`;
  if (milliseconds > longestResponse) return `${status} after ${milliseconds.toFixed(0)} ms`;
  return undefined;
}

function describe({ method, path, headers, body }: FuzzRequest): string {
  const shown = typeof body === "string" ? body : Buffer.from(body).toString("latin1");
  const lines = Object.entries(headers).map(([name, value]) => `    ${name}: ${value.slice(0, 200)}`);
  return [`    ${method} ${path.slice(0, 500)}`, ...lines, `    ${JSON.stringify(shown.slice(0, 2_000))}`].join("\n");
}

function send({ origin }: ChildAccount, agent: Agent, { method, path, headers, body }: FuzzRequest): Promise<Outcome> {
  const { hostname, port } = new URL(origin);
  const started = performance.now();
  const all = { ...headers, "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve) => {
    const done = (status: number, text: string) => resolve({ status, text, milliseconds: performance.now() - started });
    try {
      const sent = httpRequest({ hostname, port, path, method, headers: all, agent, timeout: 30_000 }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", (error) => done(0, error.message));
        response.on("end", () => done(response.statusCode ?? 0, Buffer.concat(parts).toString().slice(0, 10_000)));
      });
      sent.on("timeout", () => sent.destroy(new Error("no response within 30 s")));
      sent.on("error", (error) => done(0, error.message));
      sent.end(body);
    } catch (error) {
      // Node.js refuses to send some requests, such as a space in a path.
      done(400, (error as Error).message);
    }
  });
}
