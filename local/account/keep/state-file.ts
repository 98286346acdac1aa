import { createHash } from "node:crypto";
import { z } from "zod";
import { contentName } from "./content-files";

/** The version of the files' content. Raise it for each change that an earlier account could not read. */
export const stateVersion = 4;

/** The first line of the file, which every version of the account can read. */
const header = z.object({
  kind: z.literal("state of a local AWS account"),
  version: z.number().int().positive(),
  /** The account's id, which stays the same. */
  id: z.string(),
  /** In real time, ISO 8601. */
  saved: z.string(),
  resources: z.number(),
});
export type Header = Omit<z.infer<typeof header>, "kind" | "version">;

/** The time of the last year that has four digits, as every time of AWS's services has. */
const lastTime = Date.UTC(9999, 11, 31);

const body = z.object({
  clock: z.object({
    now: z.number().min(0).max(lastTime, "the year is after 9999"),
    speed: z.number().min(0),
  }),
  /** In the order in which they were captured. */
  parts: z.array(z.object({ name: z.string(), file: z.string().regex(contentName) })),
});
export type Body = z.infer<typeof body>;

interface StateFile {
  readonly header: Header;
  readonly body: Body;
}

/** The state was written by another version of the account; an earlier state is no substitute. */
export class OtherVersion extends Error {}

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

/** Two lines, and a third one with the hash of both. Throws for a clock that `readState` would refuse. */
export function writeState({ header: head, body: content }: StateFile): string {
  const first = { kind: "state of a local AWS account", version: stateVersion, ...head };
  const text = `${JSON.stringify(first)}\n${JSON.stringify(parse(body, content))}\n`;
  return `${text}${hashOf(text)}\n`;
}

/** Throws for a text that is not what `writeState` returned. */
export function readState(text: string): StateFile {
  const [first = "", second = "", hash] = text.split("\n");
  const found = readHeader(first);
  if (!found) throw new Error("it is not the state of a local AWS account");
  const { kind: _, version, ...head } = found;
  const isIntact = text === `${first}\n${second}\n${hash}\n` && hashOf(`${first}\n${second}\n`) === hash;
  // The first version had no hash.
  if (version !== stateVersion && (isIntact || version === 1)) {
    const remedy = version > stateVersion ? "Update this checkout" : "Use the checkout that wrote it";
    throw new OtherVersion(
      `has state of version ${version}; this account reads version ${stateVersion}. ` +
        `${remedy}, or choose another folder with --keep to begin empty.`,
    );
  }
  if (!isIntact) throw new Error("it was changed or cut off");
  return { header: head, body: parse(body, JSON.parse(second)) };
}

function parse<T>(type: z.ZodType<T>, value: unknown): T {
  const { data, error } = type.safeParse(value);
  if (!error) return data as T;
  throw new Error(error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
}

/** Undefined for any other line. */
export function readHeader(line: string): z.infer<typeof header> | undefined {
  try {
    return header.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
