import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deployTrust, previewPermissions, previewTrust } from "./trust";

/**
 * Made once per account, by hand, by somebody who may: the roles of `.github/workflows`. Their ARNs go into the
 * repository's variables AWS_PREVIEW_ROLE_ARN and, per GitHub environment, AWS_DEPLOY_ROLE_ARN.
 */
const config = new pulumi.Config();
const environment = config.require("environment");
const bucketArn = config.require("stateBucketArn");
const keyArn = config.require("stateKeyArn");
/** Managed or customer policies with what `pulumi up` needs in this account; deliberately not chosen here. */
const deployPolicyArns = config.requireObject<string[]>("deployPolicyArns");

const provider = new aws.iam.OpenIdConnectProvider("github", {
  url: "https://token.actions.githubusercontent.com",
  clientIdLists: ["sts.amazonaws.com"],
});
const from = provider.arn.apply((providerArn) => ({ providerArn, repository: config.require("repository") }));

const preview = new aws.iam.Role("preview", { assumeRolePolicy: pulumi.jsonStringify(from.apply(previewTrust)) });
new aws.iam.RolePolicy("preview-state", {
  role: preview.name,
  policy: JSON.stringify(previewPermissions({ bucketArn, keyArn })),
});

const deploy = new aws.iam.Role("deploy", {
  assumeRolePolicy: pulumi.jsonStringify(from.apply((repository) => deployTrust(repository, environment))),
  // The first deployment waits for imports and trainings.
  maxSessionDuration: 21_600,
});
for (const [i, policyArn] of deployPolicyArns.entries()) {
  new aws.iam.RolePolicyAttachment(`deploy-${i}`, { role: deploy.name, policyArn });
}

export const previewRoleArn = preview.arn;
export const deployRoleArn = deploy.arn;
