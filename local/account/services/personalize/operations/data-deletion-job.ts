import type { Call, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { deleteUsers, readUsers } from "../background/user-deletion";
import { arnOf, type Context } from "../context";
import { invalidInput, limitExceeded } from "../faults";
import { refuseUnusableRole } from "../s3/data-role";
import { parseLocation } from "../s3/source";
import type { States } from "../state/lifecycle";
import { notBegun, progress, requireActive } from "../state/registry";
import type { DeletionJob } from "../state/state";
import { addTagged } from "./tags";

/** Jobs with the status PENDING in a dataset group (guide, "Quotas"). */
const maxPending = 5;

/** This job has its own status names (API reference, DataDeletionJob). */
const states: States = { pending: "PENDING", running: "IN_PROGRESS", done: "COMPLETED", failed: "FAILED" };

interface Deletion {
  readonly call: Call;
  readonly job: DeletionJob;
  /** Read while the job runs. */
  users?: ReadonlySet<string>;
}

/**
 * Deletes users with all their data; until a job is COMPLETED its users' data are used as before.
 */
export function dataDeletionJobHandlers(context: Context) {
  const { host, store } = context;
  const create = context.lifecycle.step<Deletion>({
    takes: "data deletion",
    states,
    async work(deletion) {
      deletion.users = await readUsers(context, deletion.call, deletion.job);
    },
    finish({ call, job, users = new Set() }) {
      job.numDeleted = deleteUsers(store.of(call), job.groupArn, users);
    },
  });
  const summary = (job: DeletionJob) => ({
    jobName: job.name,
    dataDeletionJobArn: job.arn,
    datasetGroupArn: job.groupArn,
    ...progress(job),
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
      const job: DeletionJob = addTagged(state, tags, state.deletionJobs, {
        arn,
        name: jobName,
        groupArn: group.arn,
        dataLocation: location,
        roleArn,
        ...notBegun(host),
      });
      create(job, `data deletion job ${jobName}`, { call, job });
      return { dataDeletionJobArn: arn };
    },

    DescribeDataDeletionJob({ dataDeletionJobArn }, call) {
      const job = store.of(call).deletionJobs.find(dataDeletionJobArn);
      const { roleArn, numDeleted, dataLocation } = job;
      return { dataDeletionJob: { ...summary(job), roleArn, numDeleted, dataSource: { dataLocation } } };
    },

    ListDataDeletionJobs(input, call) {
      const { deletionJobs, groups } = store.of(call);
      const group = groups.narrowing(input.datasetGroupArn);
      const { items, nextToken } = deletionJobs.page(input, group, ({ groupArn }) => groupArn);
      return { dataDeletionJobs: items.map(summary), nextToken };
    },
  } satisfies Handlers<Clients["personalize"]>;
}
