import { environment } from "./support/environment";
import { lazily } from "./support/lazily";
import { log } from "./support/telemetry";

/**
 * Rewrites the list that the serving functions fall back on. A user without history is answered with popular items
 * (Personalize guide, "User-Personalization recipe"), so the campaign itself tells what is popular by now.
 */
export function refreshPopularItemsFactory() {
  const settings = environment("refresh-popular-items", ["CAMPAIGN_ARN", "FALLBACK_BUCKET", "FALLBACK_KEY"]);
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
        numResults: 500,
      }),
    );
    const items = itemList.flatMap(({ itemId }) => (itemId ? [itemId] : []));
    // An empty list would take the fallback away; the old one is better.
    if (items.length === 0)
      throw new Error("refresh-popular-items: the campaign recommends nothing, the old list is kept.");
    await s3.send(
      new s3Sdk.PutObjectCommand({
        Bucket: settings.FALLBACK_BUCKET,
        Key: settings.FALLBACK_KEY,
        Body: JSON.stringify({ items }),
        ContentType: "application/json",
      }),
    );
    log("info", "popular items refreshed", { items: items.length });
    return { items: items.length };
  };
}
