// Refused records that have one of the visitor's ids, and may be others': they stay, and a person
// says which of them are the visitor's.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { StoredObject } from "../../archive/objects";
import { parseJson } from "../../stack/json";
import type { Mention } from "./mention";
import type { FileRecord } from "./stored-file";

const keptRecord = z.object({
  /** The object, `s3://bucket/key`. */
  object: z.string(),
  line: z.number(),
  member: z.string().optional(),
  /**
   * Tells the record from others in all versions of the object, and the visitor for whom it was
   * listed from others: the start of a SHA-256 of both.
   */
  hash: z.string(),
});
export type KeptRecord = z.infer<typeof keptRecord>;

/** The report of `--json`, or its list. */
const keptList = z.union([z.object({ kept: z.array(keptRecord) }).transform(({ kept }) => kept), z.array(keptRecord)], {
  error: "is not a report of `forget --json`, or its list `kept`",
});

/** Reads the file of `--also`. */
export function readKeptRecords(file: string): KeptRecord[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`--also: ${(error as Error).message}`);
  }
  const { data, error } = keptList.safeParse(parseJson(text));
  if (!data) throw new Error(`--also: ${file} ${error?.issues.map(({ message }) => message).join("; ")}.`);
  return data;
}

/** Collects the records that stay, each once for all versions of its object. */
export function keptRecords(visitor: string, also: readonly KeptRecord[]) {
  const toKey = ({ object, hash }: Pick<KeptRecord, "object" | "hash">) => JSON.stringify([object, hash]);
  const identify = ({ bucket, key }: StoredObject, { bytes }: FileRecord) => {
    const hash = createHash("sha256").update(`${visitor}\n`).update(bytes).digest("hex").slice(0, 16);
    return { object: `s3://${bucket}/${key}`, hash };
  };
  const given = new Set(also.map(toKey));
  const found = new Map<string, KeptRecord>();
  return {
    /**
     * Returns true for a record that was listed for this visitor, and is in `also`. What it says is
     * not asked: the run that listed it may have deleted the records that showed a session in it to
     * be the visitor's.
     */
    isGiven: (object: StoredObject, record: FileRecord): boolean =>
      given.size > 0 && given.has(toKey(identify(object, record))),
    /** Notes a record that stays; the last call for a record has its line in the newest version. */
    keep(object: StoredObject, record: FileRecord, { member }: Mention): void {
      const identity = identify(object, record);
      found.set(toKey(identity), { line: record.line, ...(member !== undefined && { member }), ...identity });
    },
    list: () => [...found.values()].sort((a, b) => a.object.localeCompare(b.object) || a.line - b.line),
  };
}
