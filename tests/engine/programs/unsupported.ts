// Uses what the local account does not have: an archive in S3, or with the setting `lookup` a data
// source.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const looksUp = new pulumi.Config().getBoolean("lookup") ?? false;

const uploaded = () =>
  new aws.lambda.Function("uploaded", {
    role: "arn:aws:iam::000000000000:role/r",
    runtime: "nodejs24.x",
    handler: "index.handler",
    environment: { variables: { PETS: "1" } },
    s3Bucket: "code",
    s3Key: "code.zip",
  });

export const arn = looksUp ? aws.s3.getBucketOutput({ bucket: "archive" }).arn : uploaded().arn;
