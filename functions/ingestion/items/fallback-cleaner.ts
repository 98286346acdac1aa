import { readFallbackText, toFallbackText } from "../../serving/fallback";
import { connectS3 } from "../../support/clients";
import { log } from "../../support/telemetry";
import { isWrittenByOther } from "../updates/changed-rows";
import type { Time } from "../updates/pace";

export type FallbackCleanerSettings = Record<"DATA_BUCKET" | "FALLBACK_KEY", string>;

/** The most times that a list is read again because another writer has changed it meanwhile. */
const attempts = 5;
/**
 * The longest pause before the second attempt, in milliseconds; it doubles from one attempt to the
 * next.
 */
const firstPause = 200;

/**
 * Creates the function that removes items from the fallback list, which is otherwise rewritten only
 * after a promotion. Items that are available again return with the next list.
 */
export function createFallbackCleaner(
  { DATA_BUCKET, FALLBACK_KEY }: FallbackCleanerSettings,
  time: Pick<Time, "sleep">,
) {
  const place = { Bucket: DATA_BUCKET, Key: FALLBACK_KEY };
  const s3 = connectS3();

  /** Returns false when the list has changed since it was read. */
  const tryRemoval = async (itemIds: readonly string[]): Promise<boolean> => {
    const { sdk, client } = await s3();
    const { Body, ETag } = await client.send(new sdk.GetObjectCommand(place));
    const items = readFallbackText(await Body?.transformToString());
    const kept = items.filter((item) => !itemIds.includes(item));
    if (kept.length === items.length) return true;
    try {
      const object = { ...place, Body: toFallbackText(kept), ContentType: "application/json" };
      await client.send(new sdk.PutObjectCommand({ ...object, IfMatch: ETag }));
      log("info", "unavailable items removed from the fallback", { items: items.length - kept.length });
      return true;
    } catch (error) {
      if (isWrittenByOther(error)) return false;
      throw error;
    }
  };

  return async (itemIds: readonly string[]): Promise<void> => {
    if (itemIds.length === 0) return;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (await tryRemoval(itemIds)) return;
      // A random part of it: two writers that refuse each other must not meet again.
      if (attempt < attempts) await time.sleep(Math.random() * firstPause * 2 ** (attempt - 1));
    }
    throw new Error(`The fallback list was changed by others ${attempts} times in a row.`);
  };
}
