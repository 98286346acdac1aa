import { projectTag } from "../../../names/layout";
import type { Aws } from "../../stack/aws";
import { type AccountUnderTest, checkPlan, reportFailed, reportPassed, reportWarning } from "../check";
import type { Plan } from "../deployment/plan";
import { findBoundary, listArns } from "../deployment/policies";

/**
 * Simulates one action of each service that creates something, with the caller's policies. The
 * simulation does not see policies of the session and of resources, and no service control policy
 * with conditions (IAM API reference, SimulatePrincipalPolicy).
 */
export const checkPermissions = checkPlan(async (account, plan, { project, stack }) => {
  const { aws, caller, region } = account;
  if (caller.endsWith(":root")) return reportPassed("the account's root user, which IAM policies do not restrict");
  const source = await findPolicySource(aws, caller);
  const boundary = findBoundary(plan);
  const context = {
    "aws:RequestedRegion": region,
    // The program gives each resource these tags, and the printed policy asks for them in new keys.
    [`aws:RequestTag/${projectTag}`]: project,
    "aws:RequestTag/Stack": stack,
    ...(boundary && { "iam:PermissionsBoundary": boundary }),
  };
  const refused: string[] = [];
  let isSure = false;
  const creations = chooseCreations(account, plan);
  for (const { action, arn } of creations) {
    const result = await simulate(aws, source, action, arn, context);
    const isForbidden = result?.OrganizationsDecisionDetail?.AllowedByOrganizations === false;
    if (result?.EvalDecision === "allowed" && !isForbidden) continue;
    const isUnsure = result?.EvalDecision === "implicitDeny" && (result.MissingContextValues ?? []).length > 0;
    refused.push(isUnsure ? `${action} (it depends on conditions that cannot be simulated)` : action);
    isSure ||= !isUnsure;
  }
  if (refused.length === 0) return reportPassed(`${source} may create resources of ${creations.length} services`);
  const report = isSure ? reportFailed : reportWarning;
  return report(
    `${source} may not do: ${refused.join(", ")}`,
    `Attach the policy that \`recommender doctor --stack ${stack} --deploy-policy\` prints, and look for a Deny and for conditions in the policies and the boundary of the role or user.`,
  );
});

/** The action that creates a resource, and its ARN, for each service once. */
function chooseCreations(account: AccountUnderTest, plan: Plan) {
  const created = listArns(account, plan).flatMap(({ service, create, arn }) =>
    create === undefined ? [] : [[service, { action: create, arn }] as const],
  );
  // A key has no name.
  return [{ action: "kms:CreateKey", arn: "*" }, ...new Map(created).values()];
}

/** The role of a session, with the path that the session's ARN does not have, or the user. */
async function findPolicySource(aws: Aws, arn: string): Promise<string> {
  const [, RoleName] = /:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (RoleName === undefined) return arn;
  const { Role } = await aws.call("iam", "GetRole", { RoleName });
  return Role?.Arn ?? arn;
}

async function simulate(
  aws: Aws,
  PolicySourceArn: string,
  action: string,
  arn: string,
  context: Readonly<Record<string, string>>,
) {
  const { EvaluationResults: [result] = [] } = await aws.call("iam", "SimulatePrincipalPolicy", {
    PolicySourceArn,
    ActionNames: [action],
    ResourceArns: [arn],
    ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
      ContextKeyName,
      ContextKeyType: "string" as const,
      ContextKeyValues: [value],
    })),
  });
  return result;
}
