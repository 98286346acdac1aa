import { dashboard, metricAlarm } from "./cloudwatch";
import { logGroup, logStream } from "./cloudwatch-logs";
import { eventRule, eventTarget } from "./eventbridge";
import { firehoseDeliveryStream } from "./firehose";
import { policy, role, rolePolicy, rolePolicyAttachment } from "./iam";
import { stream } from "./kinesis";
import { alias, key } from "./kms";
import { lambdaFunction } from "./lambda-function";
import { eventSourceMapping } from "./lambda-mapping";
import type { Resource } from "./resource";
import {
  bucket,
  bucketEncryption,
  bucketLifecycle,
  bucketOwnershipControls,
  bucketPolicy,
  bucketPublicAccessBlock,
  bucketVersioning,
} from "./s3-bucket";
import { bucketObject } from "./s3-object";
import { schedule, scheduleGroup } from "./scheduler";
import { topic, topicPolicy, topicSubscription } from "./sns";
import { parameter } from "./ssm";
import { stateMachine } from "./step-functions";

/** The resource types of `@pulumi/aws` that the local provider supports, by type token. */
export const catalogue: Readonly<Record<string, Resource>> = {
  "aws:cloudwatch/dashboard:Dashboard": dashboard,
  "aws:cloudwatch/eventRule:EventRule": eventRule,
  "aws:cloudwatch/eventTarget:EventTarget": eventTarget,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:cloudwatch/logStream:LogStream": logStream,
  "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
  "aws:iam/policy:Policy": policy,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": firehoseDeliveryStream,
  "aws:kinesis/stream:Stream": stream,
  "aws:kms/alias:Alias": alias,
  "aws:kms/key:Key": key,
  "aws:lambda/eventSourceMapping:EventSourceMapping": eventSourceMapping,
  "aws:lambda/function:Function": lambdaFunction,
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketLifecycle,
  "aws:s3/bucketObjectv2:BucketObjectv2": bucketObject,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketOwnershipControls,
  "aws:s3/bucketPolicy:BucketPolicy": bucketPolicy,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketPublicAccessBlock,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": bucketEncryption,
  "aws:s3/bucketVersioning:BucketVersioning": bucketVersioning,
  "aws:scheduler/schedule:Schedule": schedule,
  "aws:scheduler/scheduleGroup:ScheduleGroup": scheduleGroup,
  "aws:sfn/stateMachine:StateMachine": stateMachine,
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicPolicy:TopicPolicy": topicPolicy,
  "aws:sns/topicSubscription:TopicSubscription": topicSubscription,
  "aws:ssm/parameter:Parameter": parameter,
};
