/**
 * The process of `work.test.mts`. It sends the cases `from` up to `to` of a seed to an account, and writes a line for each
 * case before it begins, so that the parent process knows which one never ends, and one for each finding.
 */
import { writeSync } from "node:fs";
import { type Account, startAccount } from "../../../account/account";
import type { ServiceName } from "../../../account/model/clients";
import { spoken } from "../../../account/model/protocols";
import { modelOf } from "../../../account/model/schema";
import { createRequestHandler } from "../../../account/wire/request-handler";
import type { RequestHandler } from "../../../account/wire/server";
import { changedPrototypes } from "../../support/outside-names";
import { type Case, caseOf, sortTargets, type Target } from "./cases";
import { costOf, measureSlowness } from "./cost";
import { type Prepared, prepare } from "./prepare";
import { type Choices, createChoices } from "./random";
import { spoil } from "./spoil";
import { encode, owner, sizeOf } from "./wire";

/** A line of JSON that the process writes. */
export interface Line {
  readonly begins?: { readonly number: number; readonly name: string };
  readonly finding?: string;
}

const write = (line: Line) => writeSync(1, `${JSON.stringify(line)}\n`);

/** A new account begins after so many cases: their changes stay, and some delete what others need. */
const casesPerAccount = 200;
/** In characters. Larger ones follow while the work is more than a fraction of what is allowed. */
const sizes = { first: 1_000, always: 64_000, largest: 512_000, growth: 8 };
const suspicious = 0.3;
const confirmations = 3;
/** In bytes, for each byte of a request and for a request. */
const longestAnswer = { perRequest: 1_000_000, perByte: 20 };

/**
 * The most that a request may cost, in milliseconds on a machine whose slowness is 1: the rule of all services, with its
 * constants.
 */
const allowed = { perRequest: 20, perByte: 0.001 };

interface World {
  readonly account: Account;
  readonly answer: RequestHandler["answer"];
  readonly prepared: Prepared;
}

async function openWorld(): Promise<World> {
  const account = await startAccount({ speed: 0, start: Date.parse("2026-01-01T00:00:00Z") });
  const { answer } = createRequestHandler(account.host);
  return { account, answer, prepared: await prepare(account, { answer }) };
}

/** The operations that the account implements: all others return 501 for any input. */
async function findTargets({ answer }: World): Promise<Target[]> {
  const targets: Target[] = [];
  for (const service of Object.keys(spoken) as ServiceName[]) {
    for (const operation of (await modelOf(service)).operations.values()) {
      const response = await answer(encode(service, operation, {}));
      const isMissing = String(response?.body).includes(`:${operation.name} is not implemented`);
      if (response?.status !== 501 || !isMissing) targets.push({ service, operation });
    }
  }
  return targets;
}

interface Outcome {
  readonly bytes: number;
  readonly cost: number;
  readonly problem: string | undefined;
}

/** Sends a case at a size, and waits for the work that it started. */
async function send({ account, answer, prepared }: World, one: Case, size: number, broken?: Choices): Promise<Outcome> {
  const input = one.input(size);
  const given = input.trackingId === "" ? { ...input, trackingId: prepared.trackingId } : input;
  const whole = encode(one.service, one.operation, given, one.bySession ? prepared.session : owner);
  const request = broken ? spoil(broken, whole) : whole;
  const bytes = sizeOf(request);
  let response: Awaited<ReturnType<typeof answer>>;
  const cost = await costOf(async () => {
    response = await answer(request);
    await account.clock.advance(0);
  });
  return { bytes, cost, problem: problemOf(response, bytes) };
}

function problemOf(response: Awaited<ReturnType<RequestHandler["answer"]>>, bytes: number): string | undefined {
  if (!response) return "has no answer";
  const { status, body } = response;
  const changed = changedPrototypes();
  if (changed.length > 0) return `changes what all objects inherit: ${changed.join()}`;
  if (status >= 500 && status !== 501) return `is answered ${status} ${String(body).slice(0, 300)}`;
  const length = typeof body === "string" ? body.length : body.size;
  if (length <= longestAnswer.perRequest + longestAnswer.perByte * bytes) return undefined;
  return `of ${bytes} bytes has an answer of ${length} bytes`;
}

async function examine(world: World, one: Case, slowness: number): Promise<string | undefined> {
  for (let size = sizes.first; size <= sizes.largest; size *= sizes.growth) {
    write({});
    const { bytes, cost, problem } = await send(world, one, size);
    if (problem !== undefined) return problem;
    const most = mostCost(bytes, slowness);
    const confirmed = cost > most ? await confirm(one, size) : undefined;
    if (confirmed !== undefined) return confirmed;
    if (size >= sizes.always && cost < suspicious * most) break;
  }
  return undefined;
}

const mostCost = (bytes: number, slowness: number) => (allowed.perRequest + allowed.perByte * bytes) * slowness;

/**
 * Repeats a case in new accounts, on the machine as it is now: the first time, its code may not have been compiled, and
 * other processes may have come.
 */
async function confirm(one: Case, size: number): Promise<string | undefined> {
  let least: { readonly cost: number; readonly bytes: number; readonly most: number } | undefined;
  for (let i = 0; i < confirmations; i++) {
    write({});
    const world = await openWorld();
    const slowness = await measureSlowness();
    const { bytes, cost } = await send(world, one, size);
    await world.account.close();
    const most = mostCost(bytes, slowness);
    if (cost <= most) return undefined;
    if (!least || cost < least.cost) least = { cost, bytes, most };
  }
  if (!least) return undefined;
  return `takes ${least.cost.toFixed(0)} ms for ${least.bytes} bytes; ${least.most.toFixed(0)} ms are allowed`;
}

async function run(seed: number, from: number, to: number): Promise<void> {
  let world = await openWorld();
  const targets = sortTargets(await findTargets(world));
  const slowness = await measureSlowness();
  for (let number = from; number < to; number++) {
    if ((number - from) % casesPerAccount === casesPerAccount - 1) {
      await world.account.close();
      world = await openWorld();
    }
    const one = caseOf(seed, number, targets);
    if (!one) continue;
    write({ begins: { number, name: one.name } });
    const broken = await send(world, one, 0, createChoices(`broken ${seed} ${number}`));
    const problem = broken.problem ?? (await examine(world, one, slowness));
    if (problem !== undefined) write({ finding: `case ${number} of seed ${seed}, ${one.name}: ${problem}` });
  }
  await world.account.close();
}

const [seed = 1, from = 0, to = 100] = process.argv.slice(2).map(Number);
run(seed, from, to).then(() => process.exit(0));
