import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readGivenConfig } from "../../../cli/costs/config.ts";
import { toLines } from "../../../cli/costs/facts.ts";
import { programName } from "../../../names/layout.ts";

const before = process.env.INIT_CWD;
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "costs-"));
  process.env.INIT_CWD = folder;
  writeFileSync(join(folder, "Pulumi.yaml"), "name: recommender\nruntime: nodejs\n");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  if (before === undefined) delete process.env.INIT_CWD;
  else process.env.INIT_CWD = before;
});

/** Reads the file of a stack with some keys. */
function read(config: Record<string, unknown>) {
  const keys = Object.entries(config).map(([key, value]) => [`${programName}:${key}`, value]);
  writeFileSync(join(folder, "Pulumi.prod.yaml"), JSON.stringify({ config: Object.fromEntries(keys) }));
  return readGivenConfig("prod");
}

const place = (key: string, ...steps: string[]) => ({ key: `${programName}:${key}`, steps, stack: "prod" });

test("a price that is only missing is no error; a wrong one names its field", () => {
  expect(read({ prices: { currency: "USD" } }).values.prices).toEqual({ currency: "USD" });
  expect(() => read({ prices: { currency: "USD", streamHour: "much" } })).toThrow(
    "recommender:prices: prices.streamHour must be the price of an on-demand stream for an hour. " +
      "Correct it in Pulumi.prod.yaml.",
  );
});

test("prices that only the Pulumi CLI can decrypt are named", () => {
  expect(() => read({ prices: { secure: "v1:abc" } })).toThrow("recommender:prices in Pulumi.prod.yaml is encrypted");
});

test("lines after which the program would refuse the configuration begin with what to do first", () => {
  const config = read({
    recommendationRecipe: "aws-user-personalization-v2",
    eventWeights: { Favorite: 1 },
    placements: { trends: { recipe: "aws-trending-now" }, cards: { model: "trends" } },
  });
  const toV1 = { place: place("recommendationRecipe"), value: "aws-user-personalization" };
  expect(toLines({ config }, [toV1])).toEqual([
    "# first: eventWeights cannot be set: neither recommendationRecipe nor rerankingRecipe has event weights. " +
      "Recipes with them: aws-user-personalization-v2, aws-personalized-ranking-v2",
    "pulumi config set recommender:recommendationRecipe aws-user-personalization --stack prod",
  ]);
  const [first, line] = toLines({ config }, [{ place: place("placements", "trends") }]);
  expect(first).toMatch(/^# first: placements\.cards\.model /);
  expect(line).toBe("pulumi config rm --path recommender:placements.trends --stack prod");
  expect(toLines({ config }, [{ place: place("placements", "trends", "minProvisionedTPS"), value: 1 }])).toEqual([
    "pulumi config set --path recommender:placements.trends.minProvisionedTPS 1 --stack prod",
  ]);
});
