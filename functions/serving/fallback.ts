// The fallback: a list of popular items, which the serving functions return while the campaign is
// not available. Pulumi uploads the first list, and the retraining refreshes it.
import { connectS3 } from "../support/clients";
import { emitMetrics, log } from "../support/telemetry";
import { type Assignment, listVariantSets } from "./variant-dimensions";

/** The longest list that a caller can request. */
export const fallbackLength = 500;

/**
 * The time for which an instance of a function keeps the list, which changes once per retraining.
 */
const keptMilliseconds = 300_000;

export function toFallbackText(items: readonly string[]): string {
  return JSON.stringify({ items });
}

export function readFallbackText(text = "{}"): string[] {
  return (JSON.parse(text) as { items?: string[] }).items ?? [];
}

/**
 * Creates a function that reads the list from S3 and keeps it. After an error the next call reads
 * again.
 */
export function createFallbackReader(bucket: string, key: string): () => Promise<string[]> {
  const s3 = connectS3();
  let kept: { until: number; items: Promise<string[]> } | undefined;
  const read = async () => {
    const { sdk, client } = await s3();
    const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
    return readFallbackText(await Body?.transformToString());
  };
  return () => {
    const now = Date.now();
    if (!kept || kept.until < now) {
      const items = read();
      kept = { until: now + keptMilliseconds, items };
      items.catch(() => {
        kept = undefined;
      });
    }
    return kept.items;
  };
}

/** Records in log and metrics that the fallback was returned, and why. */
export function reportFallback(stack: string, reason: string, assignment?: Assignment): void {
  log("warn", "returned the fallback", { reason });
  emitMetrics({ Stack: stack, ...assignment }, { FallbackAnswers: 1 }, [["Stack"], ...listVariantSets(assignment)]);
}
