import {
  type DataDeletionJobSummary,
  ListDataDeletionJobsCommand,
  type PersonalizeClient,
} from "@aws-sdk/client-personalize";
import { listAll } from "../../../dynamic-providers/service/session";
import type { DeployedStack } from "../../stack/find-stack";

/** Lists the data deletion jobs of the stack that have not ended. The SDK has no paginator for this operation. */
export async function listRunningDeletions(
  client: PersonalizeClient,
  { datasetGroupArn }: DeployedStack,
): Promise<DataDeletionJobSummary[]> {
  const jobs = await listAll(
    (nextToken) => client.send(new ListDataDeletionJobsCommand({ datasetGroupArn, nextToken })),
    ({ dataDeletionJobs }) => dataDeletionJobs,
  );
  return jobs.filter(({ status }) => status === "PENDING" || status === "IN_PROGRESS");
}
