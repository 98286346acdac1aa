import { listAll } from "../../stack/aws";
import { type AccountUnderTest, checkAccount, type Finding, reportPassed, reportWarning } from "../check";
import { findDatasetGroup } from "../personalize-names";
import { readAppliedQuotas } from "./quotas";

/**
 * Names as in Service Quotas, with the defaults (Personalize guide, "Amazon Personalize endpoints and quotas"). The rate of
 * PutItems and the number of deletion jobs cannot be raised.
 */
const putEvents = { name: "Rate of PutEvents requests", value: 1_000 };
const putItemsRate = 10;
const mostDeletionJobs = 5;

/** Limits that no deployment reaches, but traffic and operators do. */
export const personalizeLimits = checkAccount("limits of Personalize", async (account, { stack }) => {
  const applied = await readAppliedQuotas(account);
  const group = await findDatasetGroup(account, stack);
  const pending = group === undefined ? 0 : await countDeletionJobs(account, group.arn);
  return judgeLimits(applied.get(putEvents.name) ?? putEvents.value, pending);
});

export function judgeLimits(putEventsRate: number, pending: number): Finding {
  const detail =
    `PutEvents ${putEventsRate} requests a second, PutItems ${putItemsRate} (not adjustable); ` +
    `${pending} of ${mostDeletionJobs} data deletion jobs are pending`;
  if (pending < mostDeletionJobs) return reportPassed(detail);
  return reportWarning(detail, "Wait before the next `recommender forget`: a deletion job takes up to a day.");
}

async function countDeletionJobs({ personalize }: AccountUnderTest, datasetGroupArn: string): Promise<number> {
  const jobs = await listAll(
    (nextToken) => personalize.call("personalize", "ListDataDeletionJobs", { datasetGroupArn, nextToken }),
    (page) => page.dataDeletionJobs,
  );
  return jobs.filter(({ status }) => status === "PENDING").length;
}
