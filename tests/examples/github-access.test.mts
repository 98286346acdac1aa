import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { deployTrust, previewPermissions, previewTrust } from "../../examples/github-access/trust.ts";
import { statementsOf, tooWide } from "../../policy/documents.ts";

const from = { repository: "pets/recommender", providerArn: "arn:aws:iam::111122223333:oidc-provider/x" };

test("a pull request's runs assume the preview role and no other", () => {
  const conditions = previewTrust(from).Statement[0]?.Condition.StringEquals;
  expect(conditions).toEqual({
    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
    "token.actions.githubusercontent.com:sub": "repo:pets/recommender:pull_request",
  });
});

test("a deployment's runs are those that GitHub let into the environment", () => {
  expect(deployTrust(from, "prod").Statement[0]?.Condition.StringEquals).toMatchObject({
    "token.actions.githubusercontent.com:sub": "repo:pets/recommender:environment:prod",
  });
});

test("the preview role can read the state and change nothing", () => {
  const policy = previewPermissions({ bucketArn: "arn:aws:s3:::state", keyArn: "arn:aws:kms:::key/1" });
  const actions = policy.Statement.flatMap(({ Action }) => Action);
  expect(actions.sort()).toEqual(["kms:Decrypt", "s3:GetObject", "s3:ListBucket"]);
  expect(statementsOf(JSON.stringify(policy)).flatMap(tooWide)).toEqual([]);
});

interface Job {
  if?: string;
  permissions?: Record<string, string>;
  concurrency?: { "cancel-in-progress": boolean };
  steps: { uses?: string; with?: Record<string, unknown> }[];
}
interface Workflow {
  on: unknown;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}
const folder = fileURLToPath(new URL("../../.github/workflows/", import.meta.url));
const workflows = Object.fromEntries(
  readdirSync(folder).map((name) => [name, parse(readFileSync(folder + name, "utf8")) as Workflow]),
);

test("every action is pinned by its digest", () => {
  const uses = Object.values(workflows).flatMap(({ jobs }) =>
    Object.values(jobs).flatMap(({ steps }) => steps.flatMap((step) => step.uses ?? [])),
  );
  expect(uses.length).toBeGreaterThan(5);
  for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
});

test("the preview comments on the pull request with a role of its own, and leaves forks alone", () => {
  const preview = workflows["pull-request.yml"]?.jobs.preview;
  expect(preview?.if).toContain("head.repo.full_name == github.repository");
  expect(preview?.if).toContain("vars.AWS_PREVIEW_ROLE_ARN != ''");
  expect(preview?.permissions).toEqual({ contents: "read", "id-token": "write", "pull-requests": "write" });
  const pulumi = preview?.steps.find(({ uses }) => uses?.startsWith("pulumi/actions@"))?.with;
  expect(pulumi).toMatchObject({ command: "preview", "comment-on-pr": true, policyPacks: "policy" });
});

test("no workflow holds a static key, and no deployment cancels another", () => {
  for (const [name, { jobs }] of Object.entries(workflows)) {
    const text = readFileSync(folder + name, "utf8");
    expect(text).not.toMatch(/aws-access-key-id|aws-secret-access-key|secrets\./);
    for (const { steps, concurrency } of Object.values(jobs)) {
      if (!steps.some((step) => step.with?.command === "up")) continue;
      expect(concurrency?.["cancel-in-progress"]).toBe(false);
    }
  }
  expect(workflows["deploy.yml"]?.on).toEqual({ push: { branches: ["main"] } });
});
