import type { Field } from "../../values/columns";
import type { Columns } from "./imported-data";

/** Values of the schema's own columns, for events and requests. */
export type Context = Readonly<Record<string, string | number | boolean>>;

/**
 * Returns what a visitor's situation can be: the context of an imported interaction, with the types
 * of the stack's schema; undefined when the schema has only the service's columns.
 */
export function toContext(texts: Columns, columns: readonly Field[]): Context | undefined {
  const found = new Map(Object.entries(texts));
  const entries = columns.flatMap(({ name, type }) => {
    const text = found.get(name.toUpperCase()) ?? found.get(name);
    return text === undefined ? [] : [[name, toValue(text, [type].flat())] as const];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function toValue(text: string, types: readonly string[]): string | number | boolean {
  if (types.includes("string")) return text;
  return types.includes("boolean") ? text === "true" : Number(text);
}
