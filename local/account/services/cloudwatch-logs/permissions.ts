import { onAny, passRole } from "../../host/permission";
import type { Caller, Permissions } from "../../host/service";
import type { Clients } from "../../model/clients";
import { groupArnOf, type LogGroupReference } from "./state/log-groups";

interface Reference extends LogGroupReference {
  readonly logStreamName?: string | undefined;
}

/**
 * Policies name a group with `:*` behind it for everything but tags (user guide, "CloudWatch Logs resources and
 * operations"): the service asks for the group's streams, with no name where the call names none.
 */
const onStreams = (action: string) => (input: Reference, call: Caller) => [
  {
    action: `logs:${action}`,
    resource: `${groupArnOf(call, input)}:log-stream:${input.logStreamName ?? ""}`,
  },
];

const onResource = (action: string) => (input: { resourceArn?: string | undefined }) => [
  { action: `logs:${action}`, resource: (input.resourceArn ?? "*").replace(/:\*$/, "") },
];

export const permissions = {
  CreateLogGroup: onStreams("CreateLogGroup"),
  DeleteLogGroup: onStreams("DeleteLogGroup"),
  DescribeLogGroups: (_input, call) => onStreams("DescribeLogGroups")({}, call),
  PutRetentionPolicy: onStreams("PutRetentionPolicy"),
  DeleteRetentionPolicy: onStreams("DeleteRetentionPolicy"),
  AssociateKmsKey: onStreams("AssociateKmsKey"),
  DisassociateKmsKey: onStreams("DisassociateKmsKey"),
  CreateLogStream: onStreams("CreateLogStream"),
  DeleteLogStream: onStreams("DeleteLogStream"),
  DescribeLogStreams: onStreams("DescribeLogStreams"),
  PutLogEvents: onStreams("PutLogEvents"),
  GetLogEvents: onStreams("GetLogEvents"),
  FilterLogEvents: onStreams("FilterLogEvents"),
  PutMetricFilter: onStreams("PutMetricFilter"),
  DeleteMetricFilter: onStreams("DeleteMetricFilter"),
  DescribeMetricFilters: onStreams("DescribeMetricFilters"),
  PutSubscriptionFilter: (input, call) => [
    ...onStreams("PutSubscriptionFilter")(input, call),
    // The role is handed to CloudWatch Logs (user guide, "Log group-level subscription filters").
    ...passRole(input.roleArn, "logs.amazonaws.com"),
  ],
  DeleteSubscriptionFilter: onStreams("DeleteSubscriptionFilter"),
  DescribeSubscriptionFilters: onStreams("DescribeSubscriptionFilters"),
  TagLogGroup: onStreams("TagLogGroup"),
  UntagLogGroup: onStreams("UntagLogGroup"),
  ListTagsLogGroup: onStreams("ListTagsLogGroup"),
  TagResource: onResource("TagResource"),
  UntagResource: onResource("UntagResource"),
  ListTagsForResource: onResource("ListTagsForResource"),
  PutResourcePolicy: onAny("logs:PutResourcePolicy"),
  DescribeResourcePolicies: onAny("logs:DescribeResourcePolicies"),
  DeleteResourcePolicy: onAny("logs:DeleteResourcePolicy"),
  DescribeAccountPolicies: onAny("logs:DescribeAccountPolicies"),
  DescribeDestinations: onAny("logs:DescribeDestinations"),
  DescribeExportTasks: onAny("logs:DescribeExportTasks"),
  DescribeQueries: onAny("logs:DescribeQueries"),
  DescribeQueryDefinitions: onAny("logs:DescribeQueryDefinitions"),
  DescribeIndexPolicies: onAny("logs:DescribeIndexPolicies"),
  GetDataProtectionPolicy: onStreams("GetDataProtectionPolicy"),
} satisfies Partial<Permissions<Clients["cloudwatch-logs"]>>;
