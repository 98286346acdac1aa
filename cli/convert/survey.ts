import { toPrintable } from "../../components/support/printable";
import type { RecognisedColumns } from "../../seed/own-data/foreign-data";
import { showPath } from "../../seed/own-data/given-file";
import { type CsvFormat, readRows } from "./csv-format";
import { type DateOrder, TimeColumn } from "./dates";
import { type DecimalMark, NumberColumn } from "./numbers";
import { RowReader } from "./orders";

/** The user's words about the values, where a file does not say it itself. */
export interface NamedForms {
  readonly timeFormat?: DateOrder | undefined;
  readonly decimal?: DecimalMark | undefined;
}

export type Survey = Awaited<ReturnType<typeof surveyFile>>;

const timeNames = ["TIMESTAMP", "CREATION_TIMESTAMP"];
const textNames = ["USER_ID", "ITEM_ID", "EVENT_TYPE"];

/**
 * Reads a file once to see how its dates and numbers are written: one value can prove how all of a column are meant.
 * Throws when no value does.
 */
export async function surveyFile(path: string, format: CsvFormat, recognised: RecognisedColumns, named: NamedForms) {
  const times = new Map<string, TimeColumn>();
  const numbers = new Map<string, NumberColumn>();
  for (const name of recognised.columns.keys()) {
    if (timeNames.includes(name)) times.set(name, new TimeColumn(named.timeFormat));
    else if (!textNames.includes(name)) numbers.set(name, new NumberColumn());
  }
  const reader = new RowReader(recognised, format.header);
  for await (const { cells, line } of readRows(path, format)) {
    for (const row of reader.read(cells)) {
      for (const [column, text] of row) {
        if (text !== "") (times.get(column) ?? numbers.get(column))?.observe(text, line);
      }
    }
  }
  const at = (column: string) => (line: number) =>
    `${showPath(path)}, line ${line}, column ${toPrintable(recognised.columns.get(column)?.[0] ?? column)}`;
  for (const [column, values] of times) values.requireOrder(at(column));
  settleNumbers(numbers, format.delimiter, named.decimal, at);
  return { times, numbers };
}

/** A column that proves nothing has the mark of the others; a file with semicolons can be of a country with commas. */
function settleNumbers(
  numbers: ReadonlyMap<string, NumberColumn>,
  delimiter: string,
  named: DecimalMark | undefined,
  at: (column: string) => (line: number) => string,
): void {
  const proved = new Set([...numbers.values()].flatMap((column) => column.proved ?? []));
  const [only] = proved.size === 1 ? proved : [];
  for (const [name, column] of numbers) {
    const { uncertain } = column;
    const isUsual = uncertain?.text.includes(".") === true && delimiter !== ";";
    if (uncertain !== undefined && named === undefined && only === undefined && !isUsual) {
      throw new Error(
        `${at(name)(uncertain.line)}: ${JSON.stringify(uncertain.text)} can be a number with decimals or with thousands, ` +
          "and no number in the file shows which it is.\n  Choose one: --decimal comma or --decimal point",
      );
    }
    column.settle(named, only ?? "point");
  }
}
