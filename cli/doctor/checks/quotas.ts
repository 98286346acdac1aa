import { listAll } from "../../stack/aws";
import { type AccountUnderTest, checkPlan, reportFailed, reportPassed, reportWarning } from "../check";
import { listPlanned, type Plan } from "../deployment/planned-resource";
import { personalizeType } from "../deployment/resource-arns";
import { isNameOf, listDatasetGroups } from "../personalize-names";

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

/** Without Service Quotas the defaults are compared. */
async function readAppliedQuotas({ aws }: AccountUnderTest): Promise<AppliedQuotas> {
  const request = { ServiceCode: "personalize" };
  const quotas = await listAll(aws, "service-quotas", "ListServiceQuotas", request, "Quotas").catch(() => []);
  return new Map(quotas.flatMap(({ QuotaName = "", Value }) => (Value === undefined ? [] : [[QuotaName, Value]])));
}

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
