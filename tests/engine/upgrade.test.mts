// A stack that an earlier commit deployed: today's program has nothing to do on it. tests/fixtures/deployed-state.txt is its
// state as the real engine stored it, a resource in each line. A preview compares the state with the program, and asks the
// account for its number only, so the account is empty.
//
// When it fails, it shows the inputs that differ; 04da6b54-80e4-46f7-96ec-b56ff0331ba9 is a value that only `up` will know. For
// a function's `code`, compare the bundles of both commits: `sha256sum node_modules/.cache/bundles/*` finds them by their hashes.
//
// After a deliberate change, also of a function's code or its packages, say so in the commit, and write the state again. Its
// diff is what the change does to a deployed stack: WRITE_DEPLOYED_STATE=1 npx vitest run tests/engine/upgrade.test.mts
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../local/account/account.ts";
import { type Engine, openEngine, pulumiIsThere, type Steps } from "../support/engine.ts";

const file = join(import.meta.dirname, "../fixtures/deployed-state.txt");

/** The defaults, with the parts that are left out by default. */
const config = {
  batchRecommendations: "true",
  metricAttribution: "true",
  popularityBaseline: "true",
  filters: JSON.stringify({ cats: 'INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ("1")' }),
  notificationEmails: '["team@example.org"]',
};

type Values = Readonly<Record<string, unknown>>;

/** A resource in the file. Its outputs are those that are not inputs too; a component has neither id nor inputs. */
interface Line {
  readonly urn: string;
  readonly id?: string;
  readonly inputs?: Values;
  readonly outputs?: Values;
}

describe.skipIf(!pulumiIsThere)("The program on a stack of an earlier commit", () => {
  let account: Account;
  let engine: Engine;
  let steps: Steps;
  /** Inputs of resources and outputs of the stack that differ, by URN. */
  const before: Record<string, unknown> = {};
  const now: Record<string, unknown> = {};
  const compare = (urn: string, old: unknown, wanted: unknown) => {
    const [was, is] = [readable(old), readable(wanted)];
    if (isDeepStrictEqual(was, is)) return;
    before[urn] = was;
    now[urn] = is;
  };

  beforeAll(async () => {
    account = await startAccount();
    account.clock.skipTransitions(() => Number.POSITIVE_INFINITY);
    if (process.env.WRITE_DEPLOYED_STATE) await writeState(account);
    engine = await openEngine({ account, stack: "dev", config });
    await importState(engine);
    steps = await engine.preview({
      onEvent({ resourcePreEvent, resOutputsEvent }) {
        const { urn = "", type = "", old, new: wanted } = (resourcePreEvent ?? resOutputsEvent)?.metadata ?? {};
        if (type.startsWith("pulumi:providers:")) return;
        if (resourcePreEvent) compare(urn, old?.inputs, wanted?.inputs);
        else if (type === "pulumi:pulumi:Stack") compare(urn, old?.outputs, wanted?.outputs);
      },
    });
  });
  afterAll(async () => {
    engine?.forget();
    await account.close();
  });

  test("changes no inputs of a resource, neither code nor policies, and no output of the stack", () => {
    expect(now).toEqual(before);
  });

  test("has nothing to do", () => {
    expect(steps).toEqual({});
  });
});

/** Texts of JSON, such as policies, as values, so that a difference is shown where it is. */
function readable(values: unknown): unknown {
  return JSON.parse(JSON.stringify(values ?? {}, leaveOut), (_key, value: unknown) => {
    if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  });
}

/**
 * For JSON: leaves out the code of dynamic providers, which a state has in each of their resources; only their `diff` finds
 * changes, and that of the new code is called. A file counts by its hash, wherever it is.
 */
function leaveOut(key: string, value: unknown): unknown {
  if (key === "__provider") return undefined;
  const isFile = typeof value === "object" && value !== null && "hash" in value && "path" in value;
  return isFile ? { ...value, path: "elsewhere" } : value;
}

/** Puts the state of the file into an engine whose stack is empty. */
async function importState(engine: Engine): Promise<void> {
  const [, ...texts] = readFileSync(file, "utf8").trimEnd().split("\n");
  const lines = texts.map((text) => JSON.parse(text) as Line);
  const providers = lines.filter(({ urn }) => urn.includes("::pulumi:providers:"));
  const providerOf = (type: string) => {
    const of = providers.find(({ urn }) => urn.includes(`::pulumi:providers:${type.split(":")[0]}::`));
    return of && `${of.urn}::${of.id}`;
  };
  const resources = lines.map(({ urn, id, inputs, outputs }) => {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    return {
      urn,
      id,
      type,
      custom: id !== undefined,
      provider: providerOf(type),
      inputs,
      outputs: { ...inputs, ...outputs },
    };
  });
  const { deployment, ...empty } = JSON.parse(await engine.run("stack", "export"));
  const state = join(engine.folder, "state.json");
  writeFileSync(state, JSON.stringify({ ...empty, deployment: { ...deployment, resources } }));
  await engine.run("stack", "import", "--file", state);
}

/** Deploys the program to the account and writes its state into the file. */
async function writeState(account: Account): Promise<void> {
  const engine = await openEngine({ account, stack: "dev", config });
  await engine.up();
  const { resources } = await engine.state();
  engine.forget();
  const lines = resources.map(({ urn, id, type, inputs = {}, outputs = {} }): Line => {
    if (id === undefined) return type === "pulumi:pulumi:Stack" ? { urn, outputs } : { urn };
    const others = Object.entries(outputs).filter(
      ([key, value]) => !unused.includes(key) && !isDeepStrictEqual(value, inputs[key]),
    );
    return { urn, id, inputs, outputs: Object.fromEntries(others) };
  });
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" });
  const sorted = lines.sort((a, b) => (a.urn < b.urn ? -1 : 1));
  writeFileSync(file, `# What ${commit.trim()} deploys: see tests/engine/upgrade.test.mts\n${print(sorted)}\n`);
}

/** Random outputs that the program does not use. */
const unused = ["versionId", "uniqueId", "policyId"];
const randomId = /(?<=[-/:"])([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{7,8})\b/g;

/** One text for each resource. Random ids are made from URNs, so that a new file differs from the last one only where it must. */
function print(lines: readonly Line[]): string {
  const ids = new Map<string, string>();
  const rename = (urn: string, text: string) => {
    let count = 0;
    for (const [id] of text.matchAll(randomId)) {
      if (ids.has(id)) continue;
      const digits = createHash("sha256").update(`${urn} ${count++}`).digest("hex");
      ids.set(
        id,
        id.replace(/[0-9a-f]/g, (_digit, at: number) => digits.charAt(at)),
      );
    }
  };
  // A resource's own id does not depend on who uses it.
  for (const { urn, id } of lines) rename(`the id of ${urn}`, JSON.stringify(id ?? ""));
  const texts = lines.map((line) => JSON.stringify(line, leaveOut));
  for (const [i, text] of texts.entries()) rename(lines[i]?.urn ?? "", text);
  return texts.join("\n").replace(randomId, (id) => ids.get(id) ?? id);
}
