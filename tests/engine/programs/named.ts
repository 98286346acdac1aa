// Resources of AWS with fixed names, of which no second one can be created.
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as iam from "@pulumi/aws/iam";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";

const of = (principal: object, action: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...principal, Action: action }] });

new cloudwatch.LogGroup("logs", { name: "/named/logs" });
new iam.Policy("policy", { name: "named-policy", policy: of({ Resource: "*" }, "s3:GetObject") });
const role = new iam.Role("role", {
  name: "named-role",
  assumeRolePolicy: of({ Principal: { Service: "lambda.amazonaws.com" } }, "sts:AssumeRole"),
});
const answering = new lambda.Function("function", {
  name: "named-function",
  role: role.arn,
  runtime: "nodejs24.x",
  handler: "index.handler",
  code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 0;") }),
});

export const functionArn = answering.arn;
