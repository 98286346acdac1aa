import { listAll } from "../../stack/aws";
import type { DeployedStack } from "../../stack/find-stack";

export async function listRunningDeletions({ call, datasetGroupArn }: DeployedStack) {
  const jobs = await listAll({ call }, "personalize", "ListDataDeletionJobs", { datasetGroupArn }, "dataDeletionJobs");
  return jobs.filter(({ status }) => status === "PENDING" || status === "IN_PROGRESS");
}
