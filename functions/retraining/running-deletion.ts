import type { DataDeletionJobSummary } from "@aws-sdk/client-personalize";
import type { Personalize } from "../support/clients";

/**
 * Finds a data deletion job that has not ended; it can take a day. The SDK has no paginator for
 * them.
 */
export async function findRunningDeletion(
  personalize: Personalize,
  datasetGroupArn: string,
): Promise<DataDeletionJobSummary | undefined> {
  const { sdk, client } = await personalize();
  let nextToken: string | undefined;
  do {
    const page = await client.send(new sdk.ListDataDeletionJobsCommand({ datasetGroupArn, nextToken }));
    const running = page.dataDeletionJobs?.find(({ status = "" }) => status === "PENDING" || status === "IN_PROGRESS");
    if (running) return running;
    nextToken = page.nextToken;
  } while (nextToken);
  return undefined;
}
