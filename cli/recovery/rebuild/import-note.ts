import { z } from "zod";
import type { DeployedStack } from "../../stack/find-stack";
import { findObject, type StoredObject } from "../stored/objects";
import { preparedPrefix } from "../stored/places";

/** The rows of a prepared file, and the records that are left out. They stay when the file is deleted. */
const importNote = z.object({
  rows: z.number(),
  seedRows: z.number(),
  archivedEvents: z.number(),
  archiveObjects: z.number(),
  /** Left out: the same visitor, item, time and type, or the same event id. */
  duplicates: z.number(),
  /** Left out: copies that a replay put on the stream. */
  copies: z.number(),
  /** Left out: updates of items, which are no interactions. */
  itemUpdates: z.number(),
  /**
   * Left out: events without a time of their own that arrived after the dataset was created. The dataset has them from the
   * stream, with the time of their arrival. The archive has only an estimate of that, so that they would count twice.
   */
  untimed: z.number(),
  /** Left out: what the consumer refuses, by reason. */
  refused: z.record(z.string(), z.number()),
  /** The rows of the import before; null when its file does not exist any more. */
  rowsBefore: z.number().nullable(),
});

export type ImportNote = z.infer<typeof importNote>;

export const toNoteKey = (key: string) => key.replace(/\.csv$/, ".json");

export async function writeNote({ call }: DeployedStack, { bucket, key }: StoredObject, note: ImportNote) {
  const content = { Body: JSON.stringify(note), ContentType: "application/json" };
  await call("s3", "PutObject", { Bucket: bucket, Key: toNoteKey(key), ...content });
}

/** Reads the counts of a file that `rebuild` prepared; undefined for other files. */
export async function readNote(stack: DeployedStack, { bucket, key }: StoredObject): Promise<ImportNote | undefined> {
  if (!key.startsWith(preparedPrefix)) return undefined;
  const bytes = await findObject(stack, { bucket, key: toNoteKey(key) });
  return bytes && importNote.parse(JSON.parse(bytes.toString("utf8")));
}
