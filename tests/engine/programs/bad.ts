// Bad examples for the policy pack: each resource breaks a rule or two of `policy/rules.ts`. It is
// only ever previewed.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const anybody = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

const role = new aws.iam.Role("role", { assumeRolePolicy: anybody("lambda.amazonaws.com") });
// least-privilege
new aws.iam.RolePolicy("everything", {
  role: role.name,
  policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] }),
});
// managed-policies
new aws.iam.RolePolicyAttachment("administrator", {
  role: role.name,
  policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
});
// closed-resources
new aws.iam.Role("anyones", { assumeRolePolicy: anybody("personalize.amazonaws.com") });
// encrypted-stream
const stream = new aws.kinesis.Stream("stream", { shardCount: 1 });
// encrypted-topic
const topic = new aws.sns.Topic("topic");
// log-groups
new aws.cloudwatch.LogGroup("logs", { name: "/app" });
// logged-functions
const code = new pulumi.asset.AssetArchive({
  "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 0;"),
});
const consumer = new aws.lambda.Function("consumer", {
  name: "consumer",
  role: role.arn,
  runtime: "nodejs24.x",
  handler: "index.handler",
  code,
});
// bounded-retries
new aws.lambda.EventSourceMapping("mapping", {
  eventSourceArn: stream.arn,
  functionName: consumer.name,
  startingPosition: "LATEST",
  maximumRetryAttempts: -1,
});
// judged-later
new aws.sns.TopicPolicy("new-consumers", {
  arn: topic.arn,
  policy: consumer.arn.apply(() => anybody("sns.amazonaws.com")),
});
// private-functions; the local account has no such type
new pulumi.ComponentResource("aws:lambda/functionUrl:FunctionUrl", "url");
// readable-resources
new pulumi.ComponentResource("aws-native:s3:Bucket", "native");
// complete-buckets
const bucket = new aws.s3.Bucket("bucket");
new aws.s3.BucketPublicAccessBlock("half-closed", { bucket: bucket.id, blockPublicAcls: true });
