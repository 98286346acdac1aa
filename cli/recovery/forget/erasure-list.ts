import { randomBytes } from "node:crypto";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { quoteCell } from "../../../seed/own-data/csv-file";
import type { DeployedStack } from "../../stack/find-stack";
import { deleteAllVersions, listKeys, readObject, replaceMissing } from "../stored/objects";
import type { Visitor } from "./visitor";

/** The prefix of visitors' ids while their data are being deleted, and of the lists that deletion jobs read. */
export const erasurePrefix = "forget/";

const erasure = z.object({
  user: z.string(),
  sessions: z.array(z.string()),
  /** The buckets from which deletion jobs read the ids. */
  listBuckets: z.array(z.string()),
});

/** The file that a data deletion job reads. */
export const toUserList = (ids: readonly string[]): string => ["USER_ID", ...ids.map(quoteCell), ""].join("\n");

/**
 * The ids of a visitor whose data are being deleted. The sessions are learned from the objects that the command deletes: a
 * run that continues an interrupted one finds them only here.
 */
export interface ErasureList {
  /** Stores the visitor's sessions if there are new ones. */
  save(): Promise<void>;
  /** Deletes the list, and what deletion jobs of this visitor have read. */
  clear(): Promise<void>;
}

/** Opens the list of a visitor, and adds the sessions that an earlier run has found. */
export async function openErasureList(
  client: S3Client,
  { dataBucket: bucket, now }: DeployedStack,
  visitor: Visitor,
  listBucket: string,
): Promise<ErasureList> {
  const known = await findLists(client, bucket, visitor.id);
  for (const { sessions } of known) for (const session of sessions) visitor.sessions.add(session);
  const listBuckets = [...new Set([...known.flatMap((list) => list.listBuckets), listBucket])];
  // Without the visitor's id: keys are in logs and metrics of S3.
  const fresh = `${erasurePrefix}${now.toISOString().replace(/\D/g, "")}-${randomBytes(4).toString("hex")}.json`;
  const key = known[0]?.key ?? fresh;
  let saved: string | undefined;
  return {
    async save() {
      const Body = JSON.stringify({ user: visitor.id, sessions: [...visitor.sessions], listBuckets });
      if (saved === Body) return;
      // The bucket encrypts it with the stack's key.
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType: "application/json" }));
      saved = Body;
    },
    async clear() {
      for (const each of new Set([bucket, ...listBuckets])) await deleteUserLists(client, each, visitor.id);
      for (const list of await findLists(client, bucket, visitor.id)) await deleteAllVersions(client, bucket, list.key);
    },
  };
}

async function findLists(client: S3Client, bucket: string, user: string) {
  const found: (z.infer<typeof erasure> & { readonly key: string })[] = [];
  for (const key of await listKeys(client, bucket, erasurePrefix)) {
    if (!key.endsWith(".json")) continue;
    const text = await replaceMissing(async () => (await readObject(client, { bucket, key })).toString("utf8"), "null");
    const { data } = erasure.safeParse(JSON.parse(text));
    if (data?.user === user) found.push({ ...data, key });
  }
  return found;
}

/** The visitor's id is the first in a file: one that an interrupted run left is found by it. */
async function deleteUserLists(client: S3Client, bucket: string, user: string): Promise<void> {
  const start = toUserList([user]);
  for (const key of await listKeys(client, bucket, erasurePrefix)) {
    if (!key.endsWith(".csv")) continue;
    const text = await replaceMissing(async () => (await readObject(client, { bucket, key })).toString("utf8"), "");
    if (text.startsWith(start)) await deleteAllVersions(client, bucket, key);
  }
}
