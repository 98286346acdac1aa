import jsonata from "jsonata";

/**
 * The members of `$states` that an expression names, e.g. `result` in `$states.result.Items`.
 * Throws if it does not parse.
 */
export function statesMembers(source: string): Set<string> {
  const found = new Set<string>();
  const walk = (current: unknown) => {
    if (Array.isArray(current)) return current.forEach(walk);
    if (typeof current !== "object" || current === null) return;
    const { type, steps } = current as { type?: string; steps?: { type?: string; value?: unknown }[] };
    const [first, second] = type === "path" && steps ? steps : [];
    if (first?.type === "variable" && first.value === "states" && second?.type === "name") {
      found.add(String(second.value));
    }
    Object.values(current).forEach(walk);
  };
  walk(jsonata(source).ast());
  return found;
}
