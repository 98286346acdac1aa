import { randomBytes } from "node:crypto";
import { prefixes } from "../../../names/layout";
import { physicalName } from "../../../names/physical-names";
import { deleteAllVersions } from "../../archive/objects";
import { isRunning } from "../../stack/job";
import type { DeployedStack } from "../../stack/stack";
import { listDeletionJobs, listErasures } from "./running-erasures";
import type { Visitor } from "./visitor";

export const toListKey = (jobName: string | undefined) => `${prefixes.forget}${jobName}.csv`;

/** The sets of a visitor that are learned from records. */
const facts = ["sessions", "ofUsers", "ofSeveral"] as const;

/**
 * Opens the list of the ids of a visitor whose data are being deleted, and adds the sessions that
 * an earlier run has found, and which of them others have too. They are learned from the objects
 * that the command changes: a run that continues an interrupted one finds them only here.
 */
export async function openErasureList(stack: DeployedStack, visitor: Visitor) {
  const { dataBucket: bucket, now } = stack;
  const findLists = async () => (await listErasures(stack)).filter(({ user }) => user === visitor.id);
  const earlier = await findLists();
  for (const list of earlier) {
    for (const name of facts) for (const session of list[name]) visitor[name].add(session);
  }
  // Without the visitor's id: keys are in logs and metrics of S3, and jobs stay listed. Two runs
  // can begin in the same millisecond. At most 63 characters (API reference,
  // CreateDataDeletionJob).
  const time = now.toISOString().replace(/\D/g, "");
  const jobName = `${physicalName(stack, "forget", 41)}-${time}${randomBytes(2).toString("hex")}`;
  const key = `${prefixes.forget}${jobName}.json`;
  const own = [key, ...earlier.map((list) => list.key)];
  return {
    /** The name of the run's data deletion job. */
    jobName,
    /** Stores the visitor's sessions. */
    async save() {
      const lists = facts.map((name) => [name, [...visitor[name]]]);
      const Body = JSON.stringify({ user: visitor.id, ...Object.fromEntries(lists) });
      await stack.call("s3", "PutObject", { Bucket: bucket, Key: key, Body, ContentType: "application/json" });
    },
    /**
     * Deletes the list and earlier ones, and what the deletion jobs of these runs have read; not
     * those of a later run.
     */
    async clear() {
      const used = (await listDeletionJobs(stack)).filter(isRunning).map(({ jobName }) => toListKey(jobName));
      for (const list of await findLists()) {
        if (!own.includes(list.key) || !list.sessions.every((session) => visitor.sessions.has(session))) continue;
        const users = list.key.replace(/json$/, "csv");
        if (!used.includes(users)) await deleteAllVersions(stack, bucket, users);
        await deleteAllVersions(stack, bucket, list.key);
      }
    },
  };
}
