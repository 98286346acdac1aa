// What is wrong with a value, in words: the messages of schemas (schema.ts), and which fields they
// are about.
import type { core } from "zod/mini";
import { findNear, suggest } from "../../names/near-names";

/** Creates the message of a field that is missing or wrong. */
export function describeMissing(otherwise: string) {
  return (issue: { input?: unknown }) => (issue.input === undefined ? "is missing" : otherwise);
}

/**
 * Creates the message of keys that an object does not have: at most five of them, each with its
 * path.
 */
export function describeUnknownKeys(
  path: readonly PropertyKey[],
  keys: readonly string[],
  known: readonly string[],
): string {
  const describe = (key: string) =>
    `is not a known key${suggest(key, known) || `; known keys are ${known.join(", ")}`}`;
  return keys
    .slice(0, 5)
    .map((key) => `${toPathText([...path, key])}: ${describe(key)}`)
    .join("; ");
}

/** The part of a schema's issue that a message describes. */
interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** The names of which the object has none; those of `hasOneOf`. */
  readonly params?: { readonly missing?: readonly string[] } | undefined;
}

/**
 * Describes what is wrong, field first: `itemMetadataList[3].animalMetadata.animal_size_id: is
 * missing; limit: …`. With the schema of open objects, and the value that it refused, it names a
 * member that is probably the missing one; a closed object's own message does.
 */
export function describeIssues(
  { issues }: { readonly issues: readonly Issue[] },
  whole: string,
  refused?: { readonly schema: core.$ZodType; readonly value: unknown },
): string {
  // The message of unknown keys has their paths.
  const describe = (issue: Issue) =>
    issue.code === "unrecognized_keys"
      ? issue.message
      : `${toPathText(issue.path) || whole}: ${issue.message}${refused ? describeSpelling(issue, refused) : ""}`;
  const all = [...new Set(issues.map(describe))];
  const more = all.length - mostIssues;
  return all.slice(0, mostIssues).join("; ") + (more > 0 ? `; and ${more} more` : "");
}

const mostIssues = 5;

/** Names the members that are probably the missing ones of an issue. */
function describeSpelling(
  { message, path, params }: Issue,
  { schema, value }: { readonly schema: core.$ZodType; readonly value: unknown },
): string {
  const isMissing = message.startsWith("is missing");
  const missing = isMissing ? [String(path.at(-1))] : (params?.missing ?? []);
  const place = isMissing ? path.slice(0, -1) : path;
  const parent = place.reduce<unknown>(
    (outer, step) => (typeof outer === "object" && outer !== null ? Reflect.get(outer, step) : undefined),
    value,
  );
  return describeMisspelt(parent, missing, listNames(schema, place));
}

/** Names the members of a value whose names are probably meant as one of the `missing`. */
export function describeMisspelt(value: unknown, missing: readonly string[], known: readonly string[]): string {
  if (typeof value !== "object" || value === null) return "";
  return Object.keys(value)
    .map((member) => ({ member, name: known.includes(member) ? undefined : findNear(member, known) }))
    .flatMap(({ member, name }) =>
      name !== undefined && missing.includes(name) ? [`; it has ${member}: did you mean ${name}?`] : [],
    )
    .join("");
}

/** Lists the members that a schema knows of the object at a path. */
export function listNames(schema: core.$ZodType, [first, ...rest]: readonly PropertyKey[] = []): string[] {
  const { def } = (schema as core.$ZodTypes)._zod;
  const path = first === undefined ? [] : [first, ...rest];
  if (def.type === "pipe") return listNames(def.in, path);
  if (def.type === "optional" || def.type === "nullable") return listNames(def.innerType, path);
  if (def.type !== "object") return [];
  if (first === undefined) return Object.keys(def.shape);
  const member = def.shape[String(first)];
  return member ? listNames(member, rest) : [];
}

/** `itemMetadataList[3].animalMetadata`. Keys are the caller's: a very long one is cut. */
function toPathText(path: readonly PropertyKey[]): string {
  const parts = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part).slice(0, 100)}`));
  return parts.join("").replace(/^\./, "");
}
