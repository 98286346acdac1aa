import { countOf } from "../../names/printable";
import { readCell } from "../../values/columns";

/** A column of a file of items or users, and the type that its values have. */
export interface RowColumn {
  readonly name: string;
  readonly type: "string" | "long" | "float";
  /** The models can learn from it: several rows share each value. */
  readonly categorical: boolean;
  readonly nullable: boolean;
  /** The number of different values; values that are joined by `|` count separately. */
  readonly values: number;
}

/** A column with fewer rows for each value describes single rows and not groups of them. */
const rowsPerValue = 3;

/**
 * Digits that begin with a zero are a code, such as 0012; 5.00 is a price, whose next value may be
 * 5.50.
 */
const forms = { long: /^-?(0|[1-9]\d*)$/, float: /^-?(0|[1-9]\d*)(\D|$)/ };

const isOfType = (name: string, type: "long" | "float", cells: readonly string[]): boolean =>
  cells.length > 0 && cells.every((cell) => forms[type].test(cell) && "value" in readCell({ name, type }, cell));

/**
 * Derives the type of a column from its cells; an empty or absent cell has no value. A column is
 * categorical when on average three rows or more share a value, unless its numbers have
 * decimals, such as prices. Other columns of numbers are numbers, which filters can compare, and
 * the rest are texts.
 */
export function deriveColumn(name: string, cells: readonly (string | undefined)[]): RowColumn {
  const filled = cells.filter((cell): cell is string => cell !== undefined && cell !== "");
  const nullable = filled.length < cells.length;
  const values = new Set(filled.flatMap((cell) => cell.split("|"))).size;
  const isWhole = isOfType(name, "long", filled);
  const isDecimal = !isWhole && isOfType(name, "float", filled);
  if (name === "CREATION_TIMESTAMP") return { name, type: "long", categorical: false, nullable, values };
  if (!isDecimal && values > 0 && values * rowsPerValue <= filled.length) {
    return { name, type: "string", categorical: true, nullable, values };
  }
  return { name, type: isWhole ? "long" : isDecimal ? "float" : "string", categorical: false, nullable, values };
}

/** Writes the Avro schema of a dataset with these columns, which do not include the id. */
export function writeSchema(dataset: Dataset, columns: readonly RowColumn[]): string {
  const fields = columns.map(({ name, type, categorical, nullable }) => {
    // Null is allowed in every column, so that later files may have gaps: the service does not
    // change a column's type.
    const required = name === "CREATION_TIMESTAMP" && !nullable;
    return { name, type: required ? type : ["null", type], ...(categorical ? { categorical } : {}) };
  });
  const lines = [{ name: dataset.idColumn, type: "string" }, ...fields].map((field) => `    ${spaced(field)}`);
  const head = { type: "record", name: dataset.name, namespace: "com.amazonaws.personalize.schema", version: "1.0" };
  const members = Object.entries(head).map(([key, value]) => `  "${key}": "${value}",`);
  return `{\n${members.join("\n")}\n  "fields": [\n${lines.join(",\n")}\n  ]\n}\n`;
}

interface Dataset {
  readonly name: string;
  readonly idColumn: string;
}

/** JSON in one line with spaces, as the seed's schemas have it. */
const spaced = (field: object): string =>
  JSON.stringify(field, null, 1)
    .replaceAll(/\n\s*/g, " ")
    .replaceAll(/\[ (.*?) \]/g, "[$1]");

/** Says in words what was derived, a line for each column. */
export function describeColumns(columns: readonly RowColumn[]): string[] {
  const width = Math.max(...columns.map(({ name }) => name.length));
  const kindOf = ({ name, type, categorical, values }: RowColumn) => {
    if (name === "CREATION_TIMESTAMP") return "a time, in seconds since 1970";
    if (categorical) return `category, ${countOf(values, "value")}: models learn from it, filters can use it`;
    return `${type === "string" ? "text" : "number"}: filters can use it`;
  };
  return columns.map((column) => `  ${column.name.padEnd(width)}  ${kindOf(column)}`);
}
