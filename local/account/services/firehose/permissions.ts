import type { CreateDeliveryStreamInput, UpdateDestinationInput } from "@aws-sdk/client-firehose";
import { onAny, passRole } from "../../host/permission";
import type { Call, Permission, Permissions } from "../../host/service";
import type { Clients } from "../../model/clients";
import { deliveryStreamArn } from "./state/delivery-stream";

const onStream = (action: string) => (input: { DeliveryStreamName?: string | undefined }, call: Call) => [
  { action: `firehose:${action}`, resource: deliveryStreamArn(call, input.DeliveryStreamName ?? "") },
];

const passRoles = (...roles: (string | undefined)[]): Permission[] =>
  [...new Set(roles)].flatMap((role) => passRole(role, "firehose.amazonaws.com"));

/** Actions and resources as the Service Authorization Reference lists them. */
export const permissions = {
  CreateDeliveryStream: (input: CreateDeliveryStreamInput, call) => [
    ...onStream("CreateDeliveryStream")(input, call),
    ...(input.Tags && input.Tags.length > 0 ? onStream("TagDeliveryStream")(input, call) : []),
    ...passRoles(input.ExtendedS3DestinationConfiguration?.RoleARN, input.KinesisStreamSourceConfiguration?.RoleARN),
  ],
  UpdateDestination: (input: UpdateDestinationInput, call) => [
    ...onStream("UpdateDestination")(input, call),
    ...passRoles(input.ExtendedS3DestinationUpdate?.RoleARN),
  ],
  DescribeDeliveryStream: onStream("DescribeDeliveryStream"),
  DeleteDeliveryStream: onStream("DeleteDeliveryStream"),
  TagDeliveryStream: onStream("TagDeliveryStream"),
  UntagDeliveryStream: onStream("UntagDeliveryStream"),
  ListTagsForDeliveryStream: onStream("ListTagsForDeliveryStream"),
  ListDeliveryStreams: onAny("firehose:ListDeliveryStreams"),
} satisfies Partial<Permissions<Clients["firehose"]>>;
