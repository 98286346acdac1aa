// Gives resources where their ids are meant, as Pulumi's own examples do.
import * as iam from "@pulumi/aws/iam";
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";

const bucket = new s3.Bucket("site");
const page = new s3.BucketObjectv2("page", { bucket, key: "index.html", content: "pets" });

const role = new iam.Role("role", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
});
const attachment = new iam.RolePolicyAttachment("logs", {
  role,
  policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
});

export const sameBucket = pulumi.all([page.bucket, bucket.id]).apply(([given, id]) => given === id);
export const sameRole = pulumi.all([attachment.role, role.name]).apply(([given, name]) => given === name);
