import { splitLines } from "../../functions/ingestion/record-parts";
import type { Aws } from "../stack/aws";
import { type StoredObject, tryReadWithMetadata } from "./objects";

/**
 * The metadata of an object that `forget` has written again: the records that it had before. The
 * empty lines do not tell: a producer may end its records with line breaks.
 */
export const erasedRecords = "erased-records";

/**
 * Counts the records that an object of the archive had when it was written: its lines, and those
 * that `forget` has erased. Adds one that cannot be read to `unreadable`, with the reason. A record
 * of several lines is counted as several: nothing in the object tells.
 */
export async function countRecords(
  aws: Pick<Aws, "call">,
  object: StoredObject,
  unreadable: string[],
): Promise<number | undefined> {
  const found = await tryReadWithMetadata(aws, object, unreadable);
  if (!found) return undefined;
  let lines = 0;
  for (const _ of splitLines(found.content)) lines++;
  return lines + Number(found.metadata[erasedRecords] ?? 0);
}
