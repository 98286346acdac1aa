// The columns of an item or a user: what the dataset's schema allows.

import {
  allowsNull,
  type Columns,
  type ColumnValue,
  type Field,
  findField,
  type Read,
  readValue,
  typeOf,
} from "../../../values/columns";
import { availabilityColumn, availableStatus, unavailableStatus } from "../../support/availability";
import { describeMisspelt } from "../../support/issues";
import type { RowKind } from "./row-kind";

/** The changes of one update. */
export interface Change {
  /** Only of an item. */
  available?: boolean | undefined;
  /** Values by column. Null removes the value. */
  columns: Readonly<Record<string, ColumnValue | null>>;
}

/**
 * Returns the values that an update sets by the schema's names, null where it removes one, or the
 * reason why the schema does not allow them. A reason has names of the schema's columns, and none
 * that only the producer knows.
 */
export function readChanges(
  { available, columns }: Change,
  fields: readonly Field[],
  { update, values, word, idColumn }: RowKind,
): { changes: Record<string, ColumnValue | null> } | { reason: string } {
  const problems: string[] = [];
  const place = `${update}.${values}`;
  const changes: Record<string, ColumnValue | null> = {};
  for (const [name, value] of Object.entries(columns)) {
    const field = findField(fields, name);
    if (!field) continue;
    const read = Object.hasOwn(changes, field.name) ? { reason: "is given twice" } : readChange(field, value, idColumn);
    changes[field.name] = "reason" in read ? null : read.value;
    if ("reason" in read) problems.push(`${place}.${field.name}: ${read.reason}`);
  }
  const unknown = Object.entries(columns).filter(([name]) => !findField(fields, name));
  if (unknown.length > 0) {
    const names = fields.map(({ name }) => name).filter((name) => name !== idColumn);
    const meant = describeMisspelt(Object.fromEntries(unknown), names, names);
    problems.push(`${place}: has a name that is not a column of the ${word}s; they have ${names.join(", ")}${meant}`);
  }
  if (available !== undefined) {
    const status = findAvailability(fields);
    if (!status) {
      problems.push(`itemUpdate.available: the items of this stack have no text column ${availabilityColumn}`);
    } else if (Object.hasOwn(changes, status.name)) {
      problems.push(`itemUpdate.columns.${status.name}: available sets this column`);
    } else changes[status.name] = available ? availableStatus : unavailableStatus;
  }
  return problems.length > 0 ? { reason: problems.join("; ") } : { changes };
}

function readChange(field: Field, value: ColumnValue | null, idColumn: string): Read | { readonly value: null } {
  if (field.name === idColumn) return { reason: "cannot be changed" };
  if (value !== null) return readValue(field, value);
  return allowsNull(field) ? { value } : { reason: "must have a value" };
}

/** Finds the text column of the availability; items without it are always available. */
export function findAvailability(fields: readonly Field[]): Field | undefined {
  const field = findField(fields, availabilityColumn);
  return field && typeOf(field) === "string" ? field : undefined;
}

export function applyChanges(columns: Columns, changes: Readonly<Record<string, ColumnValue | null>>): Columns {
  const all = Object.entries({ ...columns, ...changes });
  return Object.fromEntries(all.filter((entry): entry is [string, ColumnValue] => entry[1] !== null));
}

export function haveSameValues(columns: Columns, others: Columns | undefined): boolean {
  if (others === undefined || Object.keys(columns).length !== Object.keys(others).length) return false;
  return Object.entries(columns).every(([name, value]) => Object.hasOwn(others, name) && others[name] === value);
}

/** Returns the columns that a row must have and has not. */
export function findMissing(columns: Columns, fields: readonly Field[], { idColumn }: RowKind): string[] {
  return fields
    .filter((field) => field.name !== idColumn && !allowsNull(field) && !Object.hasOwn(columns, field.name))
    .map(({ name }) => name);
}
