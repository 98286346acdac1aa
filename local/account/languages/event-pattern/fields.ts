/** The members of an object of JSON; names in it have no dots. */
export type Fields = ReadonlyMap<string, unknown>;

/**
 * The value with all its objects as maps, and each name with dots as maps in maps: EventBridge
 * takes `{"state.status": 1}` and `{"state": {"status": 1}}` for the same (recorded on AWS:
 * localstack's snapshots dot_joining_pattern and dot_joining_event).
 */
export function readFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readFields);
  if (typeof value !== "object" || value === null) return value;
  const fields = new Map<string, unknown>();
  for (const [name, inner] of Object.entries(value)) {
    const [first = "", ...others] = name.split(".");
    const nested = others.reduceRight<unknown>((within, part) => new Map([[part, within]]), readFields(inner));
    add(fields, first, nested);
  }
  return fields;
}

/** Two objects with one name are one; of other values the last one counts. */
function add(fields: Map<string, unknown>, name: string, value: unknown): void {
  const known = fields.get(name);
  if (!(known instanceof Map && value instanceof Map)) fields.set(name, value);
  else for (const [inner, more] of value) add(known, inner, more);
}
