import { describeUnfillable } from "../../functions/ingestion/events/event-columns";
import { toPrintable } from "../../names/printable";
import { allowsNull, type Field } from "../../values/columns";
import { fieldsOf } from "./schema-fields";

/** Lists the columns of the Interactions schema, as the consumer checks events with them. */
export const listEventColumns = (schema: string): Field[] => fieldsOf(schema).map(({ name, type }) => ({ name, type }));

/**
 * Warns of columns that events cannot fill: models would learn them from the imported file and
 * never see them again. `setting` names the schema. Undefined when there are none.
 */
export function warnOfUnfillable(columns: readonly Field[], setting: string): string | undefined {
  const lines = columns.flatMap((column) => {
    const reason = describeUnfillable(column);
    if (reason === undefined) return [];
    const effect = allowsNull(column) ? "" : ". It requires a value, so that every event goes to the quarantine";
    return [`  ${toPrintable(column.name)}: ${reason}${effect}`];
  });
  if (lines.length === 0) return undefined;
  return [
    `${setting}: events on the stream cannot fill these columns:`,
    ...lines,
    "Rename or remove them before the first deployment: the schema of an Interactions dataset cannot change later.",
  ].join("\n");
}
