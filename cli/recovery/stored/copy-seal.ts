import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { DeployedStack } from "../../stack/find-stack";
import { isObject } from "../../stack/json";
import { findObject } from "./objects";

/** The field that marks a record as a copy of an earlier one, with that record's id. */
export const copyMark = "replayOf";

/** The field that proves it: a producer can write the mark as well, and its event would be left out of every replay. */
const sealField = "replaySeal";

/** The stack's key, in the data bucket: producers cannot read it. */
const sealKey = "replays/seal.key";

export type CopySeal = ReturnType<typeof createCopySeal>;

/** Marks and recognises copies that a replay puts on the stream. The archive has them and the originals. */
export function createCopySeal(key: Buffer) {
  const sign = (value: object) =>
    createHmac("sha256", key).update(JSON.stringify(value)).digest("base64url").slice(0, 22);
  return {
    /** Returns an event's value with the marks of a copy of the record with this id. */
    mark(value: Readonly<Record<string, unknown>>, id: string) {
      const { [sealField]: _earlier, ...content } = value;
      const marked = { ...content, [copyMark]: id };
      return { ...marked, [sealField]: sign(marked) };
    },
    isCopy(event: unknown): boolean {
      if (!isObject(event) || typeof event[sealField] !== "string") return false;
      const { [sealField]: seal, ...marked } = event;
      const [given, own] = [Buffer.from(String(seal)), Buffer.from(sign(marked))];
      return copyMark in marked && given.length === own.length && timingSafeEqual(given, own);
    },
  };
}

/** Reads the stack's seal; undefined when no replay has sent anything yet, so that there are no copies. */
export async function readCopySeal(stack: DeployedStack): Promise<CopySeal | undefined> {
  const key = await findObject(stack, { bucket: stack.dataBucket, key: sealKey });
  return key && createCopySeal(key);
}

/** Reads the stack's seal, and creates its key before the first replay. */
export async function ensureCopySeal(stack: DeployedStack): Promise<CopySeal> {
  const existing = await readCopySeal(stack);
  if (existing) return existing;
  const Bucket = stack.dataBucket;
  const put = stack.call("s3", "PutObject", { Bucket, Key: sealKey, Body: randomBytes(32), IfNoneMatch: "*" });
  await put.catch((error: Error) => {
    // Another replay was quicker (S3 guide, "Conditional writes").
    if (!["PreconditionFailed", "ConditionalRequestConflict"].includes(error.name)) throw error;
  });
  const created = await readCopySeal(stack);
  if (created) return created;
  throw new Error(`s3://${Bucket}/${sealKey} does not exist although it was written. Run the command again.`);
}
