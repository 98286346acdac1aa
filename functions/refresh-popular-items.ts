import { fallbackLength, toFallbackText } from "./serving/fallback";
import { connectPersonalizeRuntime, connectS3 } from "./support/clients";
import { readEnvironment } from "./support/environment";
import { createInvocation } from "./support/invocation";
import { log } from "./support/telemetry";

/**
 * Refreshes the fallback. A user without history gets popular items (Personalize guide, "User-Personalization recipe"), so
 * the campaign itself returns what is popular now, without the items that are not available.
 */
export function refreshPopularItemsFactory() {
  const settings = readEnvironment("refresh-popular-items", ["CAMPAIGN_ARN", "FALLBACK_BUCKET", "FALLBACK_KEY"]);
  // Absent where items have no availability.
  const filterArn = process.env.AVAILABILITY_FILTER_ARN;
  const invocation = createInvocation();
  const runtime = connectPersonalizeRuntime(invocation);
  const s3 = connectS3(invocation);

  return invocation.handle(async (): Promise<{ items: number }> => {
    const personalize = await runtime();
    const { itemList = [] } = await personalize.client.send(
      new personalize.sdk.GetRecommendationsCommand({
        campaignArn: settings.CAMPAIGN_ARN,
        userId: "unknown",
        numResults: fallbackLength,
        ...(filterArn ? { filterArn } : {}),
      }),
    );
    const items = itemList.flatMap(({ itemId }) => (itemId ? [itemId] : []));
    // The old list is better than an empty one.
    if (items.length === 0)
      throw new Error("refresh-popular-items: the campaign recommends nothing; the old fallback is kept.");
    const { sdk, client } = await s3();
    await client.send(
      new sdk.PutObjectCommand({
        Bucket: settings.FALLBACK_BUCKET,
        Key: settings.FALLBACK_KEY,
        Body: toFallbackText(items),
        ContentType: "application/json",
      }),
    );
    log("info", "fallback refreshed", { items: items.length });
    return { items: items.length };
  });
}
