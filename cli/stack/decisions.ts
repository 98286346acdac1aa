import { GetObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import type { DeployedStack } from "./find-stack";

/** A decision of the retraining on one model, as `components/retraining/record-states.ts` writes it. */
const decisionRecord = z.object({
  model: z.string(),
  outcome: z.string(),
  reason: z.string(),
  candidate: z.string().nullish(),
  incumbent: z.string().nullish(),
  decidedAt: z.string(),
  /** Absent in records of earlier versions of the program. */
  startedBy: z.enum(["schedule", "person", "rollback"]).optional(),
  evaluation: z
    .object({
      gate: z.object({ promotionMetric: z.string(), promotionThreshold: z.number(), allowedMetricDrop: z.number() }),
      candidate: z.object({ value: z.number() }),
      incumbent: z.object({ value: z.number() }).nullish(),
    })
    .nullish(),
});

export type Decision = z.infer<typeof decisionRecord>;

/** Reads decisions on a model, the newest first. */
export async function readDecisions(stack: DeployedStack, model: string, limit: number): Promise<Decision[]> {
  const s3 = new S3Client(stack.client);
  const found: { key: string; time: number }[] = [];
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket: stack.dataBucket, Prefix: `decisions/${model}/` });
  for await (const { Contents = [] } of pages) {
    for (const { Key = "", LastModified } of Contents) found.push({ key: Key, time: Number(LastModified) });
  }
  const newest = found.sort((a, b) => b.time - a.time).slice(0, limit);
  return Promise.all(newest.map(({ key }) => readDecision(s3, stack.dataBucket, key)));
}

async function readDecision(s3: S3Client, bucket: string, key: string): Promise<Decision> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  let content: unknown = JSON.parse((await Body?.transformToString()) ?? "null");
  // Earlier versions of the program stored decisions as a text of JSON.
  if (typeof content === "string") content = JSON.parse(content);
  const parsed = decisionRecord.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new Error(`s3://${bucket}/${key} is not a decision of the retraining: ${z.prettifyError(parsed.error)}`);
}
