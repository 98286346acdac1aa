import { arnIn } from "../../aws/arn";
import { onAny } from "../../host/permission";
import type { Caller, Permission, Permissions } from "../../host/service";
import type { Clients } from "../../model/clients";
import { streamArn } from "./state/find-stream";
import { readIterator } from "./state/iterator";
import { readShardToken } from "./state/shard-token";

interface StreamReference {
  StreamName?: string | undefined;
  StreamARN?: string | undefined;
}

/** `kinesis:<operation>` on the stream that the input names. */
function onStream(operation: string) {
  const action = `kinesis:${operation}`;
  return (input: StreamReference, call: Caller): Permission[] => [
    { action, resource: input.StreamARN ?? (input.StreamName === undefined ? "*" : streamArn(call, input.StreamName)) },
  ];
}

/** Also on the key. An alias is no resource of this action; a key's ARN is found in the request. */
function onStreamAndKey(operation: string) {
  return (input: StreamReference & { KeyId?: string | undefined }, call: Caller): Permission[] => [
    ...onStream(operation)(input, call),
    ...(input.KeyId === undefined || /[:/]/.test(input.KeyId)
      ? []
      : [{ action: `kinesis:${operation}`, resource: arnIn(call, "kms", `key/${input.KeyId}`) }]),
  ];
}

/** Actions and resources as the Service Authorization Reference lists them. */
export const permissions = {
  CreateStream: onStream("CreateStream"),
  DescribeStream: onStream("DescribeStream"),
  DescribeStreamSummary: onStream("DescribeStreamSummary"),
  DeleteStream: onStream("DeleteStream"),
  ListShards: (input, call) =>
    onStream("ListShards")(
      input.NextToken === undefined ? input : { StreamName: readShardToken(input.NextToken).stream },
      call,
    ),
  PutRecord: onStream("PutRecord"),
  PutRecords: onStream("PutRecords"),
  GetShardIterator: onStream("GetShardIterator"),
  GetRecords: (input, call) => [
    {
      action: "kinesis:GetRecords",
      resource: input.StreamARN ?? streamArn(call, readIterator(input.ShardIterator ?? "").stream),
    },
  ],
  IncreaseStreamRetentionPeriod: onStream("IncreaseStreamRetentionPeriod"),
  DecreaseStreamRetentionPeriod: onStream("DecreaseStreamRetentionPeriod"),
  StartStreamEncryption: onStreamAndKey("StartStreamEncryption"),
  StopStreamEncryption: onStreamAndKey("StopStreamEncryption"),
  ListStreams: onAny("kinesis:ListStreams"),
  AddTagsToStream: onStream("AddTagsToStream"),
  RemoveTagsFromStream: onStream("RemoveTagsFromStream"),
  ListTagsForStream: onStream("ListTagsForStream"),
} satisfies Partial<Permissions<Clients["kinesis"]>>;
