import { fallbackLength, toFallbackText } from "./serving/fallback";
import { readEnvironment } from "./support/environment";
import { lazily } from "./support/lazily";
import { log } from "./support/telemetry";

/**
 * Refreshes the fallback. A user without history gets popular items (Personalize guide, "User-Personalization recipe"), so
 * the campaign itself returns what is popular now, without the items that are not available.
 */
export function refreshPopularItemsFactory() {
  const settings = readEnvironment("refresh-popular-items", ["CAMPAIGN_ARN", "FALLBACK_BUCKET", "FALLBACK_KEY"]);
  // Absent where items have no availability.
  const filterArn = process.env.AVAILABILITY_FILTER_ARN;
  const clients = lazily(async () => {
    const [runtimeSdk, s3Sdk] = await Promise.all([
      import("@aws-sdk/client-personalize-runtime"),
      import("@aws-sdk/client-s3"),
    ]);
    const runtime = new runtimeSdk.PersonalizeRuntimeClient({});
    return { runtimeSdk, s3Sdk, runtime, s3: new s3Sdk.S3Client({}) };
  });

  return async (): Promise<{ items: number }> => {
    const { runtimeSdk, s3Sdk, runtime, s3 } = await clients();
    const { itemList = [] } = await runtime.send(
      new runtimeSdk.GetRecommendationsCommand({
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
    await s3.send(
      new s3Sdk.PutObjectCommand({
        Bucket: settings.FALLBACK_BUCKET,
        Key: settings.FALLBACK_KEY,
        Body: toFallbackText(items),
        ContentType: "application/json",
      }),
    );
    log("info", "fallback refreshed", { items: items.length });
    return { items: items.length };
  };
}
