import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, expectTypeOf, test } from "vitest";
import type { z } from "zod/mini";
import type { ItemUpdate, RecommendRequest, RerankRequest, VisitorEvent } from "../../contract/index.js";
import type { visitorEvent } from "../../functions/ingestion/events/event-schema.ts";
import type { itemUpdate } from "../../functions/ingestion/items/item-update-schema.ts";
import type { recommendRequest, rerankRequest } from "../../functions/serving/request-schemas.ts";
import { installPackedContract } from "../support/packed-contract.mts";
import { createFolder } from "../support/temporary-folder.mts";

// The package as npm installs it for another team's program, from the file that it would publish.

const root = fileURLToPath(new URL("../..", import.meta.url));
const consumer = createFolder();
const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: consumer, encoding: "utf8" });
let packed: ReturnType<typeof installPackedContract>;
beforeAll(() => {
  packed = installPackedContract(consumer, ["typescript"]);
});

const pet = `{ animal_species_id: "2", animal_primary_breed_id: "Shar-Pei mix", animal_size_id: "3", animal_age_id: "2" }`;

test("has its code, schemas and test vectors in at most 20 KB, and needs no other package", () => {
  const names = new Set(packed.files.map(({ path }) => path.replace(/\/.*/, "/")));
  const own = ["LICENSE", "README.md", "index.d.ts", "index.js", "llms.txt", "package.json"];
  expect([...names].sort()).toEqual([...own, "schemas/", "vectors/"]);
  expect(packed.size).toBeLessThan(20_000);
  const manifest = JSON.parse(readFileSync(join(consumer, "node_modules/recommender-contract/package.json"), "utf8"));
  expect(Object.keys(manifest).filter((key) => /dependencies$/i.test(key))).toEqual([]);
});

test("its schemas and vectors are imported by their names, and the schemas refer to each other", () => {
  const program = `
    const { readdirSync } = require("node:fs");
    const { dirname, join } = require("node:path");
    const { Ajv2020 } = require(${JSON.stringify(join(root, "node_modules/ajv/dist/2020.js"))});
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const folder = join(dirname(require.resolve("recommender-contract/package.json")), "schemas");
    for (const file of readdirSync(folder)) ajv.addSchema(require("recommender-contract/schemas/" + file), file);
    const validate = ajv.getSchema("stream-record.json");
    const records = [{ sessionId: "s", eventType: "View", itemId: "sku-1" }, { sessionId: "s" }];
    const [vector] = require("recommender-contract/vectors/choose-variant.json");
    console.log(records.map((record) => validate(record)).join(), typeof vector.variant);`;
  writeFileSync(join(consumer, "schemas.cjs"), program);
  expect(run(process.execPath, "schemas.cjs")).toBe("true,false string\n");
});

test.each([
  ["consumer.mjs", `import { chooseVariant, toAnimalGroupId } from "recommender-contract";`],
  ["consumer.cjs", `const { chooseVariant, toAnimalGroupId } = require("recommender-contract");`],
])("%s uses the group mapping, and computes a visitor's variant", (file, line) => {
  const experiment = { name: "rare", variants: { recommendation: 99, next: 1 } };
  const chosen = `chooseVariant(${JSON.stringify(experiment)}, { userId: "visitor-88" })`;
  writeFileSync(join(consumer, file), `${line}\nconsole.log(toAnimalGroupId(${pet}), ${chosen});`);
  expect(run(process.execPath, file)).toBe("2-Shar-Pei_mix-3-2 next\n");
});

test("its types accept what the contract accepts, and nothing else", () => {
  const program = `
    import { type ItemUpdate, type RecommenderContract, type VisitorEvent, toAnimalGroupId } from "recommender-contract";
    export const output: keyof RecommenderContract = "recommendFunctionName";
    export const group: string = toAnimalGroupId(${pet});
    export const petEvent: VisitorEvent = { sessionId: "s", eventType: "DetailView", animalMetadata: ${pet} };
    export const itemEvent: VisitorEvent = { sessionId: "s", eventType: "DetailView", itemId: "sku-1" };
    // @ts-expect-error neither a pet nor an item
    export const emptyEvent: VisitorEvent = { sessionId: "s", eventType: "DetailView" };
    export const ownIdEvent: VisitorEvent = { ...petEvent, itemId: "pet-1" };
    export const update: ItemUpdate = { itemUpdate: { animalMetadata: ${pet}, available: false } };
    // @ts-expect-error neither a pet nor an item
    export const emptyUpdate: ItemUpdate = { itemUpdate: { available: false } };
    // @ts-expect-error no such output
    export const wrong: keyof RecommenderContract = "recommendFunction";`;
  writeFileSync(join(consumer, "consumer.mts"), program);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022"];
  expect(run(process.execPath, tsc, ...options, "consumer.mts")).toBe("");
});

// The compiler checks this one: `npm run check`.
test("its types have the fields that the handlers validate", () => {
  type Fields<Schema extends (...args: never[]) => z.core.$ZodType> = keyof z.input<ReturnType<Schema>>;
  expectTypeOf<keyof VisitorEvent>().toEqualTypeOf<Fields<typeof visitorEvent>>();
  expectTypeOf<keyof ItemUpdate>().toEqualTypeOf<Fields<typeof itemUpdate>>();
  expectTypeOf<keyof RecommendRequest>().toEqualTypeOf<Fields<typeof recommendRequest>>();
  expectTypeOf<keyof RerankRequest>().toEqualTypeOf<Fields<typeof rerankRequest>>();
});
