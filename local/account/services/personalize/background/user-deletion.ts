import { rootOf } from "../../../host/principal";
import type { Call } from "../../../host/service";
import type { Context } from "../context";
import { JobFailure } from "../faults";
import type { Field } from "../formats/avro-schema";
import { readCsv } from "../formats/csv-reader";
import { proveDataRole } from "../s3/data-role";
import { parseLocation, readSource } from "../s3/source";
import { type DeletionJob, interactionsDataset, type PersonalizeState, recordsDataset } from "../state/state";

/** The limit for the user ids of one job (guide, "Quotas"). */
const maxBytes = 100 * 1024 * 1024;

const userColumn: readonly Field[] = [
  { name: "USER_ID", type: "string", nullable: false, categorical: false, textual: false },
];

/** Reads the ids of the users whom a job deletes. */
export async function readUsers(context: Context, call: Call, job: DeletionJob): Promise<ReadonlySet<string>> {
  if (context.undocumented.idsInBucketWithKey === "fails") await refuseKey(context, call, job);
  proveDataRole(context, call, context.store.of(call).groups.find(job.groupArn), job);
  const users = new Set<string>();
  let bytes = 0;
  const reader = { scope: call, roleArn: job.roleArn, sourceArn: job.arn };
  for await (const file of readSource(context.data, reader, job.dataLocation)) {
    bytes += file.content.size;
    if (bytes > maxBytes) throw new JobFailure(`${job.dataLocation} has more than 100 MB of user ids.`);
    await readCsv(file.name, file.content.pieces(), userColumn, ([userId]) => users.add(String(userId)));
  }
  return users;
}

async function refuseKey({ host }: Context, { account, region }: Call, { dataLocation }: DeletionJob): Promise<void> {
  const { bucket: Bucket } = parseLocation(dataLocation);
  const owner = { account, region, principal: rootOf(account) };
  const { ServerSideEncryptionConfiguration: found } = await host.call(owner, "s3", "GetBucketEncryption", { Bucket });
  const keys = found?.Rules?.map(({ ApplyServerSideEncryptionByDefault: rule }) => rule?.KMSMasterKeyID) ?? [];
  if (keys.some((key) => key !== undefined && !key.endsWith("alias/aws/s3"))) {
    throw new JobFailure(`The bucket ${Bucket} uses a customer managed key, which is not supported for data deletion.`);
  }
}

/**
 * Deletes the users from every dataset. Returns the number of records, as `numDeleted` counts them.
 */
export function deleteUsers(state: PersonalizeState, groupArn: string, userIds: ReadonlySet<string>): number {
  const interactions = interactionsDataset(state, groupArn)?.data;
  const users = recordsDataset(state, groupArn, "USERS")?.data;
  let deleted = 0;
  for (const userId of userIds) {
    deleted += interactions?.deleteUser(userId) ?? 0;
    if (users?.bulk.delete(userId)) deleted++;
    if (users?.streamed.delete(userId)) deleted++;
  }
  return deleted;
}
