import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  createDeployPolicy,
  createDeployTrust,
  createPreviewPolicy,
  createPreviewTrust,
  readRepository,
} from "./trust";

/**
 * The two roles of `.github/workflows`. A person with the right to create roles deploys this
 * program once per stack of the recommender. The ARNs become variables of the GitHub environments
 * `<stack>-preview` (AWS_PREVIEW_ROLE_ARN) and `<stack>` (AWS_DEPLOY_ROLE_ARN).
 */
const config = new pulumi.Config();
/** The recommender's stack, which is also the name of its GitHub environment. */
const stack = config.require("stack");
/** The branch to deploy. */
const branch = config.get("branch") ?? "main";
const state = {
  project: config.get("project") ?? "recommender",
  bucketArn: config.require("stateBucketArn"),
  prefix: config.get("statePrefix") ?? stack,
  /** A key that encrypts only this stack's secrets. */
  keyArn: config.require("stateKeyArn"),
};
/**
 * Policies with the rights that `pulumi up` needs in this account. They have no default on purpose.
 */
const deployPolicyArns = config.requireObject<string[]>("deployPolicyArns");

// An account has one provider for GitHub: the first stack creates it, the others get its ARN.
const providerArn: pulumi.Input<string> =
  config.get("providerArn") ??
  new aws.iam.OpenIdConnectProvider("github", {
    url: "https://token.actions.githubusercontent.com",
    clientIdLists: ["sts.amazonaws.com"],
  }).arn;
const repository = readRepository(config.require("subjectPrefix"));
const from = pulumi.output(providerArn).apply((arn) => ({ ...repository, providerArn: arn }));

const preview = new aws.iam.Role("preview", {
  assumeRolePolicy: pulumi.jsonStringify(from.apply((source) => createPreviewTrust(source, stack))),
});
new aws.iam.RolePolicy("preview-state", { role: preview.name, policy: JSON.stringify(createPreviewPolicy(state)) });

const deploy = new aws.iam.Role("deploy", {
  assumeRolePolicy: pulumi.jsonStringify(from.apply((source) => createDeployTrust(source, stack, branch))),
  // The first deployment waits for imports and trainings.
  maxSessionDuration: 21_600,
});
new aws.iam.RolePolicy("deploy-state", { role: deploy.name, policy: JSON.stringify(createDeployPolicy(state)) });
for (const [i, policyArn] of deployPolicyArns.entries()) {
  new aws.iam.RolePolicyAttachment(`deploy-${i}`, { role: deploy.name, policyArn });
}

export const previewRoleArn = preview.arn;
export const deployRoleArn = deploy.arn;
export const githubProviderArn = providerArn;
