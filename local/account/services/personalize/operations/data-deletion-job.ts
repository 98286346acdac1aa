import type { Call, Clients, Handlers } from "../../../endpoint/service";
import { arnOf, type Context } from "../context";
import { invalidInput, JobFailure, limitExceeded } from "../faults";
import type { Field } from "../formats/avro-schema";
import { readCsv } from "../formats/csv-reader";
import { refuseUnusableRole } from "../s3/data-role";
import { parseLocation, readSource } from "../s3/source";
import type { States } from "../state/lifecycle";
import { dates, listPage, requireActive } from "../state/registry";
import { type DeletionJob, interactionsDataset, type PersonalizeState, recordsDataset } from "../state/state";
import { addTags, refuseTooManyTags } from "./tags";

/** Quotas: jobs with the status PENDING in a dataset group, and bytes of user ids (guide, "Quotas"). */
const maxPending = 5;
const maxBytes = 100 * 1024 * 1024;

/** This job has words of its own (API reference, DataDeletionJob). */
const states: States = { pending: "PENDING", running: "IN_PROGRESS", done: "COMPLETED", failed: "FAILED" };

const userColumn: readonly Field[] = [
  { name: "USER_ID", type: "string", nullable: false, categorical: false, textual: false },
];

/** Deletes users with all their data; until a job is COMPLETED its users' data are used as before. */
export function dataDeletionJobs(context: Context): Handlers<Clients["personalize"]> {
  const { host, store, lifecycle } = context;
  const summary = (job: DeletionJob) => ({
    jobName: job.name,
    dataDeletionJobArn: job.arn,
    datasetGroupArn: job.groupArn,
    status: job.status,
    failureReason: job.failureReason,
    ...dates(job),
  });

  return {
    CreateDataDeletionJob({ jobName = "", datasetGroupArn, dataSource, roleArn = "", tags }, call) {
      const location = dataSource?.dataLocation;
      if (location === undefined) throw invalidInput("dataSource.dataLocation is missing.");
      parseLocation(location);
      const state = store.of(call);
      const group = requireActive(state.groups.find(datasetGroupArn), "DatasetGroup");
      const arn = arnOf(call, `data-deletion-job/${jobName}`);
      state.deletionJobs.refuseTaken(arn);
      const pending = state.deletionJobs.where((job) => job.groupArn === group.arn && job.status === states.pending);
      if (pending.length >= maxPending) {
        throw limitExceeded(`More than ${maxPending} data deletion jobs of ${group.arn} with PENDING status.`);
      }
      refuseUnusableRole(host, call, roleArn, arn);
      const now = host.clock.now();
      refuseTooManyTags(tags);
      const job: DeletionJob = state.deletionJobs.add({
        arn,
        name: jobName,
        groupArn: group.arn,
        dataLocation: location,
        roleArn,
        status: "",
        created: now,
        updated: now,
      });
      addTags(state, arn, tags);
      let users: ReadonlySet<string> = new Set();
      lifecycle.start(job, {
        takes: "data deletion",
        label: `data deletion job ${jobName}`,
        states,
        async work() {
          users = await readUsers(context, call, job);
        },
        done() {
          job.numDeleted = deleteUsers(state, group.arn, users);
        },
      });
      return { dataDeletionJobArn: arn };
    },

    DescribeDataDeletionJob({ dataDeletionJobArn }, call) {
      const job = store.of(call).deletionJobs.find(dataDeletionJobArn);
      const { roleArn, numDeleted, dataLocation } = job;
      return { dataDeletionJob: { ...summary(job), roleArn, numDeleted, dataSource: { dataLocation } } };
    },

    ListDataDeletionJobs(input, call) {
      const state = store.of(call);
      const group = state.groups.narrowing(input.datasetGroupArn);
      const found = state.deletionJobs.where((job) => group === undefined || job.groupArn === group.arn);
      const { items, nextToken } = listPage(found, input);
      return { dataDeletionJobs: items.map(summary), nextToken };
    },
  };
}

async function readUsers({ host }: Context, call: Call, job: DeletionJob): Promise<ReadonlySet<string>> {
  const users = new Set<string>();
  let bytes = 0;
  const source = { location: job.dataLocation, roleArn: job.roleArn, sourceArn: job.arn };
  for await (const file of readSource(host, call, source)) {
    bytes += file.content.size;
    if (bytes > maxBytes) throw new JobFailure(`${job.dataLocation} holds more than 100 MB of user ids.`);
    await readCsv(file.name, file.content.pieces(), userColumn, ([userId]) => users.add(String(userId)));
  }
  return users;
}

/** Takes the users off every dataset; the number is that of the records, as `numDeleted` counts them. */
function deleteUsers(state: PersonalizeState, groupArn: string, userIds: ReadonlySet<string>): number {
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
