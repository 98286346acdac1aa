import { listAll } from "../../stack/aws";
import { type AccountUnderTest, checkAccount, checkPlan, reportFailed, reportPassed, reportWarning } from "../check";
import { listPlanned, type Plan } from "../deployment/planned-resource";
import { personalizeType } from "../deployment/resource-arns";
import { findDatasetGroup, isNameOf, listDatasetGroups } from "../personalize-names";

/**
 * Names as in Service Quotas, and the defaults: Personalize guide, "Amazon Personalize endpoints and quotas" (limits.html), which
 * lists solutions, campaigns and filters for each dataset group, dataset groups for each Region, and the names of all four.
 */
const defaults = {
  "Active dataset groups": 5,
  "Active solutions per dataset group": 10,
  "Active campaigns per dataset group": 5,
  "Active filters per dataset group": 30,
};
type QuotaName = keyof typeof defaults;

/** The account's own values by name; without those that Service Quotas does not list. */
type AppliedQuotas = ReadonlyMap<string, number>;

async function readQuotas({ aws }: AccountUnderTest): Promise<AppliedQuotas> {
  const quotas = await listAll(aws, "service-quotas", "ListServiceQuotas", { ServiceCode: "personalize" }, "Quotas");
  return new Map(quotas.flatMap(({ QuotaName = "", Value }) => (Value === undefined ? [] : [[QuotaName, Value]])));
}

/** Without Service Quotas the defaults are compared, and its own check says why. */
const readAppliedQuotas = (account: AccountUnderTest): Promise<AppliedQuotas> =>
  readQuotas(account).catch(() => new Map());

export const serviceQuotas = checkAccount("Service Quotas", async (account) => {
  const quotas = await readQuotas(account);
  return reportPassed(`lists ${quotas.size} quotas of Amazon Personalize`);
});

/** The resources of a kind that exist, and those that the stack adds. */
type Need = Awaited<ReturnType<typeof readNeeds>>[number];

export const personalizeQuotas = checkPlan("quotas of Personalize", async (account, plan) =>
  judgeNeeds(await readNeeds(account, plan), await readAppliedQuotas(account)),
);

/** Compares needs with the account's quotas, or with the defaults where those are not known. */
export function judgeNeeds(needs: readonly Need[], applied: AppliedQuotas) {
  const lines = needs.map(({ quota, used, added }) => {
    const most = applied.get(quota) ?? defaults[quota];
    const origin = applied.has(quota) ? "" : " (default)";
    return {
      text: `${quota}: ${used} used, ${added} needed, ${most}${origin}`,
      exceeded: used + added > most,
      known: applied.has(quota),
    };
  });
  const exceeded = lines.filter((line) => line.exceeded);
  if (exceeded.length === 0) return reportPassed(lines.map(({ text }) => text).join("; "));
  const detail = exceeded.map(({ text }) => text).join("; ");
  const remedy = "Delete unused resources, or request higher quotas in Service Quotas, Amazon Personalize.";
  return exceeded.some(({ known }) => known) ? reportFailed(detail, remedy) : reportWarning(detail, remedy);
}

async function readNeeds(account: AccountUnderTest, plan: Plan) {
  const namesOf = (kind: string) => listPlanned(plan, personalizeType(kind)).map(({ inputs }) => String(inputs.name));
  const groups = await listDatasetGroups(account);
  const group = groups.find(({ name }) => namesOf("DatasetGroup").some((wanted) => isNameOf(name, wanted)));
  const { solutions, campaigns, filters } = await readGroup(account, group?.arn);
  const createNeed = (quota: QuotaName, existing: readonly Named[], kind: string) => {
    const missing = namesOf(kind).filter((wanted) => !existing.some(({ name = "" }) => isNameOf(name, wanted)));
    return { quota, used: existing.length, added: missing.length };
  };
  return [
    createNeed("Active dataset groups", groups, "DatasetGroup"),
    createNeed("Active solutions per dataset group", solutions, "Solution"),
    createNeed("Active campaigns per dataset group", campaigns, "Campaign"),
    createNeed("Active filters per dataset group", filters, "Filter"),
  ];
}

interface Named {
  readonly name?: string | undefined;
}

async function readGroup({ personalize }: AccountUnderTest, datasetGroupArn: string | undefined) {
  const campaigns: Named[] = [];
  if (datasetGroupArn === undefined) return { solutions: [], campaigns, filters: [] };
  const solutions = await listAll(personalize, "personalize", "ListSolutions", { datasetGroupArn }, "solutions");
  const filters = await listAll(personalize, "personalize", "ListFilters", { datasetGroupArn }, "Filters");
  for (const { solutionArn } of solutions) {
    const found = await listAll(personalize, "personalize", "ListCampaigns", { solutionArn }, "campaigns");
    campaigns.push(...found);
  }
  return { solutions, campaigns, filters };
}

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

export function judgeLimits(putEventsRate: number, pending: number) {
  const detail =
    `PutEvents ${putEventsRate} requests a second, PutItems ${putItemsRate} (not adjustable); ` +
    `${pending} of ${mostDeletionJobs} data deletion jobs are pending`;
  if (pending < mostDeletionJobs) return reportPassed(detail);
  return reportWarning(detail, "Wait before the next `recommender forget`: a deletion job takes up to a day.");
}

async function countDeletionJobs({ personalize }: AccountUnderTest, datasetGroupArn: string): Promise<number> {
  const jobs = await listAll(
    personalize,
    "personalize",
    "ListDataDeletionJobs",
    { datasetGroupArn },
    "dataDeletionJobs",
  );
  return jobs.filter(({ status }) => status === "PENDING").length;
}
