import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, test, vi } from "vitest";
import { recordUsual } from "../stacks/recorded-stacks.mts";
import { account, record, waitForRegistrations } from "../support/record.ts";
import { statementsOf } from "../support/statements.ts";
import { createFolder } from "../support/temporary-folder.mts";

const { stack } = await recordUsual();

record();
const { Foundation } = await import("../../components/platform/foundation.ts");
const { DataStore } = await import("../../components/ingestion/data-store.ts");
const { readData } = await import("../../seed/import-files/read-data.ts");

const folder = createFolder();
const interactionsFile = join(folder, "events.csv");
writeFileSync(interactionsFile, "USER_ID,ITEM_ID,TIMESTAMP\nu1,2-Pug-1-2,1\nu2,2-Pug-1-2,2\nu2,2-Pug-1-1,3\n");
const files = {
  interactionsFile,
  interactionsSchemaFile: "seed/interactions.schema.json",
  itemsFile: "seed/items.csv",
};

const foundation = new Foundation("base", { logRetentionDays: 30, deletionProtection: false, tags: {} });

const bucket = `recommender-dev-data-${account}`;
const object = (name: string) => stack.one("aws:s3/bucketObjectv2:BucketObjectv2", `recommender-data-${name}`).inputs;

test("the bucket contains both files, both schemas, the catalogue and the fallback list", () => {
  const objects = stack.of("aws:s3/bucketObjectv2:BucketObjectv2");
  expect(objects.map(({ inputs }) => `${inputs.bucket}/${inputs.key}`).sort()).toEqual([
    `${bucket}/catalogue/items.jsonl`,
    `${bucket}/fallback/popular.json`,
    `${bucket}/schemas/interactions.json`,
    `${bucket}/schemas/items.json`,
    `${bucket}/seed/interactions/interactions.csv`,
    `${bucket}/seed/items/items.csv`,
  ]);
});

test("a file without event types is completed, and uploaded as a file so that the state does not contain it", async () => {
  const { source } = object("interactions-csv");
  const path = await (source as pulumi.asset.FileAsset).path;
  expect(readFileSync(path, "utf8").split("\n").slice(0, 2)).toEqual([
    "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE,RECOMMENDATION_ID,IMPRESSION",
    "10000,1-Abyssinian-3-2,1656408773,DetailView,,,",
  ]);
});

test("the first fallback list comes from the file", () => {
  expect(object("popular")).toEqual({
    bucket,
    key: "fallback/popular.json",
    content: expect.stringMatching(/^\{"items":\["\d-[\w-]+",/),
    contentType: "application/json",
  });
});

test("Personalize may list the bucket and read what its jobs import, in its own name, for no other account that it names", () => {
  const [tls, ...statements] = statementsOf(stack.one("aws:s3/bucketPolicy:BucketPolicy", "recommender-data-policy"));
  expect(tls).toEqual({
    Sid: "OnlyOverTls",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });
  const ofPersonalize = {
    Effect: "Allow",
    Principal: { Service: "personalize.amazonaws.com" },
    Condition: {
      StringEqualsIfExists: { "aws:SourceAccount": account },
      ArnLikeIfExists: { "aws:SourceArn": `arn:aws:personalize:eu-west-1:${account}:*` },
    },
  };
  const folders = ["seed", "rebuild", "forget"].map((folder) => `arn:aws:s3:::${bucket}/${folder}/*`);
  expect(statements).toEqual([
    { ...ofPersonalize, Sid: "PersonalizeLists", Action: ["s3:ListBucket"], Resource: `arn:aws:s3:::${bucket}` },
    { ...ofPersonalize, Sid: "PersonalizeReads", Action: ["s3:GetObject"], Resource: folders },
  ]);
});

describe("event types", () => {
  const typed = join(folder, "typed.csv");
  writeFileSync(
    typed,
    "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE\nu1,2-Pug-1-2,1,View\nu2,2-Pug-1-2,2,Like\nu2,2-Pug-1-1,3,View\n",
  );
  const typesOf = (eventTypes?: string[]) => readData({ ...files, interactionsFile: typed, eventTypes }).eventTypes;

  test("are those of the interactions, or may be given", () => {
    expect(typesOf()).toEqual(["View", "Like"]);
    expect(typesOf(["Buy"])).toEqual(["Buy"]);
  });
});

describe("columns of the interactions that events cannot fill", () => {
  const seed = JSON.parse(readFileSync("seed/interactions.schema.json", "utf8"));
  let seen = interactionsFile;
  const warningsOf = async (name: string, ...columns: object[]) => {
    const interactionsSchemaFile = join(folder, `${name}.json`);
    writeFileSync(interactionsSchemaFile, JSON.stringify({ ...seed, fields: [...seed.fields, ...columns] }));
    // Without an engine, Pulumi prints its messages.
    const printed = vi.spyOn(console, "warn").mockImplementation(() => {});
    const data = readData({ ...files, interactionsFile: seen, interactionsSchemaFile });
    const store = new DataStore(name, { foundation, data });
    await waitForRegistrations();
    const warnings = printed.mock.calls.map(([text]) => String(text));
    printed.mockRestore();
    return { warnings, columns: store.eventColumns };
  };

  test("are none for the seed's schema, and for a column of a usual name and type", async () => {
    const device = { name: "DEVICE", type: ["null", "string"], categorical: true };
    const { warnings, columns } = await warningsOf("usual", device);
    expect(warnings).toEqual([]);
    expect(columns.at(-1)).toEqual({ name: "DEVICE", type: ["null", "string"] });
  });

  test("are named in a warning with the reason and what to do", async () => {
    const { warnings } = await warningsOf(
      "unusual",
      { name: "SESSION_ID", type: "string" },
      { name: "EVENT_ATTRIBUTION_SOURCE", type: ["string", "null"] },
      { name: "DEVICE", type: ["string", "int", "null"] },
      { name: "NOTHING", type: "null" },
    );
    expect(warnings).toEqual([
      [
        "warning: [runtime] recommender:interactionsSchemaFile: events on the stream cannot fill these columns:",
        "  SESSION_ID: PutEvents does not allow the name sessionId for a property. It requires a value, so that every event goes to the quarantine",
        "  EVENT_ATTRIBUTION_SOURCE: events have no field for it",
        "  DEVICE: its type must be one type, alone or in a union with null",
        "  NOTHING: its type must be one type, alone or in a union with null",
        "Rename or remove them before the first deployment: the schema of an Interactions dataset cannot change later.",
      ].join("\n"),
    ]);
  });

  test("and items that the items file does not have are both a warning of the preview", async () => {
    seen = join(folder, "unknown.csv");
    writeFileSync(seen, "USER_ID,ITEM_ID,TIMESTAMP\nann,2-Beagle-2-3,5\nann,2-beagle-2-3,6\n");
    const warnings = await warningsOf("unknown", { name: "SESSION_ID", type: "string" });
    expect(warnings.warnings).toEqual([
      expect.stringContaining("SESSION_ID: PutEvents"),
      expect.stringContaining('"2-beagle-2-3" is "2-Beagle-2-3" there (upper and lower case)'),
    ]);
  });
});
