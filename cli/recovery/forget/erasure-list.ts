import { randomBytes } from "node:crypto";
import { prefixes } from "../../../names/layout";
import { quoteCell } from "../../../seed/import-files/csv-file";
import { listDeletionJobs, listErasures, readLists } from "../../archive/erasure-lists";
import { deleteAllVersions } from "../../archive/objects";
import { isRunning } from "../../stack/job";
import type { DeployedStack } from "../../stack/stack";
import type { Visitor } from "./visitor";

export const toUserList = (ids: readonly string[]): string => ["USER_ID", ...ids.map(quoteCell), ""].join("\n");

export const toListKey = (jobName: string | undefined) => `${prefixes.forget}${jobName}.csv`;

/**
 * Opens the list of the ids of a visitor whose data are being deleted, and adds the sessions that
 * an earlier run has found. They are learned from the objects that the command deletes: a run that
 * continues an interrupted one finds them only here.
 */
export async function openErasureList(stack: DeployedStack, visitor: Visitor) {
  const { dataBucket: bucket, now } = stack;
  const findLists = async () => (await listErasures(stack)).filter(({ user }) => user === visitor.id);
  const earlier = await findLists();
  for (const { sessions } of earlier) for (const session of sessions) visitor.sessions.add(session);
  // Without the visitor's id: keys are in logs and metrics of S3.
  const key = `${prefixes.forget}${now.toISOString().replace(/\D/g, "")}-${randomBytes(4).toString("hex")}.json`;
  const own = [key, ...earlier.map((list) => list.key)];
  return {
    /** Stores the visitor's sessions. */
    async save() {
      const Body = JSON.stringify({ user: visitor.id, sessions: [...visitor.sessions] });
      await stack.call("s3", "PutObject", { Bucket: bucket, Key: key, Body, ContentType: "application/json" });
    },
    /**
     * Deletes the list and earlier ones, and what deletion jobs of this visitor have read; not
     * those of a later run.
     */
    async clear() {
      const used = new Set((await listDeletionJobs(stack)).filter(isRunning).map(({ jobName }) => toListKey(jobName)));
      // The visitor's id is the first in a file: one that an interrupted run left is found by it.
      const start = toUserList([visitor.id]);
      for await (const list of readLists(stack, ".csv"))
        if (list.text.startsWith(start) && !used.has(list.key)) await deleteAllVersions(stack, bucket, list.key);
      for (const list of await findLists())
        if (own.includes(list.key) && list.sessions.every((session) => visitor.sessions.has(session)))
          await deleteAllVersions(stack, bucket, list.key);
    },
  };
}
