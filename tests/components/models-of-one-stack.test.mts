// The roles of a stack reach its models by their names, which begin with the stack's: so do those
// of a stack whose name begins with this one's. IAM of the local account decides.
import { IAM } from "@aws-sdk/client-iam";
import { afterAll, expect, test } from "vitest";
import { completeName } from "../../dynamic-providers/resource/names.ts";
import { startAccount } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { physicalName } from "../../names/physical-names.ts";
import { recordFull } from "../stacks/recorded-stacks.mts";
import { account as recorded } from "../support/record.ts";
import { createRoleWithPolicies } from "../support/role-session.ts";
import { statementsOf } from "../support/statements.ts";

/** The account of the roles. */
const owner = "000000000000";
const { stack } = await recordFull();
const account = await startAccount({ speed: 0 });
afterAll(() => account.close());

const trained = ["CreateSolutionVersion", "DescribeSolutionVersion", "StopSolutionVersionCreation"];
const actionsOf = { solution: [...trained, "GetSolutionMetrics"], campaign: ["DescribeCampaign", "UpdateCampaign"] };

/** The roles with rights on models of the stack that only the names limit. */
const policies = stack
  .of("aws:iam/rolePolicy:RolePolicy")
  .filter((policy) => statementsOf(policy).some(({ Resource }) => [Resource].flat().some((arn) => /-\?{8}/.test(arn))))
  .filter(({ name }) => !name.includes("-serving-"));
const roles = await Promise.all(
  policies.map(async (policy) => ({
    name: policy.name,
    arn: await createRoleWithPolicies(account, policy.name, [
      {
        Version: "2012-10-17",
        Statement: JSON.parse(JSON.stringify(statementsOf(policy)).replaceAll(recorded, owner)),
      },
    ]),
  })),
);

/** The actions that a role may do on a model of `dev`, or of another stack. */
async function listAllowed(PolicySourceArn: string, name: string, part: string): Promise<string[]> {
  const start = physicalName({ project: "recommender", stack: name }, part);
  const allowed: string[] = [];
  for (const [type, actions] of Object.entries(actionsOf)) {
    const arn = `arn:aws:personalize:eu-west-1:${owner}:${type}/${completeName(start, { part, name })}`;
    for (const resource of type === "solution" ? [arn, `${arn}/0a1b2c3d`] : [arn]) {
      const { EvaluationResults = [] } = await new IAM(sdk(account)).simulatePrincipalPolicy({
        PolicySourceArn,
        ActionNames: actions.map((action) => `personalize:${action}`),
        ResourceArns: [resource],
      });
      for (const { EvalActionName = "", EvalDecision } of EvaluationResults) {
        if (EvalDecision === "allowed") allowed.push(EvalActionName);
      }
    }
  }
  return allowed;
}

test("there are such roles: of the retraining, its functions and the report on models", () => {
  expect(roles.map(({ name }) => name)).toEqual([
    "full-retraining-check-training-data-policy",
    "full-retraining-evaluate-model-policy",
    "full-retraining-policy",
    "full-watch-model-health-policy",
  ]);
});

test.each(roles)("$name reaches the models of dev, and none of dev-eu or dev-recommendation", async ({ arn }) => {
  for (const part of ["recommendation", "reranking"]) {
    expect(await listAllowed(arn, "dev", part), part).not.toEqual([]);
    expect(await listAllowed(arn, "dev-eu", part), part).toEqual([]);
    // Its name goes on as that of a model of dev does.
    expect(await listAllowed(arn, "dev-recommendation", part), part).toEqual([]);
  }
});
