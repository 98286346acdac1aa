import { campaignKind } from "../../../dynamic-providers/campaign";
import { filterKind } from "../../../dynamic-providers/filter";
import { completeName } from "../../../dynamic-providers/resource/names";
import { solutionKind } from "../../../dynamic-providers/solution";
import type { StackConfig } from "../../../stacks/config/config";
import { listAll } from "../../stack/aws";
import { type AccountUnderTest, checkPlan, reportFailed, reportPassed, reportWarning } from "../check";
import { listPlanned, type Plan } from "../deployment/planned-resource";
import { personalizeType } from "../deployment/resource-arns";

/** Names as in Service Quotas (Personalize guide, "Amazon Personalize endpoints and quotas"). */
type QuotaName = `Active ${"solutions" | "campaigns" | "filters"} per dataset group` | "Active dataset groups";

/** The account's own values by name; without those that Service Quotas does not list. */
type AppliedQuotas = ReadonlyMap<string, number>;

async function readAppliedQuotas({ aws }: AccountUnderTest): Promise<AppliedQuotas> {
  const request = { ServiceCode: "personalize" };
  const quotas = await listAll(aws, "service-quotas", "ListServiceQuotas", request, "Quotas").catch(() => []);
  return new Map(quotas.flatMap(({ QuotaName = "", Value }) => (Value === undefined ? [] : [[QuotaName, Value]])));
}

/** The resources of a kind that exist, and those that the stack adds. */
type Need = Awaited<ReturnType<typeof readNeeds>>[number];

export const personalizeQuotas = checkPlan("quotas of Personalize", async (account, plan, { config }) =>
  judgeNeeds(await readNeeds(account, plan), await readAppliedQuotas(account), config.value?.quotas),
);

/**
 * Compares needs with the account's quotas; where those are not known, with the stack's key
 * `quotas`.
 */
export function judgeNeeds(
  needs: readonly Need[],
  applied: AppliedQuotas,
  { solutions = 10, campaigns = 5, filters = 30 }: Partial<StackConfig["quotas"]> = {},
) {
  const assumed: Readonly<Record<QuotaName, number>> = {
    "Active dataset groups": 5,
    "Active solutions per dataset group": solutions,
    "Active campaigns per dataset group": campaigns,
    "Active filters per dataset group": filters,
  };
  const lines = needs.map(({ quota, used, added }) => {
    const most = applied.get(quota) ?? assumed[quota];
    const origin = applied.has(quota) ? "" : " (assumed)";
    return {
      text: `${quota}: ${used} used, ${added} more needed, ${most} allowed${origin}`,
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

/**
 * Recognises a name that the program gives to a resource in Personalize: the dynamic providers cut
 * names and add a hash of what replaces the resource when it changes (`completeName` in
 * dynamic-providers/resource/names.ts).
 */
export function isNameOf(found: string, name: string): boolean {
  const start = `${name.slice(0, 54)}-`;
  return found.startsWith(start) && /^[0-9a-f]{8}$/.test(found.slice(start.length));
}

async function readNeeds(account: AccountUnderTest, plan: Plan) {
  const namesOf = (kind: string) => listPlanned(plan, personalizeType(kind)).map(({ inputs }) => String(inputs.name));
  const groups = await listAll(account.personalize, "personalize", "ListDatasetGroups", {}, "datasetGroups");
  const group = groups.find(({ name = "" }) => namesOf("DatasetGroup").some((wanted) => isNameOf(name, wanted)));
  const existing = await readGroup(account, group?.datasetGroupArn);
  const planned = completeNames(plan, group?.datasetGroupArn ?? "");
  const ofGroup = (["solutions", "campaigns", "filters"] as const).map((kind) => {
    const names: unknown[] = existing[kind].map(({ name }) => name);
    const added = planned[kind].filter((name) => !names.includes(name)).length;
    return { quota: `Active ${kind} per dataset group` as const, used: names.length, added };
  });
  return [
    { quota: "Active dataset groups" as const, used: groups.length, added: group === undefined ? 1 : 0 },
    ...ofGroup,
  ];
}

/**
 * Completes the names of the plan's resources as their providers do. A resource that is replaced
 * gets another name, and exists together with the old one until the deployment ends.
 */
function completeNames(plan: Plan, datasetGroupArn: string) {
  const complete = <Inputs>(kind: string, identify: (inputs: Inputs) => object, toParent: (name: string) => object) =>
    listPlanned(plan, personalizeType(kind)).map(({ inputs }) => {
      const name = String(inputs.name);
      return [name, completeName(name, identify({ ...inputs, ...toParent(name) } as Inputs))] as const;
    });
  const inGroup = () => ({ datasetGroupArn });
  const solutions = new Map(complete("Solution", solutionKind().identity, inGroup));
  // A campaign has the name of its solution.
  const toVersion = (name: string) => ({
    solutionVersionArn: `${datasetGroupArn.replace(/:dataset-group\/.*/, "")}:solution/${solutions.get(name)}/version`,
  });
  return {
    solutions: [...solutions.values()],
    campaigns: complete("Campaign", campaignKind().identity, toVersion).map(([, name]) => name),
    filters: complete("Filter", filterKind().identity, inGroup).map(([, name]) => name),
  };
}

async function readGroup({ personalize }: AccountUnderTest, datasetGroupArn: string | undefined) {
  if (datasetGroupArn === undefined) return { solutions: [], campaigns: [], filters: [] };
  const solutions = await listAll(personalize, "personalize", "ListSolutions", { datasetGroupArn }, "solutions");
  const filters = await listAll(personalize, "personalize", "ListFilters", { datasetGroupArn }, "Filters");
  const listCampaigns = ({ solutionArn }: (typeof solutions)[number]) =>
    listAll(personalize, "personalize", "ListCampaigns", { solutionArn }, "campaigns");
  return { solutions, campaigns: (await Promise.all(solutions.map(listCampaigns))).flat(), filters };
}
