import type { Caller, Clients, Permissions } from "../../endpoint/service";
import { readIterator } from "./iterator";

const arn = ({ account, region }: Caller, name: string) => `arn:aws:kinesis:${region}:${account}:stream/${name}`;

/** `kinesis:<operation>` on the stream that the input names. */
function onStream(operation: string) {
  const action = `kinesis:${operation}`;
  return (input: { StreamName?: string | undefined; StreamARN?: string | undefined }, call: Caller) => [
    { action, resource: input.StreamARN ?? (input.StreamName === undefined ? "*" : arn(call, input.StreamName)) },
  ];
}

const onResource = (operation: string) => (input: { ResourceARN?: string | undefined }) => [
  { action: `kinesis:${operation}`, resource: input.ResourceARN ?? "*" },
];

/** Actions and resources as the Service Authorization Reference lists them. */
export const permissions: Permissions<Clients["kinesis"]> = {
  CreateStream: onStream("CreateStream"),
  DescribeStream: onStream("DescribeStream"),
  DescribeStreamSummary: onStream("DescribeStreamSummary"),
  DeleteStream: onStream("DeleteStream"),
  ListShards: (input, call) =>
    onStream("ListShards")(input.NextToken === undefined ? input : { StreamName: input.NextToken.split("/")[0] }, call),
  PutRecord: onStream("PutRecord"),
  PutRecords: onStream("PutRecords"),
  GetShardIterator: onStream("GetShardIterator"),
  GetRecords: (input, call) => [
    {
      action: "kinesis:GetRecords",
      resource: input.StreamARN ?? arn(call, readIterator(input.ShardIterator ?? "").stream),
    },
  ],
  IncreaseStreamRetentionPeriod: onStream("IncreaseStreamRetentionPeriod"),
  DecreaseStreamRetentionPeriod: onStream("DecreaseStreamRetentionPeriod"),
  StartStreamEncryption: onStream("StartStreamEncryption"),
  StopStreamEncryption: onStream("StopStreamEncryption"),
  UpdateStreamMode: onStream("UpdateStreamMode"),
  AddTagsToStream: onStream("AddTagsToStream"),
  RemoveTagsFromStream: onStream("RemoveTagsFromStream"),
  ListTagsForStream: onStream("ListTagsForStream"),
  TagResource: onResource("TagResource"),
  UntagResource: onResource("UntagResource"),
  ListTagsForResource: onResource("ListTagsForResource"),
};
