// The program of another team that uses the recommender: its own role, with only the rights that
// the recommender offers.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RecommenderContract } from "recommender-contract";

const config = new pulumi.Config();
/**
 * The recommender's stack: `<organization>/<project>/<stack>`, or
 * `organization/<project>/<stack>` in your own backend.
 */
const recommender = new pulumi.StackReference(config.require("recommender"));

/**
 * Reads an output of the recommender with its type. A missing one fails the preview, not the first
 * request.
 */
function readOutput<Name extends keyof RecommenderContract>(name: Name): pulumi.Output<RecommenderContract[Name]> {
  return recommender.requireOutput(name) as pulumi.Output<RecommenderContract[Name]>;
}

const { accountId } = aws.getCallerIdentityOutput();
const site = new aws.iam.Role("pet-site", {
  // In a real program the service that the site runs on; here every principal of the account with
  // the right to do so.
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
new aws.iam.RolePolicyAttachment("pet-site-invokes", { role: site.name, policyArn: readOutput("invokePolicyArn") });

export const roleArn = site.arn;
/** Configures the site's code. */
export const recommendFunctionName = readOutput("recommendFunctionName");
export const models = readOutput("campaignArns").apply((arns) => Object.keys(arns).sort());
