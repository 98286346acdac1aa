import { z } from "zod";
import { prefixes } from "../../../names/layout";
import { findObject, listKeys } from "../../archive/objects";
import { listAll } from "../../stack/aws";
import { isRunning } from "../../stack/job";
import { parseJson } from "../../stack/json";
import { toServiceTime } from "../../stack/service-time";
import type { DeployedStack } from "../../stack/stack";
import { printError } from "../../terminal/print";

const ids = z.array(z.string());
const erasure = z.object({ user: z.string(), sessions: ids, ofUsers: ids, ofSeveral: ids });
export type Erasure = z.infer<typeof erasure> & { readonly key: string };

/**
 * Lists the visitors whose data are being deleted, with the sessions that were found. Names files
 * that are no such lists.
 */
export async function listErasures(stack: DeployedStack): Promise<Erasure[]> {
  const bucket = stack.dataBucket;
  const found: Erasure[] = [];
  for (const key of await listKeys(stack, bucket, prefixes.forget)) {
    if (!key.endsWith(".json")) continue;
    const content = await findObject(stack, { bucket, key });
    if (!content) continue;
    const { data } = erasure.safeParse(parseJson(content.toString("utf8")));
    if (data) found.push({ ...data, key });
    else printError(`s3://${bucket}/${key} is no list of \`forget\`, and is left out.`);
  }
  return found;
}

export async function listDeletionJobs({ call, datasetGroupArn }: DeployedStack) {
  return listAll({ call }, "personalize", "ListDataDeletionJobs", { datasetGroupArn }, "dataDeletionJobs");
}

/**
 * Throws while visitors' data are being deleted, and when they were since the command began: what
 * it has read by then may have their records. Called directly before something that was read is
 * written again. `forget` writes its list first, so that one that begins later sees what was
 * written.
 */
export async function refuseDuringErasure(stack: DeployedStack): Promise<void> {
  const start = toServiceTime(stack.now);
  const jobs = await listDeletionJobs(stack);
  const job = jobs.find((each) => isRunning(each) || Number(each.lastUpdatedDateTime ?? 0) >= start);
  const [list] = await listErasures(stack);
  if (!job && !list) return;
  const what = job ? `the data deletion job ${job.jobName} is ${job.status}` : `s3://${stack.dataBucket}/${list?.key}`;
  throw new Error(
    `\`forget\` deletes a visitor's data, or did so since this command began (${what}). What was read before could bring ` +
      "them back. Run this command again when `forget` has ended, which can take a day. Run `forget` again for the visitor " +
      "if it was interrupted, or if this command was sending records.",
  );
}
