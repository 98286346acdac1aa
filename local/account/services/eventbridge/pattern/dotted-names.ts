type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A pattern or an event with each name that has dots as objects in objects: EventBridge takes `{"state.status": 1}` and
 * `{"state": {"status": 1}}` for the same (recorded on AWS: localstack's snapshots dot_joining_pattern and
 * dot_joining_event).
 */
export function expandDots<T>(value: T): T {
  return (hasDots(value) ? expanded(value) : value) as T;
}

function hasDots(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasDots);
  return isObject(value) && Object.entries(value).some(([name, inner]) => name.includes(".") || hasDots(inner));
}

function expanded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expanded);
  if (!isObject(value)) return value;
  return Object.entries(value)
    .map(([name, inner]) => nested(name.split("."), expanded(inner)))
    .reduce<Fields>(merged, Object.create(null) as Fields);
}

function nested([name = "", ...rest]: readonly string[], value: unknown): Fields {
  return { [name]: rest.length === 0 ? value : nested(rest, value) };
}

function merged(one: Fields, other: Fields): Fields {
  for (const [name, value] of Object.entries(other)) {
    const known = one[name];
    one[name] = isObject(known) && isObject(value) ? merged(known, value) : value;
  }
  return one;
}
