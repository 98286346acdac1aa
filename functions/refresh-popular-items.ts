import { createFallbackCleaner } from "./ingestion/items/fallback-cleaner";
import { isUnavailable } from "./ingestion/items/unavailable";
import { createChangedRows } from "./ingestion/updates/changed-rows";
import { machineTime } from "./ingestion/updates/pace";
import { fallbackLength, toFallbackText } from "./serving/fallback";
import { connectPersonalizeRuntime, connectS3 } from "./support/clients";
import { type EnvironmentOf, readEnvironment } from "./support/environment";
import { answerInTime } from "./support/invocation";
import { runInParallel } from "./support/run-in-parallel";
import { log } from "./support/telemetry";

/** Reads from S3 at a time. */
const parallelReads = 10;

const variables = ["CAMPAIGN_ARN", "CHANGED_ITEMS", "DATA_BUCKET", "FALLBACK_KEY"] as const;
// Absent where items have no availability.
const optionalVariables = ["AVAILABILITY_FILTER_ARN"] as const;
export type Environment = EnvironmentOf<typeof variables, typeof optionalVariables>;

/**
 * Refreshes the fallback. A user without history gets popular items (Personalize guide,
 * "User-Personalization recipe"), so the campaign itself returns what is popular now, without the
 * items that are not available.
 */
export function refreshPopularItemsFactory() {
  const settings = readEnvironment("refresh-popular-items", variables, optionalVariables);
  const filterArn = settings.AVAILABILITY_FILTER_ARN;
  const runtime = connectPersonalizeRuntime();
  const s3 = connectS3();
  const { findRow } = createChangedRows({ bucket: settings.DATA_BUCKET, changedPrefix: settings.CHANGED_ITEMS });
  const removeFromFallback = createFallbackCleaner(settings, machineTime);

  /**
   * Personalize applies an update of an item within 20 minutes only (docs/contract.md), and the
   * campaign's filter with it.
   */
  const findUnavailable = async (itemIds: readonly string[]): Promise<string[]> => {
    const found: string[] = [];
    await runInParallel(filterArn ? itemIds : [], parallelReads, async (itemId) => {
      const item = await findRow(itemId);
      if (item && isUnavailable(item)) found.push(itemId);
    });
    return found;
  };

  return answerInTime(async (): Promise<{ items: number }> => {
    const personalize = await runtime();
    const { itemList = [] } = await personalize.client.send(
      new personalize.sdk.GetRecommendationsCommand({
        campaignArn: settings.CAMPAIGN_ARN,
        userId: "unknown",
        numResults: fallbackLength,
        ...(filterArn ? { filterArn } : {}),
      }),
    );
    const recommended = itemList.flatMap(({ itemId }) => (itemId ? [itemId] : []));
    const unavailable = await findUnavailable(recommended);
    const items = recommended.filter((itemId) => !unavailable.includes(itemId));
    // The old list is better than an empty one.
    if (items.length === 0) {
      throw new Error("refresh-popular-items: the campaign recommends nothing; the old fallback is kept.");
    }
    const { sdk, client } = await s3();
    await client.send(
      new sdk.PutObjectCommand({
        Bucket: settings.DATA_BUCKET,
        Key: settings.FALLBACK_KEY,
        Body: toFallbackText(items),
        ContentType: "application/json",
      }),
    );
    // Some became so meanwhile: update-items looked for them in the list before.
    await removeFromFallback(await findUnavailable(items));
    log("info", "fallback refreshed", { items: items.length });
    return { items: items.length };
  });
}
