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
  longest: number;
  /** The modules that it loads when it runs, in the order of the text. */
  loads: string[];
  environment: Record<string, string>;
  /** One invocation that needs no service, and the answer. */
  proof?: { event: unknown; answer: unknown };
}

const zod = 'require("zod/mini")';
const nearestKey = 'require("fastest-levenshtein/mod.js")';
const client = (name: string) => `import("@aws-sdk/client-${name}")`;
const serving = {
  CAMPAIGN_ARN: "arn:campaign",
  DEADLINE_MILLISECONDS: "1000",
  FALLBACK_BUCKET: "data",
  FALLBACK_KEY: "popular.json",
  FILTERS: "{}",
  FILTER_ARN_PREFIX: "arn:filter/",
  STACK: "test",
};
const functions: Record<string, Shipped> = {
  "ingest-events": {
    factory: "ingestEventsFactory",
    longest: 59_000,
    loads: [zod, client("personalize-events"), client("personalize"), client("s3")],
    environment: {
      TRACKING_ID: "t",
      TRACKER_ARN: "a",
      EVENT_TYPES: "[]",
      EVENT_COLUMNS: "[]",
      QUARANTINE_BUCKET: "q",
      STACK: "test",
    },
    proof: { event: { Records: [] }, answer: { batchItemFailures: [] } },
  },
  "update-items": {
    factory: "updateItemsFactory",
    longest: 61_500,
    loads: [zod, client("personalize-events"), client("s3"), 'import("node:crypto")'],
    environment: {
      REQUESTS_PER_SECOND: "8",
      QUARANTINE_BUCKET: "q",
      ITEMS_DATASET_ARN: "d",
      DATA_BUCKET: "b",
      CATALOGUE: "f",
      ITEMS_SCHEMA: "s",
      CHANGED_ITEMS: "c/",
      FALLBACK_KEY: "p",
      STACK: "test",
    },
    proof: { event: { Records: [] }, answer: { batchItemFailures: [] } },
  },
  "update-users": {
    factory: "updateUsersFactory",
    longest: 54_500,
    loads: [zod, client("personalize-events"), client("s3"), 'import("node:crypto")'],
    environment: {
      REQUESTS_PER_SECOND: "8",
      QUARANTINE_BUCKET: "q",
      USERS_DATASET_ARN: "d",
      DATA_BUCKET: "b",
      IMPORTED_USERS: "f",
      USERS_SCHEMA: "s",
      CHANGED_USERS: "c/",
      STACK: "test",
    },
    proof: { event: { Records: [] }, answer: { batchItemFailures: [] } },
  },
  "recommend-pets": {
    factory: "recommendPetsFactory",
    longest: 44_000,
    loads: [zod, nearestKey, client("s3"), client("personalize-runtime"), 'require("crypto")'],
    environment: { ...serving, PLACEMENTS: '{"popular":{"needsItem":false},"recommendation":{"needsItem":false}}' },
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
    longest: 41_000,
    loads: [zod, nearestKey, client("s3"), client("personalize-runtime")],
    environment: serving,
    proof: {
      event: { body: '{"itemMetadataList":[{"animalMetadata":null}]}' },
      answer: { statusCode: 400, body: '{"message":"itemMetadataList[0].itemId: is missing"}' },
    },
  },
  "evaluate-model": {
    factory: "evaluateModelFactory",
    longest: 23_000,
    loads: [zod, client("s3"), client("personalize")],
    environment: { DATA_BUCKET: "data", DECISIONS_PREFIX: "decisions/" },
  },
  "check-training-data": {
    factory: "checkTrainingDataFactory",
    longest: 18_000,
    loads: [client("personalize"), client("cloudwatch")],
    environment: {
      DATASET_ARNS: "[]",
      DATASET_GROUP_ARN: "g",
      LEAST_NEW_EVENTS: "1",
      STACK: "test",
      STREAM_NAME: "s",
    },
  },
  "refresh-popular-items": {
    factory: "refreshPopularItemsFactory",
    longest: 16_500,
    loads: [client("personalize-runtime"), client("s3"), 'import("node:crypto")'],
    environment: {
      CAMPAIGN_ARN: "arn:campaign",
      CHANGED_ITEMS: "c/",
      DATA_BUCKET: "data",
      FALLBACK_KEY: "popular.json",
    },
  },
  "report-model-health": {
    factory: "reportModelHealthFactory",
    longest: 16_000,
    loads: [client("personalize"), client("cloudwatch")],
    environment: {
      CAMPAIGN_ARNS: "{}",
      LEAST_NEW_EVENTS: "1",
      STACK: "test",
      STREAM_NAME: "s",
    },
  },
};

describe.each(Object.entries(functions))("%s", (file, { factory, longest, loads, environment, proof }) => {
  let text: string;
  beforeAll(async () => {
    process.env.STACK = "stack-of-the-deployment";
    const closure = load(`../../functions/${file}`)[factory];
    text = (await pulumi.runtime.serializeFunction(closure, { isFactoryFunction: true, exportName: "handler" })).text;
  });

  test("ships small", () => {
    expect(text.length).toBeLessThan(longest);
    expect(text.length).toBeGreaterThan(longest / 4);
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

  test("runs after it was loaded again", async () => {
    Object.assign(process.env, environment);
    const { handler } = load("require-from-string")(text) as { handler: Handler };
    expect(handler).toBeTypeOf("function");
    if (proof) expect(await handler(proof.event)).toEqual(proof.answer);
  });

  test("fails when it starts without its settings, by its own name", () => {
    for (const name of Object.keys(environment)) delete process.env[name];
    if (Object.keys(environment).length === 0) return;
    expect(() => load("require-from-string")(text)).toThrow(new RegExp(`^${file}: .+ not set`));
  });
});

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

  test("runs after it was loaded again: it has every method, and check finds a bad name", async () => {
    const provider = load("require-from-string")(text).handler();

    expect(Object.keys(provider).sort()).toEqual(["check", "configure", "create", "delete", "diff", "read", "update"]);
    const { failures } = await provider.check({}, { name: "-pets", tags: {}, timeoutSeconds: 1 });
    const properties = failures.map(({ property }: { property: string }) => property);
    if (file !== "solution-version") expect(properties).toContain("name");
    // A dataset group needs only a name; every other kind an input that is absent here.
    if (file !== "dataset-group") expect(properties.filter((property: string) => property !== "name")).not.toEqual([]);
  });
});
