import { writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { readGivenCsv, requireColumns } from "../../components/ingestion/given-file";
import { describeColumns, writeItemsSchema } from "../../components/ingestion/items-schema";
import { deriveColumns } from "../../components/ingestion/items-source";
import { convertFile } from "./convert-file";

export interface ConvertRequest {
  readonly from: string;
  readonly out?: string | undefined;
  readonly schema?: string | undefined;
  readonly columns: ReadonlyMap<string, string>;
}

/** Converts a file, or derives the schema of an items file, or both, and prints what was done and what to do next. */
export async function convert({ from, out, schema, columns }: ConvertRequest): Promise<void> {
  if (out === undefined && schema === undefined) {
    throw new Error("Give the file to write: --out interactions.csv, or --schema items.schema.json for a schema.");
  }
  if (out !== undefined && resolve(out) === resolve(from)) {
    throw new Error(`--out: ${from} is the file to convert. Give another one.`);
  }
  const kind = out === undefined ? "items" : await convertTo(from, out, columns);
  if (schema === undefined) return;
  if (kind === "interactions") throw new Error("--schema: interactions need no schema of yours; leave the option out.");
  writeSchema(out ?? from, schema);
}

async function convertTo(from: string, out: string, columns: ReadonlyMap<string, string>) {
  const converted = await convertFile({ from, to: out, columns });
  const { kind, rows, leftOut } = converted;
  console.log(`${basename(out)}: ${rows} ${kind}`);
  for (const [column, name] of converted.columns) console.log(`  ${column}${column === name ? "" : ` from ${name}`}`);
  if (leftOut > 0) console.log(`${leftOut} rows without a user, an item or a time were left out.`);
  console.log(`Try it: npm start -- ${kind === "items" ? "--interactions <file> --items" : "--interactions"} ${out}`);
  return kind;
}

function writeSchema(items: string, schema: string): void {
  const given = { setting: "--schema", path: items, remedy: "Give an items file." };
  const csv = readGivenCsv(given);
  requireColumns(csv, given, ["ITEM_ID"]);
  const columns = deriveColumns(csv, given);
  writeFileSync(schema, writeItemsSchema(columns));
  console.log(`${basename(schema)}: the schema of ${basename(items)}`);
  for (const line of describeColumns(columns)) console.log(line);
  console.log('A long text can get `"textual": true`, and a category must have `"categorical": true`.');
}
