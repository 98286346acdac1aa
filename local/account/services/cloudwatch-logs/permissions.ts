import type { Caller, Permissions } from "../../host/service";
import type { Clients } from "../../model/clients";
import { groupArnOf, type LogGroupReference } from "./state/log-groups";

interface Reference extends LogGroupReference {
  readonly logStreamName?: string | undefined;
}

/**
 * Policies name a group with `:*` behind it for everything but tags (user guide, "CloudWatch Logs
 * resources and operations"): the service asks for the group's streams, with no name where the call
 * names none.
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
  FilterLogEvents: onStreams("FilterLogEvents"),
  GetLogEvents: onStreams("GetLogEvents"),
  ListTagsLogGroup: onStreams("ListTagsLogGroup"),
  TagResource: onResource("TagResource"),
  UntagResource: onResource("UntagResource"),
  ListTagsForResource: onResource("ListTagsForResource"),
} satisfies Partial<Permissions<Clients["cloudwatch-logs"]>>;
