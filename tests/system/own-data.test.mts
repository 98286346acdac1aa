import { join } from "node:path";
import { expect, test } from "vitest";
import { drawShop } from "../../examples/shop/shop.ts";
import { readLine } from "../../local/tests/support/read-line.ts";
import { runCommandLine, startCommandLine } from "../support/command-line.ts";
import { root } from "../support/listed-files.mts";
import { createFiles } from "../support/temporary-folder.mts";
import { expectReadable } from "./readable.mts";

const shop = (name: string) => join(root, "examples/shop", name);
const upstream = (name: string) => join(root, "tests/fixtures/upstream-seed", name);
const { file } = createFiles();

/** Walks the whole tour on own data; all ten steps must pass, and none may speak of pets. */
async function tour(...files: string[]): Promise<string> {
  const { code, printed } = await runCommandLine(["start", "--exit", "--port", "0", ...files]);
  expect(printed).not.toContain("This step failed");
  expect(code).toBe(0);
  for (let step = 1; step <= 10; step++) expect(printed).toMatch(new RegExp(`^${step}\\. `, "m"));
  const steps = printed.slice(printed.indexOf("\n1. "), printed.indexOf("\n10. "));
  expect(steps).not.toMatch(/\b(species|breed|cat|dog|pets?)\b/);
  // With own data, what the tour does must not look like what the visitors do.
  expect(steps).toMatch(/^ {4}The invented session \S+ looked at twelve/m);
  expect(steps).toMatch(
    /^ {4}\d+ events of \d+ invented visitors arrived\.\n {4}Each looks at what one visitor of the data/m,
  );
  expectReadable(printed);
  return printed;
}

test("a shop is deployed, its products are described by their columns, and its visits have a device", async () => {
  const files = ["interactions.csv", "interactions.schema.json", "items.csv"].map(shop);
  const [interactions = "", schema = "", items = ""] = files;
  const printed = await tour("--interactions", interactions, "--interactions-schema", schema, "--items", items);
  expect(printed).toMatch(/^ +Its events and requests have the context \{"DEVICE":"(phone|desktop|tablet)"\}\.$/m);
  expect(printed).toContain("  PRICE               number: filters can use it");
  expect(printed).toContain("the filters adoptable, species of Pulumi.dev.yaml.");
  expect(printed).toContain("of 500 visitors and 240 items.");
  expect(printed).toMatch(/^ {5}1\. .*\(category: \w+, brand: \w+/m);
  expect(printed).toMatch(/looked at twelve items:\n +(category|brand) \w+\.$/m);
});

/** A file of interactions without types. The newest one is of now, as in an export of a shop. */
function writeRatings(): string {
  const { visits } = drawShop(7, 150, 250);
  const sinceNewest = Math.floor(Date.now() / 1000) - Math.max(...visits.map(({ time }) => time));
  const numberOf = (id: string) => Number(id.replace(/\D/g, ""));
  const rows = visits.flatMap(({ customer, product, time, type }) =>
    type === "View" ? [`${numberOf(customer)},${numberOf(product)},${time + sinceNewest}`] : [],
  );
  return file("ratings.csv", "USER_ID,ITEM_ID,TIMESTAMP", ...rows);
}

test("interactions alone are enough", async () => {
  const printed = await tour("--interactions", writeRatings());
  expect(printed).toMatch(/^There is no items file: the catalogue is the \d+ items of the interactions/m);
  expect(printed).toMatch(/^ {5}1\. \d+ \(interactions: \d+\)$/m);
});

test("the original sample's own data, without event types, can be brought along; then it serves until Ctrl-C", async () => {
  const data = ["--interactions", upstream("interactions.csv"), "--items", upstream("items.csv")];
  const { child, ended } = startCommandLine(["start", "--port", "0", ...data]);
  await readLine(child, /Stop it with Ctrl-C\./);
  child.kill("SIGINT");
  const { code, printed } = await ended;
  expect(printed).toContain("4602 interactions imported; 3717 are left without duplicates,");
  expect(printed).not.toContain("This step failed");
  expect(code).toBe(0);
});

test("files with what is probably not meant are not deployed without a yes", async () => {
  const { visits } = drawShop(7, 150, 250);
  const rows = visits.map(
    ({ customer, product, time, type }) => `${customer},${product.toLowerCase()},${time},${type}`,
  );
  const lower = file("lower-case.csv", "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE", ...rows);
  const ids = [...new Set(visits.map(({ product }) => product))];
  const [first = "", ...others] = ids;
  const upper = file(
    "upper-case.csv",
    "ITEM_ID,BRAND",
    `${first.toLowerCase()},a`,
    ...others.map((id) => `${id.toUpperCase()},a`),
  );
  const data = ["--interactions", lower, "--items", upper];
  const { code, printed } = await runCommandLine(["start", "--exit", "--port", "0", ...data]);
  expect(code).toBe(1);
  expect(printed).toContain("in another form");
  expect(printed).toContain("There is no terminal to ask for confirmation; give --yes. Nothing was done.");
  expect(printed).not.toContain("\n1. ");
});
