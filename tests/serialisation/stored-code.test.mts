// Functions and providers as the engine stores them. In one file, because a process takes seconds
// to load what serialises them.
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, describe, expect, test } from "vitest";

// Under the engine's own loader: this is the text that the functions' zips and the state contain.
const load = createRequire(import.meta.url);
const pulumi = load("@pulumi/pulumi") as typeof import("@pulumi/pulumi");

const secret = "a-secret-of-this-machine";
beforeAll(() => {
  process.env.AWS_SECRET_ACCESS_KEY = secret;
});
/** Fails when a text contains what only this machine has. */
function expectNothingOfThisMachine(text: string): void {
  expect(text).not.toContain(secret);
  expect(text).not.toMatch(/\d{12}/);
  expect(text).not.toContain(process.cwd());
}

type Handler = (event: unknown) => Promise<unknown>;
interface Shipped {
  factory: string;
  /** Upper bound of the text; a jump means that something was dragged in. */
  /** The modules that it loads when it runs, in the order of the text. */
  loads: string[];
  /** One invocation that needs no service, and the answer. */
  proof?: { event: unknown; answer: unknown };
}

const zod = 'require("zod/mini")';
const nearestKey = 'require("fastest-levenshtein/mod.js")';
const client = (name: string) => `import("@aws-sdk/client-${name}")`;
/** Settings that a function parses when it starts; each other one is a text. */
const parsed: Record<string, string> = {
  CAMPAIGN_ARNS: "{}",
  DATASET_ARNS: "[]",
  DEADLINE_MILLISECONDS: "1000",
  EVENT_COLUMNS: "[]",
  EVENT_TYPES: "[]",
  FILTERS: "{}",
  FILTER_PARAMETERS: "{}",
  LEAST_NEW_EVENTS: "1",
  PLACEMENTS: '{"popular":{"needsItem":false},"recommendation":{"needsItem":false}}',
  REQUESTS_PER_SECOND: "8",
};
const noRecords = { event: { Records: [] }, answer: { batchItemFailures: [] } };
const functions: Record<string, Shipped> = {
  "ingest-events": {
    factory: "ingestEventsFactory",
    loads: [zod, nearestKey, client("personalize-events"), client("personalize"), client("s3")],
    proof: noRecords,
  },
  "update-items": {
    factory: "updateItemsFactory",
    loads: [zod, nearestKey, client("personalize-events"), client("s3"), 'import("node:crypto")'],
    proof: noRecords,
  },
  "update-users": {
    factory: "updateUsersFactory",
    loads: [zod, nearestKey, client("personalize-events"), client("s3"), 'import("node:crypto")'],
    proof: noRecords,
  },
  "recommend-pets": {
    factory: "recommendPetsFactory",
    loads: [zod, nearestKey, client("s3"), client("personalize-runtime"), 'require("crypto")'],
    proof: {
      event: { placement: "home" },
      answer: {
        statusCode: 400,
        body: '{"message":"placement: is not one of this stack\'s placements (popular, recommendation)"}',
      },
    },
  },
  "rerank-pets": {
    factory: "rerankPetsFactory",
    loads: [zod, nearestKey, client("s3"), client("personalize-runtime")],
    proof: {
      event: { body: '{"itemMetadataList":[{"animalMetadata":null}]}' },
      answer: { statusCode: 400, body: '{"message":"itemMetadataList[0].itemId: is missing"}' },
    },
  },
  "evaluate-model": {
    factory: "evaluateModelFactory",
    loads: [zod, client("s3"), client("personalize")],
  },
  "check-training-data": {
    factory: "checkTrainingDataFactory",
    loads: [client("personalize"), client("cloudwatch")],
  },
  "refresh-popular-items": {
    factory: "refreshPopularItemsFactory",
    loads: [client("personalize-runtime"), client("s3"), 'import("node:crypto")'],
  },
  "report-model-health": {
    factory: "reportModelHealthFactory",
    loads: [client("personalize"), client("cloudwatch")],
  },
};

describe.each(Object.entries(functions))("%s", (file, { factory, loads, proof }) => {
  let text: string;
  beforeAll(async () => {
    process.env.STACK = "stack-of-the-deployment";
    const closure = load(`../../functions/${file}`)[factory];
    text = (await pulumi.runtime.serializeFunction(closure, { isFactoryFunction: true, exportName: "handler" })).text;
  });

  test("loads these packages and nothing else: no Pulumi, no file of this project", () => {
    const found = new Set(text.match(/(?:require|import)\("[^)]*\)/g));
    expect([...found].sort()).toEqual([...loads].sort());
  });

  test("contains no secret, no account, no path of this machine, nothing of the deployment's environment", () => {
    expectNothingOfThisMachine(text);
    expect(text).not.toContain("stack-of-the-deployment");
  });

  test("captures no value that is lost on the way: class, Map, Set, Date, bound function", () => {
    expect(text).not.toMatch(/__extends|Object\.create\(global\.(Map|Set|Date)|native code/);
  });

  test("names the settings that it lacks at its start, and runs with them after it was loaded again", async () => {
    const given: string[] = [];
    let started = start(file, text);
    expect(started).toBeInstanceOf(Array);
    while (Array.isArray(started)) {
      for (const name of started) process.env[name] = parsed[name] ?? "x";
      given.push(...started);
      started = start(file, text);
    }
    expect(started).toBeTypeOf("function");
    if (proof) expect(await started(proof.event)).toEqual(proof.answer);
    for (const name of given) delete process.env[name];
  });
});

/** Starts a function from its text; returns its handler, or the settings that it lacks. */
function start(file: string, text: string): Handler | string[] {
  try {
    return (load("require-from-string")(text) as { handler: Handler }).handler;
  } catch (error) {
    const [, names] = new RegExp(`^${file}: (.+) not set`).exec((error as Error).message) ?? [];
    if (names === undefined) throw error;
    return names.split(", ");
  }
}

test("the function of examples/http-endpoint runs after it was loaded again, with the client that Lambda has", async () => {
  const { answerFactory } = load(
    "../../examples/http-endpoint/answer",
  ) as typeof import("../../examples/http-endpoint/answer.ts");
  const { text } = await pulumi.runtime.serializeFunction(() => answerFactory(), { isFactoryFunction: true });
  expect(text.match(/(?:require|import)\("[^)]*\)/g)).toEqual(['require("@aws-sdk/client-lambda/dist-cjs/index.js")']);
  expectNothingOfThisMachine(text);
  const { handler } = load("require-from-string")(text) as { handler: Handler };
  expect(await handler({ requestContext: {}, pathParameters: { placement: "other" } })).toMatchObject({
    statusCode: 404,
  });
});

// Every file at the top of the folder is a kind, so that a new one is tested too.
const folder = new URL("../../dynamic-providers/", import.meta.url);
const kinds = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replace(/\.ts$/, ""));

const { buildProvider } = load(
  "../../dynamic-providers/bundle/provider-bundle",
) as typeof import("../../dynamic-providers/bundle/provider-bundle.ts");
const { createStoredProvider } = load(
  "../../dynamic-providers/bundle/stored-provider",
) as typeof import("../../dynamic-providers/bundle/stored-provider.ts");

/** The text of the kind's provider: `event-tracker.ts` is the type `EventTracker`. */
async function textOf(file: string): Promise<string> {
  const type = file.replace(/(?:^|-)(.)/g, (_all, letter: string) => letter.toUpperCase());
  const provider = createStoredProvider(Buffer.from(buildProvider(type)).toString());
  return (await pulumi.runtime.serializeFunction(() => provider, { allowSecrets: true })).text;
}

test("kinds are found", () => {
  expect(kinds).toContain("campaign");
});

describe.each(kinds)("%s", (file) => {
  let text: string;
  beforeAll(async () => {
    text = await textOf(file);
  });

  // The state has it twice per resource. The engine gets an unfinished resource in a gRPC trailer,
  // of at most 64 KiB.
  test("is small", () => {
    expect(text.length).toBeLessThan(30_000);
  });

  test("imports the clients of Personalize and STS, Pulumi's log, and nothing else", () => {
    const packages = [...text.matchAll(/(?:require|import)\(\\"(.*?)\\"\)/g)].map(([, name]) => name);
    expect(packages.sort()).toEqual([
      "@aws-sdk/client-personalize",
      "@aws-sdk/client-sts",
      "@pulumi/pulumi/log/index.js",
      "@pulumi/pulumi/runtime/state.js",
    ]);
  });

  test("contains no secret, no account, no path of this machine", () => {
    expectNothingOfThisMachine(text);
  });

  test("is the same text each time", async () => {
    expect(await textOf(file)).toBe(text);
  });

  test("runs after it was loaded again: it has every method, and check finds another account", async () => {
    const provider = load("require-from-string")(text).handler();

    expect(Object.keys(provider).sort()).toEqual(["check", "configure", "create", "delete", "diff", "read", "update"]);
    const { failures } = await provider.check({ account: "222222222222" }, { account: "333333333333" });
    expect(failures.map(({ property }: { property: string }) => property)).toContain("account");
  });
});
