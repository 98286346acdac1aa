import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createFolder } from "../support/temporary-folder.mts";
import { recordShop } from "./recorded-stacks.mts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const shop = (name: string) => join(root, "examples/shop", name);
const folder = createFolder();
const { stack } = await recordShop();

test("the shop's stack is previewed with its own schema and filters", () => {
  const { inputs } = stack.one("pulumi-nodejs:dynamic/personalize:Schema", "shop-items-schema");
  expect(inputs.schema).toBe(readFileSync(shop("items.schema.json"), "utf8"));
  expect(stack.of("pulumi-nodejs:dynamic/personalize:Filter")).toHaveLength(4);
});

test("its placements show similar products, and cards with what a page needs", () => {
  const recipes = stack.of("pulumi-nodejs:dynamic/personalize:Solution").map(({ inputs }) => inputs.recipeArn);
  expect(recipes).toContain("arn:aws:personalize:::recipe/aws-similar-items");
  const { environment } = stack.one("aws:lambda/function:Function", "shop-serving-recommend-function").inputs;
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
