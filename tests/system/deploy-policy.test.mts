// The whole life of a stack with a role that has exactly the policies of `doctor --deploy-policy`: up, up with changes, a read
// of everything, destroy. Each permission that the role used is noted with the statement that allowed it, so that the test also
// knows what was not used. Policies, program and providers are the real ones; the engine's part is in tests/engine.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listGrants } from "../../cli/doctor/deployment/grants.ts";
import { planStack } from "../../cli/doctor/deployment/plan.ts";
import { needsOf } from "../../cli/doctor/deployment/planned-resource.ts";
import { createPolicies, type PolicyDocument } from "../../cli/doctor/deployment/policy-documents.ts";
import { deployProgram } from "../../demo/deploy.ts";
import { type Account, startAccount } from "../../local/account/account.ts";
import type { DeployedResources } from "../../local/pulumi/deploy.ts";
import { createAws } from "../../local/pulumi/provider/aws.ts";
import { createProvider } from "../../local/pulumi/provider/provider.ts";
import { runCommand } from "../support/deployed-stack.ts";
import { createRoleWithPolicies, openSession } from "../support/role-session.ts";
import { writeSmallData } from "../support/small-data.ts";

const stack = "lived";
const place = { account: "000000000000", region: "eu-west-1" };
const role = "deployer";
const root = fileURLToPath(new URL("../..", import.meta.url));

let account: Account;
let roleArn: string;
let folder: string;
let emptyProgram: string;
let config: Record<string, string>;
let policies: PolicyDocument[];
const deployed: DeployedResources = new Map();
/** `Sid: action`, as the role used them. */
const used = new Set<string>();
/** The actions that the role asked for since the set was cleared. */
const asked = new Set<string>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "deploy-policy-"));
  // Inside the repository, as the program that it replaces.
  emptyProgram = join(root, "local/.state", `empty-${process.pid}`, "index.js");
  mkdirSync(join(emptyProgram, ".."), { recursive: true });
  writeFileSync(emptyProgram, "module.exports = {};");
  const keys = {
    ...writeSmallData(folder),
    metricAttribution: "true",
    popularityBaseline: "true",
    deletionProtection: "false",
    notificationEmails: '["pets@example.org"]',
    retrainingSchedule: "cron(0 3 29 2 ? *)",
  };
  config = toConfig(keys);
  // In real time, in which a session of an hour outlasts a deployment.
  account = await startAccount();
  account.clock.skipTransitions(() => Number.POSITIVE_INFINITY);
  policies = createPolicies(stack, listGrants(place, stack, await planStack({ ...place, stack, config })));
  roleArn = await createRoleWithPolicies(account, role, policies);
  noteUse();
});
afterAll(async () => {
  await account.close();
  rmSync(folder, { recursive: true });
  rmSync(join(emptyProgram, ".."), { recursive: true });
});

const toConfig = (keys: Readonly<Record<string, string>>) => ({
  "aws:region": place.region,
  ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [`recommender:${key}`, value])),
});

/** Notes which statement allowed each permission of the role. */
function noteUse(): void {
  const authority = account.host.authority();
  account.host.setAuthority({
    ...authority,
    authorise(caller, permission, resourcePolicy, note) {
      authority.authorise(caller, permission, resourcePolicy, (decision) => {
        note?.(decision);
        const { principal } = caller;
        if (principal.kind !== "session" || principal.roleArn !== roleArn) return;
        asked.add(permission.action);
        const { Sid } = (decision.by?.statement ?? {}) as { Sid?: string };
        if (decision.allowed && decision.by?.policy === "identity-based policy")
          used.add(`${Sid}: ${permission.action}`);
      });
    },
  });
}

const run = async (changes: Readonly<Record<string, string>> = {}, program?: string) =>
  deployProgram({
    origin: account.origin,
    ...place,
    stack,
    config: { ...config, ...toConfig(changes) },
    deployed,
    credentials: await openSession(account, roleArn),
    ...(program === undefined ? {} : { program }),
  });

test("the policies fit IAM's limits, and every statement has a name", () => {
  expect(policies.length).toBeLessThanOrEqual(10);
  for (const policy of policies) expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6_144);
  const names = policies.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid));
  expect(new Set(names).size).toBe(names.length);
});

test("up succeeds", async () => {
  const { resources } = await run();
  expect(resources.length).toBeGreaterThan(140);
});

test("up with changes of every kind succeeds", async () => {
  await run({
    tags: '{"team": "pets"}',
    minProvisionedTPS: "2",
    servingConcurrency: "none",
    logRetentionDays: "60",
    retentionHours: "24",
    archiveBufferSeconds: "60",
    maxModelAgeDays: "3",
    trainingTimeoutHours: "3",
    notifySkips: "true",
    notificationEmails: '["others@example.org"]',
    retrainingTimeZone: "Europe/Berlin",
    eventTypes: '["DetailView", "Favorite"]',
  });
  // The tag is removed again.
  await run();
});

test("`rollback` runs", async () => {
  const { accessKeyId, secretAccessKey, sessionToken } = await openSession(account, roleArn);
  const { err } = await runCommand(account, ["rollback", "--yes", "--stack", stack, "--model", "recommendation"], {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  });
  // Nothing was promoted yet.
  expect(err).toContain("There is nothing to go back to");
});

test("a refresh makes the reads of the list and no others", async () => {
  const credentials = await openSession(account, roleArn);
  const provider = createProvider(
    createAws(place.region, { endpoint: account.origin, credentials, forcePathStyle: true }),
  );
  for (const { type, name, id, state } of deployed.values()) {
    if (!type.startsWith("aws:")) continue;
    asked.clear();
    expect(await provider.read(type, id, state), `${type} ${name}`).toBeDefined();
    const inList = needsOf(type).flatMap(({ service, actions }) => toActions(service, actions.read));
    const readable = inList.filter((action) => !notAsked.includes(action));
    expect([...asked].sort(), `${type} ${name}`).toEqual([...new Set(readable)].sort());
  }
});

const toActions = (service: string, names = "") =>
  names.split(" ").flatMap((name) => (name === "" ? [] : [`${service}:${name}`]));

/** Actions for reads that only the real provider makes, or that this one makes only while it creates a resource. */
const notAsked = ["s3:ListTagsForResource", "kms:Decrypt", "lambda:GetFunctionConfiguration"];

test("destroy succeeds", async () => {
  await run({}, emptyProgram);
  expect(deployed.size).toBe(0);
});

/** Actions that this life does not use, and the account does not ask for. */
const unused = {
  "another version of the program": [
    "Iam: iam:CreatePolicyVersion",
    "Iam: iam:DeletePolicyVersion",
    "Iam: iam:UpdateAssumeRolePolicy",
    "Kms: kms:DisableKeyRotation",
    "Kms: kms:UpdateAlias",
    "Kms: kms:UpdateKeyDescription",
    "Logs: logs:AssociateKmsKey",
    "Logs: logs:DisassociateKmsKey",
    "Kinesis: kinesis:StopStreamEncryption",
    "Personalize: personalize:UpdateSolution",
  ],
  "a new column of a schema": ["Personalize: personalize:UpdateDataset"],
  "a rollback that has a version to go back to": ["States: states:DescribeExecution", "States: states:StartExecution"],
  "a training that runs while its solution is deleted": ["Personalize: personalize:StopSolutionVersionCreation"],
  "S3 Control, which the account does not have": ["S3: s3:ListTagsForResource", "S3: s3:UntagResource"],
  "S3 and Lambda decrypt for their readers, the account does not": ["Kms: kms:Decrypt"],
};

test("everything that the policies allow was used, except what this life does not do", () => {
  const allowed = policies.flatMap(({ Statement }) =>
    Statement.flatMap(({ Sid, Action }) => Action.map((action) => `${Sid}: ${action}`)),
  );
  expect(allowed.filter((one) => !used.has(one)).sort()).toEqual(Object.values(unused).flat().sort());
});

test("without one of the statements, up fails and names an action of it", async () => {
  const statements = policies.flatMap(({ Statement }) => Statement);
  const missing = statements.find(({ Sid }) => Sid === "Logs");
  const rest = policies.map((policy) => ({
    ...policy,
    Statement: policy.Statement.filter((statement) => statement !== missing),
  }));
  const other = await startAccount();
  try {
    const credentials = await openSession(other, await createRoleWithPolicies(other, role, rest));
    const failed = deployProgram({ origin: other.origin, ...place, stack, config, credentials });
    const message = await failed.then(
      () => "",
      (error: Error) => error.message,
    );
    const [, action = ""] = /is not authorized to perform: (\S+)/.exec(message) ?? [];
    expect(missing?.Action, message).toContain(action);
  } finally {
    await other.close();
  }
});
