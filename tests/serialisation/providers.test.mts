import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, describe, expect, test } from "vitest";

// Under the engine's own loader: this is the text that the state contains.
const load = createRequire(import.meta.url);
const pulumi = load("@pulumi/pulumi") as typeof import("@pulumi/pulumi");

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
    process.env.AWS_SECRET_ACCESS_KEY = "a-secret-of-this-machine";
    text = await textOf(file);
  });

  // The state has it twice per resource. The engine gets an unfinished resource in a gRPC trailer, of at most 64 KiB.
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
    expect(text).not.toContain("a-secret-of-this-machine");
    expect(text).not.toMatch(/\d{12}/);
    expect(text).not.toContain(process.cwd());
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
