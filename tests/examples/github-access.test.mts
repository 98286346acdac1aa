import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import {
  createDeployPolicy,
  createDeployTrust,
  createPreviewPolicy,
  createPreviewTrust,
} from "../../examples/github-access/trust.ts";
import { findTooOpen, findTooWide, readStatements } from "../../policy/documents.ts";

const from = { repository: "pets/recommender", providerArn: "arn:aws:iam::111122223333:oidc-provider/x" };

const issuer = "token.actions.githubusercontent.com";
const conditions = (document: ReturnType<typeof createDeployTrust>) => document.Statement[0]?.Condition.StringEquals;

test("a pull request's runs assume the preview role of the stack whose preview environment they name", () => {
  expect(conditions(createPreviewTrust(from, "dev"))).toEqual({
    [`${issuer}:aud`]: "sts.amazonaws.com",
    [`${issuer}:sub`]: "repo:pets/recommender:environment:dev-preview",
  });
});

test("a deployment is the deployment workflow of the branch that is deployed, in the environment", () => {
  expect(conditions(createDeployTrust(from, "prod", "main"))).toEqual({
    [`${issuer}:aud`]: "sts.amazonaws.com",
    [`${issuer}:sub`]: "repo:pets/recommender:environment:prod",
    [`${issuer}:ref`]: "refs/heads/main",
    [`${issuer}:job_workflow_ref`]: "pets/recommender/.github/workflows/deploy.yml@refs/heads/main",
  });
});

test("both trust policies pass the policy pack", () => {
  for (const document of [createPreviewTrust(from, "dev"), createDeployTrust(from, "prod", "main")]) {
    expect(readStatements(JSON.stringify(document)).flatMap(findTooOpen)).toEqual([]);
  }
});

const state = { bucketArn: "arn:aws:s3:::state", prefix: "dev", keyArn: "arn:aws:kms:eu-west-1:111122223333:key/1" };

test("the preview role can read its stack's state, and change nothing", () => {
  const policy = createPreviewPolicy(state);
  expect(policy.Statement).toEqual([
    {
      Effect: "Allow",
      Action: ["s3:ListBucket"],
      Resource: "arn:aws:s3:::state",
      Condition: { StringLike: { "s3:prefix": "dev/*" } },
    },
    { Effect: "Allow", Action: ["s3:GetObject"], Resource: "arn:aws:s3:::state/dev/.pulumi/*" },
    { Effect: "Allow", Action: ["kms:Decrypt"], Resource: state.keyArn },
    { Effect: "Allow", Action: ["states:ValidateStateMachineDefinition"], Resource: "*" },
  ]);
  expect(readStatements(JSON.stringify(policy)).flatMap(findTooWide)).toEqual([]);
});

test("the deploy role reaches no other stack's state", () => {
  const [, objects, key] = createDeployPolicy(state).Statement;
  expect(objects?.Resource).toBe("arn:aws:s3:::state/dev/.pulumi/*");
  expect(key?.Resource).toBe(state.keyArn);
});

interface Job {
  if?: string;
  needs?: string;
  environment?: string;
  permissions?: Record<string, string>;
  concurrency?: { "cancel-in-progress": boolean };
  steps: { uses?: string; run?: string; with?: Record<string, unknown> }[];
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

test("the preview comments on the pull request with its own role, and skips forks", () => {
  const preview = workflows["pull-request.yml"]?.jobs.preview;
  expect(workflows["pull-request.yml"]?.jobs.install?.if).toContain("head.repo.full_name == github.repository");
  expect(preview?.needs).toBe("install");
  expect(preview?.environment).toMatch(/matrix\.stack \}\}-preview$/);
  expect(preview?.permissions).toEqual({ contents: "read", "id-token": "write", "pull-requests": "write" });
  const commands = preview?.steps.flatMap(({ run = "" }) => run).join("\n");
  expect(commands).toMatch(/pulumi preview .*--policy-pack policy/);
  expect(commands).toContain("recommender preview-summary preview.json");
  expect(commands).toContain("gh api");
});

test("no job that can get a token for the cloud installs packages, and no installation runs a script", () => {
  for (const { permissions, jobs } of Object.values(workflows)) {
    for (const job of Object.values(jobs)) {
      const commands = job.steps.flatMap(({ run = "" }) => run);
      const installs = commands.filter((command) => /npm (ci|i|install)\b/.test(command));
      if ({ ...permissions, ...job.permissions }["id-token"] === "write") expect(installs).toEqual([]);
      for (const command of installs) expect(command).toContain("--ignore-scripts");
    }
  }
});

test("no workflow contains a static key, and no deployment cancels another", () => {
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
