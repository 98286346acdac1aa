import { createRequire } from "node:module";
import { beforeAll, describe, expect, test } from "vitest";

// Under the engine's own loader: this is the text that state and plugins will hold.
const load = createRequire(import.meta.url);
const pulumi = load("@pulumi/pulumi") as typeof import("@pulumi/pulumi");

const kinds = {
  schema: "schemaProviderOn",
  "dataset-group": "datasetGroupProviderOn",
  dataset: "datasetProviderOn",
  "dataset-import-job": "datasetImportJobProviderOn",
  solution: "solutionProviderOn",
  "solution-version": "solutionVersionProviderOn",
  campaign: "campaignProviderOn",
  "event-tracker": "eventTrackerProviderOn",
  filter: "filterProviderOn",
};

async function textOf(file: string, factory: string): Promise<string> {
  const { openSession } = load("../../dynamic-providers/service/session");
  const provider = load(`../../dynamic-providers/${file}`)[factory](openSession);
  return (await pulumi.runtime.serializeFunction(() => provider, { allowSecrets: true })).text;
}

describe.each(Object.entries(kinds))("%s", (file, factory) => {
  let text: string;
  beforeAll(async () => {
    process.env.AWS_SECRET_ACCESS_KEY = "a-secret-of-this-machine";
    text = await textOf(file, factory);
  });

  test("ships small enough for a state that keeps it twice per resource", () => {
    expect(text.length).toBeLessThan(57_500);
  });

  test("imports the clients of Personalize and STS, and nothing else", () => {
    expect(text.match(/(?:require|import)\([^)]*\)/g)).toEqual([
      'import("@aws-sdk/client-sts")',
      'import("@aws-sdk/client-personalize")',
    ]);
  });

  test("holds no secret, no account, no path of this machine", () => {
    expect(text).not.toContain("a-secret-of-this-machine");
    expect(text).not.toMatch(/\d{12}/);
    expect(text).not.toContain(process.cwd());
  });

  test("is the same text each time", async () => {
    expect(await textOf(file, factory)).toBe(text);
  });

  test("runs after it was loaded again: every method is there, and check finds a bad name", async () => {
    const provider = load("require-from-string")(text).handler();

    expect(Object.keys(provider).sort()).toEqual(["check", "configure", "create", "delete", "diff", "read", "update"]);
    const { failures } = await provider.check({}, { name: "-pets", tags: {}, timeoutSeconds: 1 });
    const properties = failures.map(({ property }: { property: string }) => property);
    if (file !== "solution-version") expect(properties).toContain("name");
    expect(properties).toContain({ "dataset-group": "name", schema: "schema" }[file] ?? required[file]);
  });
});

/** An input that must not be left out. */
const required: Record<string, string> = {
  dataset: "datasetType",
  "dataset-import-job": "dataLocation",
  solution: "recipeArn",
  "solution-version": "trainingMode",
  campaign: "minProvisionedTPS",
  "event-tracker": "datasetGroupArn",
  filter: "filterExpression",
};
