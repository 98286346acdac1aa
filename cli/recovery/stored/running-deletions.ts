import { listAll } from "../../stack/aws";
import type { DeployedStack } from "../../stack/find-stack";

export async function listRunningDeletions({ call, datasetGroupArn }: DeployedStack) {
  const jobs = await listAll(
    (nextToken) => call("personalize", "ListDataDeletionJobs", { datasetGroupArn, nextToken }),
    ({ dataDeletionJobs }) => dataDeletionJobs,
  );
  return jobs.filter(({ status }) => status === "PENDING" || status === "IN_PROGRESS");
}
