import { z } from "zod";
import { claimsFolder, prefixes } from "../../names/layout";
import { parseJson } from "./json";
import type { TimeRange } from "./metrics";
import { type ListedObject, listNewest } from "./objects";
import type { StackReader } from "./stack";

const measured = z.object({ value: z.number(), instead: z.object({ metric: z.string() }).optional() });

/**
 * A decision of the retraining on one model, as `components/retraining/record-states.ts` writes it.
 */
const decisionRecord = z.object({
  outcome: z.string(),
  reason: z.string(),
  candidate: z.string().nullish(),
  incumbent: z.string().nullish(),
  decidedAt: z.iso.datetime({ offset: true }),
  startedBy: z.enum(["schedule", "person", "rollback"]).optional(),
  /** A rollback's versions: the one that it left, and the one that the input named. */
  rollback: z.object({ from: z.string().nullable(), to: z.string().nullable() }).nullish(),
  /** The answer of evaluate-model. */
  evaluation: z
    .object({
      gate: z.object({ promotionMetric: z.string(), promotionThreshold: z.number(), allowedMetricDrop: z.number() }),
      candidate: measured.extend({ eventWeights: z.record(z.string(), z.number()).optional() }),
      incumbent: measured.nullish(),
      bestServed: measured.nullish(),
    })
    .nullish(),
});

export type Decision = z.infer<typeof decisionRecord> & { readonly model: string };

/** Reads decisions on a model, the newest first. */
export async function readDecisions(stack: StackReader, model: string, limit: number): Promise<Decision[]> {
  const newest = (await listNewest(stack, stack.dataBucket, `${prefixes.decisions}${model}/`)).slice(0, limit);
  return Promise.all(newest.map((object) => readRecord(stack, model, object)));
}

/** Reads the decisions on a model that were taken in a time. */
export async function readDecisionsIn(stack: StackReader, model: string, { from, to }: TimeRange): Promise<Decision[]> {
  const objects = await listNewest(stack, stack.dataBucket, `${prefixes.decisions}${model}/`);
  const decisions = await Promise.all(
    // An object can be written after its decision, never before.
    objects.filter(({ modified }) => modified >= from).map((object) => readRecord(stack, model, object)),
  );
  return decisions.filter(
    ({ decidedAt }) => Date.parse(decidedAt) >= Number(from) && Date.parse(decidedAt) < Number(to),
  );
}

/** Names the models on which there is a decision, also those that the stack has no more. */
export async function listDecidedModels(stack: StackReader): Promise<string[]> {
  const objects = await listNewest(stack, stack.dataBucket, prefixes.decisions);
  const names = objects
    .map(({ key }) => key.slice(prefixes.decisions.length))
    .filter((name) => !name.startsWith(claimsFolder))
    .map((name) => name.split("/")[0] ?? "");
  return [...new Set(names)].sort();
}

/** The outcomes after which a campaign serves the candidate. */
const moves = ["promoted", "rolled back"];
export const isMove = ({ outcome }: Decision): boolean => moves.includes(outcome);

/** Reads the last decision on a model that changed its campaign. */
export async function readLastMove(stack: StackReader, model: string): Promise<Decision | undefined> {
  for (const object of await listNewest(stack, stack.dataBucket, `${prefixes.decisions}${model}/`)) {
    const decision = await readRecord(stack, model, object);
    if (isMove(decision)) return decision;
  }
  return undefined;
}

export async function readDecision(stack: StackReader, model: string, version: string): Promise<Decision | undefined> {
  const key = `${prefixes.decisions}${model}/${version.split("/").at(-1)}.json`;
  const object = (await listNewest(stack, stack.dataBucket, key)).find((each) => each.key === key);
  return object && readRecord(stack, model, object);
}

/**
 * An object that is not a decision, because someone else put it there, must not hide the others: it
 * is `unreadable`.
 */
async function readRecord(stack: StackReader, model: string, { key, modified }: ListedObject): Promise<Decision> {
  const { Body } = await stack.call("s3", "GetObject", { Bucket: stack.dataBucket, Key: key });
  const { data, error } = decisionRecord.safeParse(parseJson((await Body?.transformToString()) ?? ""));
  if (data) return { model, ...data };
  const reason = `s3://${stack.dataBucket}/${key} is not a decision of the retraining: ${z.prettifyError(error)}`;
  return { model, outcome: "unreadable", reason, decidedAt: modified.toISOString() };
}
