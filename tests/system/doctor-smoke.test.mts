// `doctor` and `smoke` as processes on a deployed stack: first everything passes, then something is missing.
import { IAM } from "@aws-sdk/client-iam";
import { Personalize } from "@aws-sdk/client-personalize";
import { S3 } from "@aws-sdk/client-s3";
import { STS } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listDeployActions } from "../../cli/doctor/deploy-actions.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { type DeployedStack, deploySmallStack, runCommand } from "../support/deployed-stack.ts";

const place = { account: "000000000000", region: "eu-west-1" };
const stack = "checked";
const deployActions = listDeployActions(place, stack).flatMap(({ actions }) => actions);

let deployed: DeployedStack;
/** The actions that the deployment's requests needed. */
let needed: string[];
beforeAll(async () => {
  deployed = await deploySmallStack(stack);
  const requests = deployed.account.log
    .entries()
    .filter(({ internal, principal }) => !internal && principal.endsWith(":root"));
  needed = [...new Set(requests.flatMap(({ decisions }) => decisions.map(({ action }) => action)))];
}, 240_000);
afterAll(() => deployed.close());

interface Finding {
  readonly name: string;
  readonly outcome: string;
  readonly detail: string;
  readonly remedy?: string;
}

/** Runs `doctor` and returns its exit code and what a check found. */
async function diagnose(stack: string, variables: Readonly<Record<string, string>> = {}) {
  const { code, out, err } = await runCommand(deployed.account, ["doctor", "--json", "--stack", stack], variables);
  const { checks, counts } = JSON.parse(out || `{"error": ${JSON.stringify(err)}}`) as {
    checks: Finding[];
    counts: Record<string, number>;
  };
  const find = (name: string) => checks.find((each) => each.name === name);
  return { code, counts, find };
}

test("the list of a deployment's permissions has what a deployment asked for", () => {
  expect(needed.length).toBeGreaterThan(50);
  expect(needed.filter((action) => !deployActions.includes(action))).toEqual([]);
});

test("`doctor` finds nothing wrong with a deployed stack, and knows its names", async () => {
  const { code, counts, find } = await diagnose(stack);
  expect(code).toBe(0);
  expect(counts.failed).toBe(0);
  expect(find("names")?.detail).toBe("27 of 27 names are this stack's, the others are free");
  expect(find("quotas of Personalize")?.detail).toContain("per dataset group: 2 used, 0 needed, 5 (default)");
  expect(find("concurrency of Lambda")?.detail).toContain("the stack reserves 0 more");
  expect(find("state machine")?.outcome).toBe("passed");
});

test("`doctor` works before the first deployment, and skips what the endpoint does not have", async () => {
  const { code, find } = await diagnose("fresh");
  expect(code).toBe(0);
  expect(find("names")?.detail).toBe("0 of 26 names are this stack's, the others are free");
  expect(find("Service Quotas")).toMatchObject({
    outcome: "skipped",
    detail: "the endpoint does not have the operation: servicequotas:ListServiceQuotas is not implemented",
  });
});

test("`doctor` prints a table, the remedies and the counts", async () => {
  const { out } = await deployed.command("doctor");
  expect(out).toMatch(/^check +result +found\n/);
  expect(out).toContain("  costs: Run `pulumi config set recommender:prices");
  expect(out).toMatch(/\n\d+ passed, \d+ warnings, 0 failed, \d+ skipped\n$/);
});

/** Creates a role that may do these actions, and returns the variables of a session of it. */
async function assumeRole(RoleName: string, actions: readonly string[]): Promise<Record<string, string>> {
  const iam = new IAM(sdk(deployed.account));
  const allow = (Action: readonly string[], more: object) => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action, ...more }],
  });
  const trust = allow(["sts:AssumeRole"], { Principal: { AWS: `arn:aws:iam::${place.account}:root` } });
  const { Role } = await iam.createRole({
    RoleName,
    Path: "/deployers/",
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
  const PolicyDocument = JSON.stringify(allow(actions, { Resource: "*" }));
  await iam.putRolePolicy({ RoleName, PolicyName: "rights", PolicyDocument });
  const sts = new STS(sdk(deployed.account));
  const { Credentials } = await sts.assumeRole({ RoleArn: Role?.Arn, RoleSessionName: "doctor" });
  return {
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? "",
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? "",
    AWS_SESSION_TOKEN: Credentials?.SessionToken ?? "",
  };
}

/** What `doctor` itself reads about permissions. */
const reads = ["iam:GetRole", "iam:SimulatePrincipalPolicy"];

test("a role with the deployment's actions passes the check of permissions", async () => {
  const { find } = await diagnose("fresh", await assumeRole("deploys", [...deployActions, ...reads]));
  expect(find("permissions")).toMatchObject({
    outcome: "passed",
    detail: expect.stringContaining(`role/deployers/deploys may do the ${deployActions.length} actions`),
  });
  expect(find("life of the credentials")?.outcome).toBe("skipped");
});

test("a role without one action fails the check, which names it and what to do", async () => {
  const actions = deployActions.filter((action) => action !== "personalize:CreateCampaign");
  const { code, find } = await diagnose("fresh", await assumeRole("almost", [...actions, ...reads]));
  expect(code).toBe(1);
  expect(find("permissions")).toEqual({
    name: "permissions",
    outcome: "failed",
    detail: `arn:aws:iam::${place.account}:role/deployers/almost may not do: personalize:CreateCampaign`,
    remedy: expect.stringContaining("Attach a policy with these actions"),
  });
});

test("a caller who may not simulate policies gets a skipped check with the reason", async () => {
  const { find } = await diagnose("fresh", await assumeRole("blind", deployActions));
  expect(find("permissions")).toMatchObject({
    outcome: "skipped",
    detail: expect.stringContaining("is not authorized to perform: iam:SimulatePrincipalPolicy"),
  });
});

test("a session that ends within the first deployment is a warning", async () => {
  const session = await assumeRole("short", ["personalize:*"]);
  const { find } = await diagnose("fresh", {
    ...session,
    AWS_CREDENTIAL_EXPIRATION: new Date(Date.now() + 3_600_000).toISOString(),
  });
  expect(find("life of the credentials")).toMatchObject({
    outcome: "warning",
    remedy: expect.stringContaining("Request a session of three hours or more"),
  });
});

test("a name that is not the stack's fails the check of names", async () => {
  const Bucket = `recommender-taken-data-${place.account}`;
  await new S3({ ...sdk(deployed.account), forcePathStyle: true }).createBucket({ Bucket });
  const { code, find } = await diagnose("taken");
  expect(code).toBe(1);
  expect(find("names")).toMatchObject({
    outcome: "failed",
    detail: `not of this stack, by their tags Project and Stack: bucket ${Bucket}`,
    remedy: expect.stringContaining("Give the stack another name"),
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
  const s3 = new S3({ ...sdk(deployed.account), forcePathStyle: true });
  const { Versions, DeleteMarkers } = await s3.listObjectVersions({ Bucket: deployed.outputs.quarantineBucketName });
  expect([Versions ?? [], DeleteMarkers ?? []]).toEqual([[], []]);
}, 120_000);

test("`smoke` of a stack whose campaign was deleted fails, says which steps and where to look", async () => {
  const campaignArn = deployed.outputs.campaignArns.recommendation;
  await new Personalize(sdk(deployed.account)).deleteCampaign({ campaignArn });
  const { code, out } = await deployed.command("smoke");
  expect(code).toBe(1);
  expect(out.replace(/\s+/g, " ")).toContain("This step failed: recommend-pets returned a list from");
  expect(out.replace(/\s+/g, " ")).toContain('it needs the step "Twelve events change the next recommendations"');
  expect(out).toContain("6. Schedules and alarms exist\n    2 schedules are enabled.");
  expect(out).toMatch(/\n1 passed, 5 failed\n`npx recommender doctor --stack checked`/);
}, 120_000);

test.each(["doctor", "smoke"])("`%s` without a stack is wrong usage", async (command) => {
  const { code, err } = await runCommand(deployed.account, [command]);
  expect(code).toBe(2);
  expect(err).toContain("required option '--stack <name>' not specified");
});
