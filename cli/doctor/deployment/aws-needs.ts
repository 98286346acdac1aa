// The calls that the aws provider makes for each resource type of the program, except networks: in the source of
// hashicorp/terraform-provider-aws, version 6, the create, read, update and delete functions in `internal/service/<service>/`.
// Reads follow each create and update. The local account's provider makes the same calls, and the engine tests deploy with
// exactly the policy that is made from this list.
import { anywhere, type Need, type Needs, on, passes } from "./need";

/** The stack's key; a key's id is not known before it exists. */
const key = "{place}:key/*";

const identities: Needs = {
  "aws:iam/role:Role": [
    on("iam", ":{account}:role/{name}", {
      create: "CreateRole TagRole",
      // The policies are computed properties, so each read lists them.
      read: "GetRole ListRolePolicies GetRolePolicy ListAttachedRolePolicies",
      update: "UpdateAssumeRolePolicy UntagRole",
      delete: "ListInstanceProfilesForRole DeleteRole",
    }),
    on("iam", ":{account}:role/{name}", { update: "UpdateRoleDescription" }, { when: "description" }),
  ],
  "aws:iam/rolePolicy:RolePolicy": [
    on("iam", ":{account}:role/{role}", { create: "PutRolePolicy", read: "GetRolePolicy", delete: "DeleteRolePolicy" }),
  ],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": [
    on(
      "iam",
      ":{account}:role/{role}",
      { create: "AttachRolePolicy", delete: "DetachRolePolicy" },
      { condition: { "iam:PolicyARN": "{policyArn}" } },
    ),
    on("iam", ":{account}:role/{role}", { read: "ListAttachedRolePolicies" }),
  ],
  "aws:iam/policy:Policy": [
    on("iam", ":{account}:policy/{name}", {
      create: "CreatePolicy TagPolicy",
      read: "GetPolicy GetPolicyVersion",
      // A policy has at most five versions: the oldest is deleted before the sixth.
      update: "ListPolicyVersions DeletePolicyVersion CreatePolicyVersion UntagPolicy",
      delete: "ListPolicyVersions DeletePolicyVersion DeletePolicy",
    }),
  ],
  "aws:kms/key:Key": [
    anywhere("kms", { create: "CreateKey" }),
    on("kms", key, {
      create: "TagResource EnableKeyRotation",
      read: "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags",
      update: "PutKeyPolicy UpdateKeyDescription DisableKeyRotation UntagResource",
      delete: "ScheduleKeyDeletion",
    }),
  ],
  "aws:kms/alias:Alias": [
    on("kms", "{place}:{name}", { create: "CreateAlias", update: "UpdateAlias", delete: "DeleteAlias" }),
    // Each of the three needs the alias and the key.
    on("kms", key, { create: "CreateAlias", update: "UpdateAlias", delete: "DeleteAlias" }),
    anywhere("kms", { read: "ListAliases" }),
  ],
  "aws:ssm/parameter:Parameter": [
    on("ssm", "{place}:parameter{name}", {
      create: "PutParameter AddTagsToResource",
      read: "GetParameter ListTagsForResource",
      update: "RemoveTagsFromResource",
      delete: "DeleteParameter",
    }),
    anywhere("ssm", { read: "DescribeParameters" }),
  ],
};

const streams: Needs = {
  "aws:kinesis/stream:Stream": [
    on("kinesis", "{place}:stream/{name}", {
      create: "CreateStream AddTagsToStream IncreaseStreamRetentionPeriod StartStreamEncryption",
      read: "DescribeStreamSummary ListTagsForStream",
      update: "DecreaseStreamRetentionPeriod StopStreamEncryption RemoveTagsFromStream",
      delete: "DeleteStream",
    }),
    on(
      "kinesis",
      "{kmsKeyId}",
      { create: "StartStreamEncryption", update: "StopStreamEncryption" },
      { when: "kmsKeyId" },
    ),
  ],
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": [
    on("firehose", "{place}:deliverystream/{name}", {
      create: "CreateDeliveryStream TagDeliveryStream",
      read: "DescribeDeliveryStream ListTagsForDeliveryStream",
      update: "UpdateDestination UntagDeliveryStream",
      delete: "DeleteDeliveryStream",
    }),
    passes("extendedS3Configuration.roleArn", "firehose"),
    passes("kinesisSourceConfiguration.roleArn", "firehose"),
  ],
};

/** Allows an action only on mappings to the stack's function. */
const ofFunction = {
  condition: { "lambda:FunctionArn": "arn:{partition}:lambda:{place}:function:{functionName}" },
};

const compute: Needs = {
  "aws:lambda/function:Function": [
    on("lambda", "{place}:function:{name}", {
      create: "CreateFunction TagResource PutFunctionConcurrency",
      read: "GetFunction GetFunctionConfiguration ListVersionsByFunction GetFunctionCodeSigningConfig ListTags",
      update: "UpdateFunctionCode UpdateFunctionConfiguration DeleteFunctionConcurrency UntagResource",
      delete: "DeleteFunction",
    }),
    passes("role", "lambda"),
    // Lambda guide, "Securing Lambda environment variables": the caller encrypts what it sets, and decrypts what it reads.
    on("kms", "{kmsKeyArn}", { create: "CreateGrant Encrypt", read: "Decrypt" }, { when: "kmsKeyArn" }),
    // Lambda guide, "Giving Lambda functions access to resources in a VPC": permissions of the user who connects a function.
    on("ec2", "*", { create: "DescribeSecurityGroups DescribeSubnets DescribeVpcs" }, { when: "vpcConfig" }),
  ],
  "aws:lambda/eventSourceMapping:EventSourceMapping": [
    on("lambda", "*", { create: "CreateEventSourceMapping" }, ofFunction),
    on(
      "lambda",
      "{place}:event-source-mapping:*",
      { update: "UpdateEventSourceMapping", delete: "DeleteEventSourceMapping" },
      ofFunction,
    ),
    // After a mapping was deleted, which the provider waits for, its function is not known.
    on("lambda", "{place}:event-source-mapping:*", {
      create: "TagResource",
      read: "GetEventSourceMapping ListTags",
      update: "UntagResource",
    }),
  ],
  "aws:sfn/stateMachine:StateMachine": [
    on("states", "{place}:stateMachine:{name}", {
      create: "CreateStateMachine TagResource",
      read: "DescribeStateMachine ListStateMachineVersions ListTagsForResource",
      update: "UpdateStateMachine UntagResource",
      delete: "DeleteStateMachine",
    }),
    // The provider validates a changed definition when it plans. The action has no resource type, and AWS's refusals name all
    // state machines (hashicorp/terraform-provider-aws#39472).
    anywhere("states", { plan: "ValidateStateMachineDefinition" }),
    passes("roleArn", "states"),
  ],
  "aws:scheduler/scheduleGroup:ScheduleGroup": [
    on("scheduler", "{place}:schedule-group/{name}", {
      create: "CreateScheduleGroup TagResource",
      read: "GetScheduleGroup ListTagsForResource",
      update: "UntagResource",
      delete: "DeleteScheduleGroup",
    }),
  ],
  "aws:scheduler/schedule:Schedule": [
    on("scheduler", "{place}:schedule/{groupName}/{name}", {
      create: "CreateSchedule",
      read: "GetSchedule",
      update: "UpdateSchedule",
      delete: "DeleteSchedule",
    }),
    passes("target.roleArn", "scheduler"),
  ],
};

const logGroup = "{place}:log-group:{name}";

const observation: Needs = {
  "aws:cloudwatch/logGroup:LogGroup": [
    // Tags are on the group's ARN without `:*` (user guide, "CloudWatch Logs resources and operations").
    on("logs", logGroup, { create: "TagResource", read: "ListTagsForResource", update: "UntagResource" }),
    on("logs", `${logGroup}:*`, {
      create: "CreateLogGroup PutRetentionPolicy AssociateKmsKey",
      update: "DisassociateKmsKey",
      delete: "DeleteLogGroup",
    }),
    anywhere("logs", { read: "DescribeLogGroups" }),
  ],
  "aws:cloudwatch/logStream:LogStream": [
    on("logs", "{place}:log-group:{logGroupName}:log-stream:{name}", {
      create: "CreateLogStream",
      delete: "DeleteLogStream",
    }),
    on("logs", "{place}:log-group:{logGroupName}:log-stream:", { read: "DescribeLogStreams" }),
  ],
  "aws:cloudwatch/metricAlarm:MetricAlarm": [
    on("cloudwatch", "{place}:alarm:{name}", {
      create: "PutMetricAlarm TagResource",
      read: "ListTagsForResource",
      update: "UntagResource",
      delete: "DeleteAlarms",
    }),
    // AWS's refusals name all alarms, also for a request with names.
    on("cloudwatch", "{place}:alarm:*", { read: "DescribeAlarms" }),
  ],
  "aws:cloudwatch/dashboard:Dashboard": [
    on("cloudwatch", ":{account}:dashboard/{dashboardName}", {
      create: "PutDashboard",
      read: "GetDashboard",
      delete: "DeleteDashboards",
    }),
  ],
  "aws:cloudwatch/eventRule:EventRule": [
    on("events", "{place}:rule/{name}", {
      create: "PutRule TagResource",
      read: "DescribeRule ListTagsForResource",
      update: "UntagResource",
      delete: "DeleteRule",
    }),
  ],
  "aws:cloudwatch/eventTarget:EventTarget": [
    on("events", "{place}:rule/{rule}", {
      create: "PutTargets",
      read: "ListTargetsByRule",
      delete: "RemoveTargets",
    }),
  ],
  "aws:sns/topic:Topic": [
    on("sns", "{place}:{name}", {
      create: "CreateTopic TagResource SetTopicAttributes",
      read: "GetTopicAttributes ListTagsForResource",
      update: "UntagResource",
      delete: "DeleteTopic",
    }),
  ],
  "aws:sns/topicPolicy:TopicPolicy": [on("sns", "{arn}", { create: "SetTopicAttributes", read: "GetTopicAttributes" })],
  "aws:sns/topicSubscription:TopicSubscription": [
    // Permissions on a subscription are those on its topic.
    on("sns", "{topic}", { create: "Subscribe", read: "GetSubscriptionAttributes", delete: "Unsubscribe" }),
  ],
};

const bucket = "::{bucket}";

const setting = (name: string): Need[] => [on("s3", bucket, { create: `Put${name}`, read: `Get${name}` })];

const buckets: Needs = {
  "aws:s3/bucket:Bucket": [
    on("s3", bucket, {
      // Tags are in the request since 6.23, and are set afterwards where TagResource is denied (#45251).
      create: "CreateBucket TagResource PutBucketTagging",
      // Each setting of a bucket is a computed property, so each read returns all of them.
      read:
        "ListBucket GetBucketAcl GetBucketCORS GetBucketLogging GetBucketObjectLockConfiguration GetBucketPolicy " +
        "GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetAccelerateConfiguration " +
        "GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration ListTagsForResource",
      update: "UntagResource",
      delete: "DeleteBucket",
    }),
    on("s3", bucket, { delete: "ListBucketVersions" }, { when: "forceDestroy" }),
    // Each version and each delete marker: the program's buckets have versions.
    on("s3", `${bucket}/*`, { delete: "DeleteObjectVersion" }, { when: "forceDestroy" }),
  ],
  "aws:s3/bucketVersioning:BucketVersioning": setting("BucketVersioning"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    setting("EncryptionConfiguration"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting("BucketPublicAccessBlock"),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting("BucketOwnershipControls"),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": setting("LifecycleConfiguration"),
  "aws:s3/bucketPolicy:BucketPolicy": [
    on("s3", bucket, { create: "PutBucketPolicy", read: "GetBucketPolicy", delete: "DeleteBucketPolicy" }),
  ],
  "aws:s3/bucketObjectv2:BucketObjectv2": [
    on("s3", `${bucket}/{key}`, {
      create: "PutObject",
      read: "GetObject GetObjectTagging",
      // All versions of the key.
      delete: "DeleteObjectVersion",
    }),
    on("s3", bucket, { delete: "ListBucketVersions" }),
    // The bucket's default encryption needs these (S3 guide, "Using server-side encryption with AWS KMS keys").
    on("kms", key, { create: "GenerateDataKey", read: "Decrypt" }),
  ],
};

export const awsNeeds: Needs = { ...identities, ...buckets, ...streams, ...compute, ...observation };
