import { type Aws, listAll } from "../../stack/aws";
import { type AccountUnderTest, checkPlan, reportFailed, reportPassed, reportWarning } from "../check";
import { type Grant, listGrants } from "../deployment/grants";

/**
 * Simulates the actions of a deployment with the caller's policies. The simulation does not see policies of the session and
 * of resources, and no service control policy with conditions (IAM API reference, SimulatePrincipalPolicy).
 */
export const permissions = checkPlan("permissions", async (account, plan, stack) => {
  const { Arn = "" } = await account.aws.call("sts", "GetCallerIdentity", {});
  if (Arn.endsWith(":root")) return reportPassed("the account's root user, which IAM policies do not restrict");
  const source = await findPolicySource(account.aws, Arn);
  const denied: string[] = [];
  const unsure: string[] = [];
  let count = 0;
  for (const grant of chooseSamples(listGrants(account, stack, plan))) {
    for (const result of await simulate(account, source, grant)) {
      count++;
      const isForbidden = result.OrganizationsDecisionDetail?.AllowedByOrganizations === false;
      if (result.EvalDecision === "allowed" && !isForbidden) continue;
      const isUnsure = result.EvalDecision === "implicitDeny" && (result.MissingContextValues ?? []).length > 0;
      const service = grant.condition?.["iam:PassedToService"];
      const passedTo = service === undefined ? "" : ` to ${service}`;
      (isUnsure ? unsure : denied).push(`${result.EvalActionName}${passedTo}`);
    }
  }
  if (denied.length > 0) {
    return reportFailed(
      `${source} may not do: ${[...new Set(denied)].join(", ")}`,
      `Attach the policies that \`recommender doctor --stack ${stack} --deploy-policy\` prints, and look for a Deny in the policies and the boundary of the role or user.`,
    );
  }
  if (unsure.length > 0) {
    return reportWarning(
      `depends on conditions that cannot be simulated: ${[...new Set(unsure)].join(", ")}`,
      "Compare the conditions in the policies of the role or user with the stack's needs.",
    );
  }
  return reportPassed(`${source} may do the ${count} actions of a deployment`);
});

/** The role of a session, with the path that the session's ARN does not have, or the user. */
async function findPolicySource(aws: Aws, arn: string): Promise<string> {
  const [, RoleName] = /:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (RoleName === undefined) return arn;
  const { Role } = await aws.call("iam", "GetRole", { RoleName });
  return Role?.Arn ?? arn;
}

/**
 * One resource for each combination of actions: policies name resources by the stack's prefix, and a simulation is a call.
 */
function chooseSamples(grants: readonly Grant[]): Grant[] {
  const samples = new Map<string, Grant>();
  for (const grant of grants) {
    const key = JSON.stringify([
      grant.actions,
      Object.keys(grant.condition ?? {}),
      grant.condition?.["iam:PassedToService"],
    ]);
    if (!samples.has(key)) samples.set(key, grant);
  }
  return [...samples.values()];
}

async function simulate({ aws, region }: AccountUnderTest, PolicySourceArn: string, grant: Grant) {
  const context = { "aws:RequestedRegion": region, ...grant.condition };
  const request = {
    PolicySourceArn,
    ActionNames: [...grant.actions],
    ResourceArns: [grant.resource],
    ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
      ContextKeyName,
      ContextKeyType: "string" as const,
      // One of them is enough.
      ContextKeyValues: [value].flat().slice(0, 1),
    })),
  };
  return listAll(aws, "iam", "SimulatePrincipalPolicy", request, "EvaluationResults");
}
