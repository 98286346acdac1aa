// Rules about the configuration and the files of the first import together.

import { checkAvroSchema } from "../../dynamic-providers/checks/avro-schema";
import { checkFilterColumns } from "../../dynamic-providers/checks/filter-columns";
import { countTypesAndColumns, listEventTypes, mostTypesAndColumns } from "../../seed/import-files/event-types";
import type { StackData } from "../../seed/import-files/read-data";
import { fieldsOf } from "../../seed/import-files/schema-fields";
import { findShortage } from "../../seed/import-files/training-minimum";
import { findScarceTypes, findStrangeTypes } from "./event-weights";
import { findWrongGoal } from "./experiment";
import type { Values } from "./keys";
import type { Problem } from "./problems";

/** Finds what the right values of the configuration ask of the data that these do not have. */
export function findWrongData(data: StackData, values: Partial<Values>): Problem[] {
  const { interactions, eventTypes } = data;
  const shortage = findShortage(interactions.file);
  const strange = findStrangeTypes(eventTypes, values);
  return [
    ...findWrongSchemas(data, values),
    ...(shortage === undefined ? [] : [{ key: "interactionsFile", message: `${interactions.from} ${shortage}` }]),
    ...findTooManyTypes(data),
    ...findWrongFilters(data, values.filters ?? {}),
    ...findWrongColumns(data, values.placements ?? {}),
    ...findWrongGoal(eventTypes, values.experiment),
    ...strange,
    ...(shortage === undefined && strange.length === 0 ? findScarceTypes(interactions.file, values) : []),
  ];
}

/** Finds what the service refuses in the schemas; a derived one is corrected in its file. */
function findWrongSchemas(data: StackData, { itemsSchemaFile, usersSchemaFile }: Partial<Values>): Problem[] {
  const { interactions, items, users } = data;
  const sources = {
    interactionsSchemaFile: interactions.schema,
    [itemsSchemaFile === undefined ? "itemsFile" : "itemsSchemaFile"]: items.schema,
    [usersSchemaFile === undefined ? "usersFile" : "usersSchemaFile"]: users?.schema,
  };
  return Object.entries(sources).flatMap(([key, schema]) =>
    // Without a schema, its file has a problem of another kind.
    schema ? checkAvroSchema(schema).map((message) => ({ key, message })) : [],
  );
}

/**
 * The dataset has the types that producers may send and those of the imported interactions. With
 * too many, every later training fails, and single events cannot be deleted.
 */
function findTooManyTypes({ interactions: { file, schema }, eventTypes }: StackData): Problem[] {
  const { types, columns, isTooMuch } = countTypesAndColumns([...eventTypes, ...listEventTypes(file)], schema);
  if (!isTooMuch) return [];
  const message =
    `there are ${types} event types (configuration and interactionsFile) and ${columns} optional columns of the ` +
    `Interactions schema, ${types + columns} in total. Personalize allows ${mostTypesAndColumns}. Remove event types ` +
    "or columns";
  return [{ key: "eventTypes", message }];
}

function findWrongFilters({ items, users }: StackData, filters: Values["filters"]): Problem[] {
  const columns = fieldsOf(items.schema);
  // Without columns the schema is wrong, and its own check says how.
  if (columns.length === 0) return [];
  const sources = `The items are those of ${items.from}${users ? `, the users those of ${users.from}` : ""}`;
  return Object.entries(filters).flatMap(([filter, expression]) =>
    checkFilterColumns(expression, columns, users && fieldsOf(users.schema)).map((problem) => ({
      key: "filters",
      inside: [filter],
      message: `${problem} Correct the filter, or remove it. ${sources}`,
    })),
  );
}

/** Finds columns of answers that the items do not have. */
function findWrongColumns({ items }: StackData, placements: Values["placements"]): Problem[] {
  const known = fieldsOf(items.schema).flatMap(({ name }) => (name === "ITEM_ID" ? [] : name));
  return Object.entries(placements).flatMap(([name, { columns = [] }]) =>
    columns
      .filter((column) => !known.includes(column))
      .map((column) => ({
        key: "placements",
        inside: [name, "columns"],
        message: `the items have no column ${column}. Those of ${items.from} have ${known.join(", ")}`,
      })),
  );
}
