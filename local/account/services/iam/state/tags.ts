import { invalidInput, limitExceeded } from "../faults";

interface Tag {
  Key: string | undefined;
  Value: string | undefined;
}

/** The quota "Tags that can be attached to an IAM role" and to a policy. */
const tagLimit = 50;

/** The tags, with others added. Keys that differ only in case are one key, as IAM keeps them. */
export function withTags(tags: ReadonlyMap<string, string>, added: readonly Tag[] | undefined): Map<string, string> {
  const result = new Map(tags);
  const seen = new Set<string>();
  for (const { Key = "", Value = "" } of added ?? []) {
    const lower = Key.toLowerCase();
    if (seen.has(lower)) {
      throw invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    }
    seen.add(lower);
    for (const known of result.keys()) if (known.toLowerCase() === lower) result.delete(known);
    result.set(Key, Value);
  }
  if (result.size > tagLimit) throw limitExceeded(`The number of tags has reached the maximum limit: ${tagLimit}.`);
  return result;
}

/** The tags without these keys. */
export function withoutTags(
  tags: ReadonlyMap<string, string>,
  keys: readonly string[] | undefined,
): Map<string, string> {
  const removed = new Set((keys ?? []).map((key) => key.toLowerCase()));
  return new Map([...tags].filter(([key]) => !removed.has(key.toLowerCase())));
}
