// What another team writes to use the recommender: its own role, with exactly the rights that the recommender hands out.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RecommenderContract } from "../../stacks/outputs";

const config = new pulumi.Config();
/** The recommender's stack: `<organization>/recommender/<stack>`, or `organization/recommender/<stack>` in a backend of one's own. */
const recommender = new pulumi.StackReference(config.require("recommender"));

/** An output of the recommender with its type. One that is missing fails the preview, not the first visitor. */
function of<Name extends keyof RecommenderContract>(name: Name): pulumi.Output<RecommenderContract[Name]> {
  return recommender.requireOutput(name) as pulumi.Output<RecommenderContract[Name]>;
}

const { accountId } = aws.getCallerIdentityOutput();
const site = new aws.iam.Role("pet-site", {
  // In earnest the service that the site runs on; here whoever the account allows to.
  assumeRolePolicy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { AWS: pulumi.interpolate`arn:aws:iam::${accountId}:root` },
      },
    ],
  }),
});
new aws.iam.RolePolicyAttachment("pet-site-invokes", { role: site.name, policyArn: of("invokePolicyArn") });

export const roleArn = site.arn;
/** What the site's own code is configured with. */
export const recommendFunctionName = of("recommendFunctionName");
export const models = of("campaignArns").apply((arns) => Object.keys(arns).sort());
