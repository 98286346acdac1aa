import {
  type DataDeletionJobSummary,
  ListDataDeletionJobsCommand,
  type PersonalizeClient,
} from "@aws-sdk/client-personalize";
import type { DeployedStack } from "../../stack/find-stack";

/** Lists the data deletion jobs of the stack that have not ended. The SDK has no paginator for this operation. */
export async function listRunningDeletions(
  client: PersonalizeClient,
  { datasetGroupArn }: DeployedStack,
): Promise<DataDeletionJobSummary[]> {
  const jobs: DataDeletionJobSummary[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new ListDataDeletionJobsCommand({ datasetGroupArn, nextToken }));
    jobs.push(...(page.dataDeletionJobs ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return jobs.filter(({ status }) => status === "PENDING" || status === "IN_PROGRESS");
}
