import type { EvaluationResult } from "@aws-sdk/client-iam";
import type { Aws } from "../../../local/pulumi/provider/aws";
import { type AccountUnderTest, checkAccount, reportFailed, reportPassed, reportWarning } from "../check";
import { type DeployActions, listDeployActions } from "../deploy-actions";

/**
 * Simulates the actions of a deployment with the caller's policies. The simulation does not see policies of the session and
 * of resources, and no service control policy with conditions (IAM API reference, SimulatePrincipalPolicy).
 */
export const permissions = checkAccount("permissions", async (account, { stack }) => {
  const { Arn = "" } = await account.aws.call("sts", "GetCallerIdentity", {});
  if (Arn.endsWith(":root")) return reportPassed("the account's root user, which IAM policies do not restrict");
  const source = await findPolicySource(account.aws, Arn);
  const denied: string[] = [];
  const unsure: string[] = [];
  let count = 0;
  for (const group of listDeployActions(account, stack)) {
    for (const result of await simulate(account, source, group)) {
      count++;
      if (isAllowed(result)) continue;
      const isUnsure = result.EvalDecision === "implicitDeny" && (result.MissingContextValues ?? []).length > 0;
      const passedTo = group.passedTo === undefined ? "" : ` to ${group.passedTo}`;
      (isUnsure ? unsure : denied).push(`${result.EvalActionName}${passedTo}`);
    }
  }
  if (denied.length > 0) {
    return reportFailed(
      `${source} may not do: ${[...new Set(denied)].join(", ")}`,
      "Attach a policy with these actions to the role or user, and look for a Deny in its policies and boundary.",
    );
  }
  if (unsure.length > 0) {
    return reportWarning(
      `depends on conditions that cannot be simulated: ${[...new Set(unsure)].join(", ")}`,
      "Compare the conditions in the policies of the role or user with what the stack needs.",
    );
  }
  return reportPassed(`${source} may do the ${count} actions of a deployment`);
});

const isAllowed = ({ EvalDecision, OrganizationsDecisionDetail }: EvaluationResult): boolean =>
  EvalDecision === "allowed" && OrganizationsDecisionDetail?.AllowedByOrganizations !== false;

/** The role of a session, with the path that the session's ARN does not have, or the user. */
async function findPolicySource(aws: Aws, arn: string): Promise<string> {
  const [, RoleName] = /:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (RoleName === undefined) return arn;
  const { Role } = await aws.call("iam", "GetRole", { RoleName });
  return Role?.Arn ?? arn;
}

async function simulate({ aws, region }: AccountUnderTest, PolicySourceArn: string, group: DeployActions) {
  const context = { "aws:RequestedRegion": region, ...(group.passedTo && { "iam:PassedToService": group.passedTo }) };
  const results: EvaluationResult[] = [];
  let Marker: string | undefined;
  do {
    const page = await aws.call("iam", "SimulatePrincipalPolicy", {
      PolicySourceArn,
      ActionNames: [...group.actions],
      ResourceArns: [group.resource],
      ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
        ContextKeyName,
        ContextKeyType: "string" as const,
        ContextKeyValues: [value],
      })),
      Marker,
    });
    results.push(...(page.EvaluationResults ?? []));
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker !== undefined);
  return results;
}
