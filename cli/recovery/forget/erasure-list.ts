import { randomBytes } from "node:crypto";
import { z } from "zod";
import { prefixes } from "../../../contract/layout";
import { quoteCell } from "../../../seed/own-data/csv-file";
import type { DeployedStack } from "../../stack/find-stack";
import { deleteAllVersions, findObject, listKeys } from "../stored/objects";
import type { Visitor } from "./visitor";

const erasure = z.object({ user: z.string(), sessions: z.array(z.string()) });

export const toUserList = (ids: readonly string[]): string => ["USER_ID", ...ids.map(quoteCell), ""].join("\n");

/**
 * Opens the list of the ids of a visitor whose data are being deleted, and adds the sessions that an earlier run has found.
 * They are learned from the objects that the command deletes: a run that continues an interrupted one finds them only here.
 */
export async function openErasureList(stack: DeployedStack, visitor: Visitor) {
  const { dataBucket: bucket, now } = stack;
  const known = await findLists(stack, visitor.id);
  for (const { sessions } of known) for (const session of sessions) visitor.sessions.add(session);
  // Without the visitor's id: keys are in logs and metrics of S3.
  const fresh = `${prefixes.forget}${now.toISOString().replace(/\D/g, "")}-${randomBytes(4).toString("hex")}.json`;
  const key = known[0]?.key ?? fresh;
  return {
    /** Stores the visitor's sessions. */
    async save() {
      const Body = JSON.stringify({ user: visitor.id, sessions: [...visitor.sessions] });
      // The bucket encrypts it with the stack's key.
      await stack.call("s3", "PutObject", { Bucket: bucket, Key: key, Body, ContentType: "application/json" });
    },
    /** Deletes the list, and what deletion jobs of this visitor have read. */
    async clear() {
      // The visitor's id is the first in a file: one that an interrupted run left is found by it.
      const start = toUserList([visitor.id]);
      for await (const list of readLists(stack, ".csv"))
        if (list.text.startsWith(start)) await deleteAllVersions(stack, bucket, list.key);
      for (const list of await findLists(stack, visitor.id)) await deleteAllVersions(stack, bucket, list.key);
    },
  };
}

async function findLists(stack: DeployedStack, user: string) {
  const found: (z.infer<typeof erasure> & { readonly key: string })[] = [];
  for await (const { key, text } of readLists(stack, ".json")) {
    const { data } = erasure.safeParse(JSON.parse(text || "null"));
    if (data?.user === user) found.push({ ...data, key });
  }
  return found;
}

async function* readLists(stack: DeployedStack, extension: string) {
  const bucket = stack.dataBucket;
  for (const key of await listKeys(stack, bucket, prefixes.forget)) {
    if (!key.endsWith(extension)) continue;
    const content = await findObject(stack, { bucket, key });
    yield { key, text: content?.toString("utf8") ?? "" };
  }
}
