import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { drawShop } from "../../examples/shop/shop.ts";
import { runCommandLine } from "../support/command-line.ts";
import { expectReadable } from "./readable.mts";

const shop = (name: string) => fileURLToPath(new URL(`../../examples/shop/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "own-data-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Walks the whole tour on own data; all ten steps must pass, and none may speak of pets. */
async function tour(...files: string[]): Promise<string> {
  const { code, printed } = await runCommandLine(["start", "--exit", "--port", "0", ...files]);
  expect(printed).not.toContain("This step failed");
  expect(code).toBe(0);
  for (let step = 1; step <= 10; step++) expect(printed).toMatch(new RegExp(`^${step}\\. `, "m"));
  const steps = printed.slice(printed.indexOf("\n1. "), printed.indexOf("\n10. "));
  expect(steps).not.toMatch(/\b(species|breed|cat|dog|pets?)\b/);
  expectReadable(printed);
  return printed;
}

test("a shop is deployed, and its products are described by their columns", { timeout: 300_000 }, async () => {
  const printed = await tour("--interactions", shop("interactions.csv"), "--items", shop("items.csv"));
  expect(printed).toContain("  PRICE               number: filters can use it");
  expect(printed).toContain("the filters adoptable, species of Pulumi.dev.yaml.");
  expect(printed).toContain("of 500 visitors and 240 items.");
  expect(printed).toMatch(/^ {5}1\. .*\(category: \w+, brand: \w+/m);
  expect(printed).toMatch(/looked at twelve items:\n +(category|brand) \w+\.$/m);
});

test("interactions alone are enough: the catalogue is their items", { timeout: 300_000 }, async () => {
  const printed = await tour("--interactions", shop("interactions.csv"));
  expect(printed).toMatch(/^There is no items file: the catalogue is the \d+ items of the interactions/m);
  expect(printed).toMatch(/^ {5}1\. sku-\d{4} \(interactions: \d+\)$/m);
});

/** Files with the columns of MovieLens: films by number, with genres that are joined by a bar. */
function writeMovieLens(): { ratings: string; movies: string } {
  const { products, visits } = drawShop(7, 150, 250);
  const numberOf = (id: string) => Number(id.replace(/\D/g, ""));
  const ratings = visits.flatMap(({ customer, product, time, type }, i) =>
    type === "View" ? [`${numberOf(customer)},${numberOf(product)},${0.5 * (1 + (i % 10))},${time}`] : [],
  );
  const movies = products.map(
    ({ id, name, category, brand }) => `${numberOf(id)},"${name} (1999)",${category}|${brand}`,
  );
  const files = { ratings: join(folder, "ratings.csv"), movies: join(folder, "movies.csv") };
  writeFileSync(files.ratings, `userId,movieId,rating,timestamp\n${ratings.join("\n")}\n`);
  writeFileSync(files.movies, `movieId,title,genres\n${movies.join("\n")}\n`);
  return files;
}

test("files of MovieLens are refused with the command that converts them, and then deployed", {
  timeout: 300_000,
}, async () => {
  const { ratings, movies } = writeMovieLens();
  const refused = await runCommandLine(["start", "--exit", "--port", "0", "--interactions", ratings]);
  expect(refused.code).toBe(1);
  expect(refused.printed).toContain(`convert the file: npx recommender convert ${ratings} --out interactions.csv`);

  const [interactions, items] = [join(folder, "interactions.csv"), join(folder, "items.csv")];
  expect((await runCommandLine(["convert", ratings, "--out", interactions])).code).toBe(0);
  expect((await runCommandLine(["convert", movies, "--out", items])).code).toBe(0);
  const printed = await tour("--interactions", interactions, "--items", items);
  expect(printed).toMatch(/^ {2}GENRES +category, 14 values/m);
  expect(printed).toMatch(/^ {5}1\. .* \(1999\) \(genres: \w+\|\w+\)$/m);
});
