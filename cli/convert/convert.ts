import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { nameForShell, readGivenCsv, requireColumns, showPath } from "../../seed/own-data/given-file";
import { describeColumns, writeItemsSchema } from "../../seed/own-data/items-schema";
import { deriveColumns } from "../../seed/own-data/items-source";
import { replaceFile } from "../replace-file";
import { type ConvertOptions, convertFile } from "./convert-file";

export interface ConvertRequest extends Omit<ConvertOptions, "to"> {
  readonly out?: string | undefined;
  readonly schema?: string | undefined;
}

/** Converts a file, or derives the schema of an items file, or both, and prints what was done and what to do next. */
export async function convert({ out, schema, ...options }: ConvertRequest): Promise<void> {
  const { from } = options;
  if (out === undefined && schema === undefined) {
    throw new Error("Give the file to write: --out interactions.csv, or --schema items.schema.json for a schema.");
  }
  if (out !== undefined && resolve(out) === resolve(from)) {
    throw new Error(`--out: ${showPath(from)} is the file to convert. Give another one.`);
  }
  const kind = out === undefined ? "items" : await convertTo(out, { ...options, schema });
  if (schema === undefined) return;
  if (kind === "interactions") throw new Error("--schema: interactions need no schema; leave the option out.");
  await writeSchema(out ?? from, schema);
}

async function convertTo(out: string, options: Omit<ConvertOptions, "to">) {
  const { recognised, counts, format, survey } = await convertFile({ ...options, to: out });
  const { kind, columns } = recognised;
  const { rows, leftOut } = counts;
  const { encoding } = format;
  const file = nameForShell(out);
  console.log(`${file}: ${rows} ${rows === 1 ? kind.slice(0, -1) : kind}`);
  for (const [column, names] of columns) {
    const source = names[0] === column ? "" : ` from ${names.join(" or ")}`;
    const form = (survey.times.get(column) ?? survey.numbers.get(column))?.description;
    console.log(`  ${column}${source}${form === undefined ? "" : ` (${form})`}`);
  }
  if (encoding !== "utf-8" && options.encoding === undefined) {
    console.log(`The file was read as ${encoding}. If letters are wrong, name its encoding: --encoding <name>`);
  }
  if (kind === "interactions" && columns.get("USER_ID")?.some((name) => /mail/i.test(name))) {
    console.log(
      "Users are e-mail addresses, which the import sends to the service. Another column: --column USER_ID=<name>",
    );
  }
  if (leftOut > 0) {
    const needed = kind === "items" ? "an item" : "a user, an item or a time";
    console.log(
      `${leftOut} ${leftOut === 1 ? "row" : "rows"} without ${needed} ${leftOut === 1 ? "was" : "were"} left out.`,
    );
  }
  const described = options.schema === undefined ? "" : ` --items-schema ${nameForShell(options.schema)}`;
  const data = kind === "items" ? `--interactions <file> --items ${file}${described}` : `--interactions ${file}`;
  console.log(`Try it: npm start -- ${data}`);
  return kind;
}

async function writeSchema(items: string, schema: string): Promise<void> {
  const given = { setting: "--schema", path: items, remedy: "Give an items file." };
  const csv = readGivenCsv(given);
  requireColumns(csv, given, ["ITEM_ID"]);
  const columns = deriveColumns(csv, given);
  await replaceFile(schema, (unfinished) => writeFile(unfinished, writeItemsSchema(columns)));
  console.log(`${nameForShell(schema)}: the schema of ${nameForShell(items)}`);
  for (const line of describeColumns(columns)) console.log(line);
  console.log('A long text can get `"textual": true`, and a category must have `"categorical": true`.');
}
