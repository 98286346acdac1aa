import { expect, test } from "vitest";
import {
  createDeployPolicy,
  createDeployTrust,
  createPreviewPolicy,
  createPreviewTrust,
  readRepository,
} from "../../examples/github-access/trust.ts";
import { readStatements } from "../../policy/access/documents.ts";
import { findTooWide } from "../../policy/access/too-wide.ts";

const from = {
  ...readRepository("repo:pets@123456/recommender@456789"),
  providerArn: "arn:aws:iam::111122223333:oidc-provider/x",
};

const issuer = "token.actions.githubusercontent.com";
const conditions = (document: ReturnType<typeof createDeployTrust>) => document.Statement[0]?.Condition.StringEquals;

test("a pull request's runs assume the preview role of the stack whose preview environment they name", () => {
  expect(conditions(createPreviewTrust(from, "dev"))).toEqual({
    [`${issuer}:aud`]: "sts.amazonaws.com",
    [`${issuer}:sub`]: "repo:pets@123456/recommender@456789:environment:dev-preview",
  });
});

test("a deployment is the deployment workflow of the branch that is deployed, in the environment", () => {
  expect(conditions(createDeployTrust(from, "prod", "main"))).toEqual({
    [`${issuer}:aud`]: "sts.amazonaws.com",
    [`${issuer}:sub`]: "repo:pets@123456/recommender@456789:environment:prod",
    [`${issuer}:ref`]: "refs/heads/main",
    [`${issuer}:job_workflow_ref`]: "pets/recommender/.github/workflows/deploy.yml@refs/heads/main",
  });
});

test("an older repository has no ids in its subject", () => {
  expect(readRepository("repo:pets/recommender")).toEqual({
    name: "pets/recommender",
    subjectPrefix: "repo:pets/recommender",
  });
});

test.each([
  "",
  "pets/recommender",
  "repo:pets",
  "repo:pets/recommender:ref:refs/heads/main",
  "repo:pets@x/recommender@1",
  "repo:*/recommender:*",
])('"%s" is not taken for a repository, and the error has the command that prints the right value', (subjectPrefix) => {
  expect(() => readRepository(subjectPrefix)).toThrow(
    `github-access:subjectPrefix: ${JSON.stringify(subjectPrefix)} is not the beginning of a subject, such as ` +
      '"repo:octo-org@123456/octo-repo@456789". To read it: ' +
      "gh api repos/OWNER/NAME/actions/oidc/customization/sub --jq .sub_claim_prefix",
  );
});

const state = {
  project: "shop-recs",
  bucketArn: "arn:aws:s3:::state",
  prefix: "dev",
  keyArn: "arn:aws:kms:eu-west-1:111122223333:key/1",
};

// config-changes.test.mts previews with this role.
test("the preview role can read its stack's state, and change nothing", () => {
  const policy = createPreviewPolicy(state);
  const [bucket, objects] = policy.Statement;
  expect([bucket?.Resource, bucket?.Condition]).toEqual([
    "arn:aws:s3:::state",
    { StringLike: { "s3:prefix": "dev/*" } },
  ]);
  expect([objects?.Action, objects?.Resource]).toEqual([["s3:GetObject"], "arn:aws:s3:::state/dev/.pulumi/*"]);
  const actions = policy.Statement.flatMap(({ Action }) => Action);
  const reads =
    /^(kms:Decrypt|ssm:GetParameter|states:ValidateStateMachineDefinition|\w+:(Describe|List)\w+|s3:GetObject)$/;
  expect(actions.filter((action) => !reads.test(action))).toEqual([]);
  expect(actions.filter((action) => action === "s3:GetObject")).toHaveLength(1);
  const wide = policy.Statement.filter(({ Resource }) => Resource === "*");
  const onAll = wide.flatMap(({ Action }) => Action);
  expect(onAll.filter((action) => !/:(Describe|List|Validate)/.test(action))).toEqual([]);
  const others = policy.Statement.filter((each) => !wide.includes(each));
  expect(readStatements(JSON.stringify({ ...policy, Statement: others })).flatMap(findTooWide)).toEqual([]);
});

test("the deploy role reaches no other stack's state", () => {
  const [, objects, key] = createDeployPolicy(state).Statement;
  expect(objects?.Resource).toBe("arn:aws:s3:::state/dev/.pulumi/*");
  expect(key?.Resource).toBe(state.keyArn);
});
