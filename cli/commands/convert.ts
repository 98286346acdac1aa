import { Command, InvalidArgumentError } from "commander";
import { toFilePath } from "../values";

interface Options {
  readonly out?: string;
  readonly schema?: string;
  readonly column: ReadonlyMap<string, string>;
}

export const convertCommand = () =>
  new Command("convert")
    .description("Convert another system's interactions or items to the columns of the import.")
    .argument("<file>", "CSV with a header: users, items and times, or items and their attributes", toFilePath)
    .option("--out <file>", "the file to write", toFilePath)
    .option("--schema <file>", "write the schema that is derived from the values of an items file", toFilePath)
    .option("--column <name=column>", "a column that is not recognised; can be repeated", addColumn, new Map())
    .addHelpText(
      "after",
      `
Recognised are common names, such as userId, user_id, movieId, product_id, rating, event and timestamp. Times
may be seconds or milliseconds since 1970, or ISO dates. The file may be larger than the memory.

Examples:
  npx recommender convert ratings.csv --out interactions.csv
  npx recommender convert movies.csv --out items.csv --schema items.schema.json
  npx recommender convert log.csv --out interactions.csv --column USER_ID=who --column TIMESTAMP=at`,
    )
    .action(async (file: string, options: Options) => {
      const { convert } = require("../convert/convert") as typeof import("../convert/convert");
      await convert({ from: file, out: options.out, schema: options.schema, columns: options.column });
    });

function addColumn(text: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [, column = "", name = ""] = /^([A-Za-z]\w*)=(.+)$/.exec(text) ?? [];
  if (column === "") throw new InvalidArgumentError("Give the column of the import and that of the file: USER_ID=who");
  return new Map([...before, [column.toUpperCase(), name]]);
}
