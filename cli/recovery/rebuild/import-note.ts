import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { readObject, replaceMissing, type StoredObject } from "../stored/objects";
import { preparedPrefix } from "../stored/places";
import type { ImportFile } from "./import-file";

/** The counts that stay when a prepared file is deleted. */
const importNote = z.object({
  rows: z.number(),
  seedRows: z.number(),
  archivedEvents: z.number(),
  archiveObjects: z.number(),
  duplicates: z.number(),
  copies: z.number(),
  itemUpdates: z.number(),
  untimed: z.number(),
  refused: z.record(z.string(), z.number()),
  /** The rows of the import before; null when its file does not exist any more. */
  rowsBefore: z.number().nullable(),
});

export type ImportNote = z.infer<typeof importNote>;

/** Returns the key of the counts of a prepared file. */
export const toNoteKey = (key: string) => key.replace(/\.csv$/, ".json");

/** Stores the counts of a prepared file next to it. */
export async function writeNote(
  client: S3Client,
  { object, counts }: ImportFile,
  rowsBefore: number | null,
): Promise<void> {
  const note: ImportNote = { ...counts, rowsBefore };
  const Body = JSON.stringify(note);
  const { bucket, key } = object;
  await client.send(
    new PutObjectCommand({ Bucket: bucket, Key: toNoteKey(key), Body, ContentType: "application/json" }),
  );
}

/** Reads the counts of a file that `rebuild` prepared; undefined for other files. */
export async function readNote(client: S3Client, { bucket, key }: StoredObject): Promise<ImportNote | undefined> {
  if (!key.startsWith(preparedPrefix)) return undefined;
  const bytes = await replaceMissing(() => readObject(client, { bucket, key: toNoteKey(key) }), undefined);
  return bytes && importNote.parse(JSON.parse(bytes.toString("utf8")));
}
