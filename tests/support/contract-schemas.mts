// The JSON Schemas of the contract, which refer to each other by their names.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly examples?: readonly unknown[];
}

const folder = join(import.meta.dirname, "../../contract/schemas");
export const contractSchemas: ReadonlyMap<string, Schema> = new Map(
  readdirSync(folder).map((file) => [file, JSON.parse(readFileSync(join(folder, file), "utf8")) as Schema]),
);

const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;
const ajv = addFormats(new Ajv2020({ strictTypes: false }));
for (const [file, schema] of contractSchemas) ajv.addSchema(schema, file);

/** The validator of a schema. */
export function validatorOf(file: string) {
  const validate = ajv.getSchema(file);
  if (!validate) throw new Error(`contract/schemas/${file} does not exist.`);
  return validate;
}
