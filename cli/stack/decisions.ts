import { GetObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { prefixes } from "../../contract/layout";
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
  /** Of a rollback: the version that it left, and the one that the input named. */
  rollback: z.object({ from: z.string().nullable(), to: z.string().nullable() }).nullish(),
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
  const newest = (await listNewest(stack, `${prefixes.decisions}${model}/`)).slice(0, limit);
  return Promise.all(newest.map((key) => readRecord(stack, key)));
}

/** Reads the last rollback of a model that changed its campaign. */
export async function readLastRollback(stack: DeployedStack, model: string): Promise<Decision | undefined> {
  for (const key of await listNewest(stack, `${prefixes.decisions}${model}/rollback-`)) {
    const decision = await readRecord(stack, key);
    if (decision.outcome === "rolled back") return decision;
  }
  return undefined;
}

/** Reads the decision on a version; undefined when there is none. */
export async function readDecision(
  stack: DeployedStack,
  model: string,
  version: string,
): Promise<Decision | undefined> {
  const key = `${prefixes.decisions}${model}/${version.split("/").at(-1)}.json`;
  return (await listNewest(stack, key)).includes(key) ? readRecord(stack, key) : undefined;
}

async function listNewest({ client, dataBucket }: DeployedStack, Prefix: string): Promise<string[]> {
  const found: { key: string; time: number }[] = [];
  const pages = paginateListObjectsV2({ client: new S3Client(client) }, { Bucket: dataBucket, Prefix });
  for await (const { Contents = [] } of pages) {
    for (const { Key = "", LastModified } of Contents) found.push({ key: Key, time: Number(LastModified) });
  }
  return found.sort((a, b) => b.time - a.time).map(({ key }) => key);
}

async function readRecord({ client, dataBucket }: DeployedStack, key: string): Promise<Decision> {
  const { Body } = await new S3Client(client).send(new GetObjectCommand({ Bucket: dataBucket, Key: key }));
  let content: unknown = JSON.parse((await Body?.transformToString()) ?? "null");
  // Earlier versions of the program stored decisions as a text of JSON.
  if (typeof content === "string") content = JSON.parse(content);
  const parsed = decisionRecord.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new Error(`s3://${dataBucket}/${key} is not a decision of the retraining: ${z.prettifyError(parsed.error)}`);
}
