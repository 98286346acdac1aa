import type { Field } from "../../functions/ingestion/columns";
import type { Columns } from "./journey";

/** Values of the schema's own columns, for events and requests. */
export type Context = Readonly<Record<string, string | number | boolean>>;

/**
 * Returns what a visitor's situation can be: the context of an imported interaction, with the types
 * of the stack's schema. Empty when the schema has only the service's columns.
 */
export function toContext(texts: Columns, columns: readonly Field[]): Context {
  const found = new Map(Object.entries(texts));
  const entries = columns.flatMap(({ name, type }) => {
    const text = found.get(name.toUpperCase()) ?? found.get(name);
    return text === undefined ? [] : [[name, toValue(text, [type].flat())] as const];
  });
  return Object.fromEntries(entries);
}

function toValue(text: string, types: readonly string[]): string | number | boolean {
  if (types.includes("string")) return text;
  return types.includes("boolean") ? text === "true" : Number(text);
}

/** The field of an event or a request; none without values. */
export const asField = (context: Context) => (Object.keys(context).length === 0 ? {} : { context });

/** A context in words: `device phone`. */
export const describeContext = (context: Context): string =>
  Object.entries(context)
    .map(([name, value]) => `${name.toLowerCase().replaceAll("_", " ")} ${value}`)
    .join(", ");
