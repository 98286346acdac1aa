import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deployPermissions, deployTrust, previewPermissions, previewTrust } from "./trust";

/**
 * Deployed once per stack of the recommender, by hand, by a person who may create roles: the two roles of
 * `.github/workflows`. Their ARNs become variables of the GitHub environments `<stack>-preview` (AWS_PREVIEW_ROLE_ARN)
 * and `<stack>` (AWS_DEPLOY_ROLE_ARN).
 */
const config = new pulumi.Config();
/** The recommender's stack, which is also the name of its GitHub environment. */
const stack = config.require("stack");
/** The branch that is deployed. */
const branch = config.get("branch") ?? "main";
const state = {
  bucketArn: config.require("stateBucketArn"),
  prefix: config.get("statePrefix") ?? stack,
  /** A key that encrypts this stack's secrets and no other's. */
  keyArn: config.require("stateKeyArn"),
};
/** Managed or customer policies with what `pulumi up` needs in this account; deliberately not chosen here. */
const deployPolicyArns = config.requireObject<string[]>("deployPolicyArns");

// An account has one provider for GitHub: the first stack creates it, the others name it.
const providerArn: pulumi.Input<string> =
  config.get("providerArn") ??
  new aws.iam.OpenIdConnectProvider("github", {
    url: "https://token.actions.githubusercontent.com",
    clientIdLists: ["sts.amazonaws.com"],
  }).arn;
const from = pulumi.output(providerArn).apply((arn) => ({
  providerArn: arn,
  repository: config.require("repository"),
}));

const preview = new aws.iam.Role("preview", {
  assumeRolePolicy: pulumi.jsonStringify(from.apply((repository) => previewTrust(repository, stack))),
});
new aws.iam.RolePolicy("preview-state", { role: preview.name, policy: JSON.stringify(previewPermissions(state)) });

const deploy = new aws.iam.Role("deploy", {
  assumeRolePolicy: pulumi.jsonStringify(from.apply((repository) => deployTrust(repository, stack, branch))),
  // The first deployment waits for imports and trainings.
  maxSessionDuration: 21_600,
});
new aws.iam.RolePolicy("deploy-state", { role: deploy.name, policy: JSON.stringify(deployPermissions(state)) });
for (const [i, policyArn] of deployPolicyArns.entries()) {
  new aws.iam.RolePolicyAttachment(`deploy-${i}`, { role: deploy.name, policyArn });
}

export const previewRoleArn = preview.arn;
export const deployRoleArn = deploy.arn;
export const githubProviderArn = providerArn;
