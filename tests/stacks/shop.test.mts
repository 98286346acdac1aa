import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../stacks/config.ts";
import { record, waitForRegistrations } from "../support/record.ts";

const recorder = record();
const { Recommender } = await import("../../stacks/recommender.ts");

const root = fileURLToPath(new URL("../..", import.meta.url));
const shop = (name: string) => join(root, "examples/shop", name);
const folder = mkdtempSync(join(tmpdir(), "shop-"));
afterAll(() => rmSync(folder, { recursive: true }));

const readConfig = (): Record<string, unknown> => {
  const { config } = parse(readFileSync(shop("Pulumi.shop.yaml"), "utf8")) as { config: Record<string, unknown> };
  const own = Object.entries(config).filter(([key]) => key.startsWith("recommender:"));
  return Object.fromEntries(own.map(([key, value]) => [key.replace("recommender:", ""), value]));
};

test("the shop's stack is previewed with its own schema and filters", async () => {
  new Recommender("shop", parseConfig(readConfig(), "test"));
  await waitForRegistrations();
  const schema = recorder.of("pulumi-nodejs:dynamic/personalize:Schema").find(({ name }) => name.includes("items"));
  expect(schema?.inputs.schema).toBe(readFileSync(shop("items.schema.json"), "utf8"));
  expect(recorder.of("pulumi-nodejs:dynamic/personalize:Filter")).toHaveLength(4);
});

test("its placements show similar products, and cards with what a page needs", () => {
  const recipes = recorder.of("pulumi-nodejs:dynamic/personalize:Solution").map(({ inputs }) => inputs.recipeArn);
  expect(recipes).toContain("arn:aws:personalize:::recipe/aws-similar-items");
  const { environment } = recorder.one("aws:lambda/function:Function", "shop-serving-recommend-function").inputs;
  const { PLACEMENTS } = (environment as { variables: { PLACEMENTS: string } }).variables;
  expect(JSON.parse(PLACEMENTS)).toMatchObject({
    similar: { needsItem: true },
    cards: { filter: "available", columns: ["NAME", "BRAND", "PRICE"] },
  });
});

test("the shop's files are those that its generator writes", () => {
  execFileSync(process.execPath, ["--import", "tsx", shop("generate.ts"), folder], { cwd: root });
  for (const name of ["interactions.csv", "items.csv"]) {
    expect(readFileSync(join(folder, name), "utf8") === readFileSync(shop(name), "utf8")).toBe(true);
  }
});
