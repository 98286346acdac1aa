import { listAll } from "../../stack/aws";
import { type AccountUnderTest, checkPlan, reportFailed, reportPassed, reportWarning } from "../check";
import { listPlanned, type Plan } from "../deployment/plan";
import { personalizeType } from "../deployment/resource-arns";

/** The name in Service Quotas (Personalize guide, "Amazon Personalize endpoints and quotas"). */
const groups = "Active dataset groups";

export const checkQuotas = checkPlan(async (account, plan) => {
  const request = { ServiceCode: "personalize" };
  const quotas = await listAll(account.aws, "service-quotas", "ListServiceQuotas", request, "Quotas").catch(() => []);
  const applied = quotas.flatMap(({ QuotaName = "", Value }) =>
    Value === undefined ? [] : [[QuotaName, Value] as const],
  );
  return judgeNeeds(await readNeeds(account, plan), new Map(applied));
});

/**
 * Compares needs with the account's own quotas, without those that Service Quotas does not list:
 * the program has compared the stack's models with its key `quotas`, so there only the number of
 * dataset groups is compared with the default.
 */
export function judgeNeeds(needs: Awaited<ReturnType<typeof readNeeds>>, applied: ReadonlyMap<string, number>) {
  const assumed = new Map([[groups, 5], ...applied]);
  const judged = needs.flatMap(({ quota, needed }) => {
    const most = assumed.get(quota);
    if (most === undefined) return [];
    const text = `${quota}: ${needed} needed, ${most} allowed${applied.has(quota) ? "" : " (assumed)"}`;
    return { text, isExceeded: needed > most, isKnown: applied.has(quota) };
  });
  const exceeded = judged.filter(({ isExceeded }) => isExceeded);
  const detail = (exceeded.length > 0 ? exceeded : judged).map(({ text }) => text).join("; ");
  if (exceeded.length === 0) return reportPassed(detail);
  const report = exceeded.some(({ isKnown }) => isKnown) ? reportFailed : reportWarning;
  return report(detail, "Delete unused resources, or request higher quotas in Service Quotas, Amazon Personalize.");
}

/** Counts the account's dataset groups together with the stack's, and what is in that. */
async function readNeeds({ personalize }: AccountUnderTest, plan: Plan) {
  const found = await listAll(personalize, "personalize", "ListDatasetGroups", {}, "datasetGroups");
  const planned = listPlanned(plan, personalizeType("DatasetGroup"));
  const isThere = found.some(({ name = "" }) => planned.some(({ inputs }) => isNameOf(name, String(inputs.name))));
  return [
    { quota: groups, needed: found.length + (isThere ? 0 : 1) },
    ...["Solution", "Campaign", "Filter"].map((kind) => ({
      quota: `Active ${kind.toLowerCase()}s per dataset group`,
      needed: listPlanned(plan, personalizeType(kind)).length,
    })),
  ];
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
