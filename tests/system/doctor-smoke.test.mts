// `doctor` and `smoke` as processes on a deployed stack: first everything passes, then something is
// missing. Checks of the caller are called for several callers, because the command runs the
// program each time.
import { IAM } from "@aws-sdk/client-iam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Check, Finding } from "../../cli/doctor/check.ts";
import { checkPermissions } from "../../cli/doctor/checks/permissions.ts";
import { explainError } from "../../cli/doctor/explain-error.ts";
import { openAccount, readSubject } from "../../cli/doctor/subject.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { needsAwsCli } from "../../local/tests/support/aws-cli.mts";
import { repeatRequests } from "../../local/tests/support/repeated-requests.mts";
import { longestSession, policyOf, trustOf } from "../../local/tests/support/roles.ts";
import { openSession, toVariables } from "../support/role-session.ts";
import { isSecondRing } from "../support/second-ring.ts";
import { useAccount } from "../support/use-account.mts";
import { useStack } from "../support/use-stack.mts";

const place = { account: "000000000000" };
const stack = "small";

const deployed = await useStack();
deployed.writeStackFile("fresh");
/** The actions of the policy of a role that deploys `fresh`. */
const deployActions = (await printPolicy("--deploy-policy")).Statement.flatMap(({ Effect, Action }) =>
  Effect === "Allow" ? Action : [],
);
useAccount(deployed.account, deployed.variables);
const subject = await readSubject(stack);
beforeEach(() => useAccount(deployed.account, deployed.variables));
afterEach(() => vi.unstubAllEnvs());

interface Policy {
  readonly Statement: readonly { readonly Effect: string; readonly Action: string | string[] }[];
}

async function printPolicy(option: string): Promise<Policy> {
  const { code, out, err } = await deployed.command("doctor", "--stack", "fresh", option);
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out);
}

test("`doctor --preview-policy` allows nothing but reads", async () => {
  const { Statement } = await printPolicy("--preview-policy");
  for (const action of Statement.flatMap(({ Action }) => Action)) {
    expect(action).toMatch(/:(Describe|Get|List|ValidateStateMachineDefinition)/);
  }
});

test("`doctor` finds nothing wrong with a deployed stack", async () => {
  const { code, out, err } = await deployed.command("doctor", "--json");
  expect([code, err]).toEqual([0, ""]);
  const { checks }: { checks: readonly (Finding & { name: string })[] } = JSON.parse(out);
  const find = (name: string) => checks.find((each) => each.name === name);
  // The stack's own dataset group is not counted twice.
  expect(find("quotas of Personalize")?.detail).toBe("Active dataset groups: 1 needed, 5 allowed (assumed)");
  expect(find("concurrency of Lambda")?.detail).toContain("the stack reserves 0 more");
});

test("`doctor` of a stack without a file fails, names those that have one, and prints no policy", async () => {
  const { code, out } = await deployed.command("doctor", "--stack", "smal");
  expect(code).toBe(1);
  expect(out).toMatch(/\nprogram +failed +.*Pulumi\.smal\.yaml does not exist \(stacks with a file: .*; did you mean /);
  const policy = await deployed.command("doctor", "--stack", "smal", "--deploy-policy");
  expect([policy.code, policy.out]).toEqual([1, ""]);
});

test("`doctor` works before the first deployment, and prints a table", async () => {
  const { code, out } = await deployed.command("doctor", "--stack", "fresh");
  expect(code).toBe(0);
  expect(out).toMatch(/^check +result +found\n/);
});

/** Creates a role that may do these actions, and returns the variables of a session of it. */
async function assumeRole(RoleName: string, Action: readonly string[]): Promise<Record<string, string>> {
  const iam = new IAM(sdk(deployed.account));
  const { Role } = await iam.createRole({
    RoleName,
    Path: "/deployers/",
    AssumeRolePolicyDocument: trustOf({ AWS: `arn:aws:iam::${place.account}:root` }),
    MaxSessionDuration: longestSession,
  });
  const PolicyDocument = policyOf([{ Effect: "Allow", Action, Resource: "*" }]);
  await iam.putRolePolicy({ RoleName, PolicyName: "rights", PolicyDocument });
  return toVariables(await openSession(deployed.account, Role?.Arn ?? ""));
}

/** Runs one check as a role that may do these actions. */
async function judge(check: Check, RoleName: string, actions: readonly string[]): Promise<Finding> {
  for (const [name, value] of Object.entries(await assumeRole(RoleName, actions))) vi.stubEnv(name, value);
  const { outcome, detail, remedy } = await check({ ...subject, account: { value: await openAccount(stack) } });
  return { outcome, detail, ...(remedy && { remedy }) };
}

test("a role with the deployment's actions passes the check of permissions", async () => {
  expect(await judge(checkPermissions, "deploys", deployActions)).toEqual({
    outcome: "passed",
    detail: `arn:aws:iam::${place.account}:role/deployers/deploys may create resources of 14 services`,
  });
});

test("a role without the actions of one service fails the check, which names it and what to do", async () => {
  const actions = deployActions.filter((action) => !action.startsWith("personalize:"));
  expect(await judge(checkPermissions, "almost", actions)).toEqual({
    outcome: "failed",
    detail: `arn:aws:iam::${place.account}:role/deployers/almost may not do: personalize:CreateDatasetGroup`,
    remedy: expect.stringContaining("`recommender doctor --stack small --deploy-policy` prints"),
  });
});

test("a caller who may not simulate policies gets a skipped check with the reason", async () => {
  const hidden = ["iam:*", "iam:SimulatePrincipalPolicy"];
  const actions = deployActions.filter((action) => !hidden.includes(action));
  const finding = await judge(checkPermissions, "blind", actions).catch(explainError);
  expect(finding).toMatchObject({
    outcome: "skipped",
    detail: expect.stringContaining("is not authorized to perform: iam:SimulatePrincipalPolicy"),
  });
});

interface Smoke {
  readonly session: string;
  readonly steps: readonly { title: string; lines: string[]; failure?: string }[];
  readonly stays: readonly string[];
}

test("`smoke` passes on a deployed stack, retrains, and leaves no object in the quarantine", async () => {
  const { code, out } = await deployed.command("smoke", "--json", "--retrain");
  const { session, steps, stays } = JSON.parse(out) as Smoke;
  expect(steps.flatMap(({ failure }) => failure ?? [])).toEqual([]);
  expect(code).toBe(0);
  expect(steps).toHaveLength(7);
  expect(steps.at(-1)?.lines.join("\n")).toMatch(/recommendation, NDCG at 5: serving version .*\n +(P|Not p)romoted: /);
  expect(stays[0]).toContain(`of the sessions ${session} and ${session}-next`);
  const { s3, outputs } = deployed;
  const { Versions, DeleteMarkers } = await s3.listObjectVersions({ Bucket: outputs.quarantineBucketName });
  expect([Versions ?? [], DeleteMarkers ?? []]).toEqual([[], []]);
});

test("of a stack whose campaign was deleted, `smoke` says which steps fail, and `status` shows all else", async () => {
  const campaignArn = deployed.outputs.campaignArns.recommendation;
  await deployed.personalize.deleteCampaign({ campaignArn });
  const { code, out } = await deployed.command("smoke");
  expect(code).toBe(1);
  expect(out.replace(/\s+/g, " ")).toContain("This step failed: recommend-pets returned a list from");
  expect(out.replace(/\s+/g, " ")).toContain('it needs the step "Twelve events change the next recommendations"');
  expect(out).toContain("6. Schedules and alarms exist\n    2 of 2 schedules are enabled.");
  expect(out).toMatch(/\n1 passed, 5 failed\n`npx recommender doctor --stack small`/);

  const status = await deployed.command("status");
  expect(status.code).toBe(0);
  expect(status.out).toMatch(/\nrecommendation +- +deleted .*\nreranking +\S+ +ACTIVE .*Alarms: \d+ of/s);
});

// Last: it repeats what has changed the stack.
test("the AWS CLI sends each kind of request as the console writes its command", needsAwsCli, async () => {
  const { log } = deployed.account;
  // The newest request of each service, which has one protocol; the second ring repeats that of
  // each operation.
  const newest = new Map(
    log.entries().map((entry) => [isSecondRing ? `${entry.service} ${entry.operation}` : entry.service, entry]),
  );
  expect(newest.size).toBeGreaterThan(isSecondRing ? 80 : 10);
  const repeated = await repeatRequests(deployed.account, [...newest.values()]);
  const refused = repeated.filter(({ code, error }) => code !== 0 && !/^\s*An error occurred \(/.test(error));
  const different = repeated.filter(({ arrived, command }) => !arrived && !command.startsWith("#"));
  expect(refused).toEqual([]);
  expect(different).toEqual([]);
});
