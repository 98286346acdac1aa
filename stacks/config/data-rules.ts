// Rules about the configuration and the files of the first import together.

import { checkAvroSchema } from "../../dynamic-providers/checks/avro-schema";
import { checkFilterColumns } from "../../dynamic-providers/checks/filter-columns";
import { countTypesAndColumns, listEventTypes, mostTypesAndColumns } from "../../seed/import-files/event-types";
import type { StackData } from "../../seed/import-files/read-data";
import { fieldsOf } from "../../seed/import-files/schema-fields";
import { findShortage } from "../../seed/import-files/training-minimum";
import { findScarceTypes, findStrangeTypes, listWeights } from "./event-weights";
import { findWrongGoal } from "./experiment";
import type { Values } from "./keys";
import type { Problem } from "./problems";
import { pickRight, type Rule, rule } from "./rules";

/** Rules about the data, and what the configuration asks of them. */
export const dataRules: readonly Rule[] = [
  rule(["data"], ({ data, ...values }) => findWrongSchemas(data, values)),
  rule(["data"], ({ data }) => findFewInteractions(data)),
  rule(["data"], ({ data }) => findTooManyTypes(data)),
  rule(["data", "eachFilter"], ({ data, eachFilter }) => findWrongFilters(data, pickRight(eachFilter))),
  rule(["data", "eachPlacement"], ({ data, eachPlacement }) => findWrongColumns(data, pickRight(eachPlacement))),
  rule(["data", "eachPlacement"], ({ data, eachPlacement, ...values }) =>
    findUntyped(data, { ...values, placements: pickRight(eachPlacement) }),
  ),
  rule(["data", "eventTypes", "experiment"], ({ data, experiment }) => findWrongGoal(data.eventTypes, experiment)),
  rule(["data", "eventTypes", "eachPlacement"], ({ data, eachPlacement, ...values }) =>
    findWrongWeights(data, { ...values, placements: pickRight(eachPlacement) }),
  ),
];

function findFewInteractions({ interactions }: StackData): Problem[] {
  const shortage = findShortage(interactions.file);
  return shortage === undefined ? [] : [{ key: "interactionsFile", message: `${interactions.from} ${shortage}` }];
}

/** Finds weights of types that are unknown, else of those that are too few. */
function findWrongWeights({ interactions, eventTypes }: StackData, values: Partial<Values>): Problem[] {
  const strange = findStrangeTypes(eventTypes, values);
  if (strange.length > 0 || findShortage(interactions.file) !== undefined) return strange;
  return findScarceTypes(interactions.file, values);
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

function findWrongFilters({ items, users, interactions }: StackData, filters: Values["filters"]): Problem[] {
  const columns = {
    items: fieldsOf(items.schema),
    users: users && fieldsOf(users.schema),
    interactions: fieldsOf(interactions.schema),
  };
  // Without columns the schema is wrong, and its own check says how.
  if (columns.items.length === 0 || columns.interactions.length === 0) return [];
  const sources = `The items are those of ${items.from}${users ? `, the users those of ${users.from}` : ""}`;
  return Object.entries(filters).flatMap(([filter, expression]) =>
    checkFilterColumns(expression, columns).map((problem) => ({
      key: "filters",
      inside: [filter],
      message: `${problem} Correct the filter, or the schema file, which says what type a column has; or remove the filter. ${sources}`,
    })),
  );
}

/**
 * Finds what the configuration asks of the events' types where the interactions have no such
 * column: the service knows weights and metrics by its values (guide, "Schemas", reserved
 * keywords).
 */
function findUntyped({ interactions }: StackData, values: Partial<Values>): Problem[] {
  const fields = fieldsOf(interactions.schema);
  if (fields.length === 0 || fields.some(({ name }) => name === "EVENT_TYPE")) return [];
  const message =
    "needs the column EVENT_TYPE, and the Interactions schema (recommender:interactionsSchemaFile) has none. Add it before " +
    "the first deployment, or remove this key";
  const paths = [
    ...(values.metricAttribution ? [["metricAttribution"]] : []),
    ...listWeights(values).flatMap(({ path, weights }) => (weights === undefined ? [] : [path])),
  ];
  return paths.map(([key = "", ...inside]) => ({ key, inside, message }));
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
