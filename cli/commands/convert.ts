import { Command, InvalidArgumentError } from "commander";
import type { ConvertRequest } from "../convert/convert";
import type { DateOrder } from "../convert/dates";
import { oneOf, toFilePath } from "../values";

export const convertCommand = () =>
  new Command("convert")
    .description("Convert another system's interactions or items to the columns of the import.")
    .argument("<file>", "CSV with a header: users, items and times, or items and their attributes", toFilePath)
    .option("--out <file>", "the file to write", toFilePath)
    .option("--schema <file>", "also write the schema that is derived from an items file", toFilePath)
    .option("--column <name=column>", "a column that is not recognised; can be repeated", addColumn)
    .option("--encoding <name>", "the file's encoding, if the detected one is wrong", toEncoding)
    .option("--time-format <format>", "DD/MM/YYYY or MM/DD/YYYY, if no date proves the order", toDateOrder)
    .option("--decimal <mark>", "comma or point, if no number proves the mark", oneOf(["comma", "point"] as const))
    .addHelpText(
      "after",
      `
It recognises common names, such as userId, user_id, movieId, product_id, rating, event and timestamp, and the
order exports of Shopify and WooCommerce. Files may be UTF-8, UTF-16 or Windows-1252, with commas, semicolons,
tabs or bars. Times may be seconds or milliseconds since 1970, ISO dates, dates such as 13.02.2026 or 2/13/2026
and Excel's day numbers; times without an offset are UTC. The file may be larger than the memory.

Examples:
  npx recommender convert ratings.csv --out interactions.csv
  npx recommender convert movies.csv --out items.csv --schema items.schema.json
  npx recommender convert log.csv --out interactions.csv --column USER_ID=who --column TIMESTAMP=at
  npx recommender convert orders.csv --out interactions.csv --time-format DD/MM/YYYY`,
    )
    .action(async (from: string, options: Omit<ConvertRequest, "from">) => {
      const { convert } = require("../convert/convert") as typeof import("../convert/convert");
      await convert({ from, ...options });
    });

function addColumn(text: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const [, column = "", name = ""] = /^([A-Za-z]\w*)=(.+)$/.exec(text) ?? [];
  if (column === "") throw new InvalidArgumentError("Give the import's column and the file's: USER_ID=who");
  return new Map([...before, [column.toUpperCase(), name]]);
}

/** Parses a name of the Encoding Standard, such as utf-8, latin1 or windows-1250. */
function toEncoding(text: string): string {
  try {
    return new TextDecoder(text).encoding;
  } catch {
    throw new InvalidArgumentError("Give utf-8, utf-16le, windows-1252 or another name of the Encoding Standard.");
  }
}

/** Parses the order of day and month: DD/MM/YYYY, dd.mm.yyyy hh:mm, %m/%d/%y, day-first and the like. */
function toDateOrder(text: string): DateOrder {
  if (/^(%?d{1,2}\W%?m{1,2}\b|day-first$)/i.test(text)) return "day-first";
  if (/^(%?m{1,2}\W%?d{1,2}\b|month-first$)/i.test(text)) return "month-first";
  throw new InvalidArgumentError("Give DD/MM/YYYY or MM/DD/YYYY.");
}
