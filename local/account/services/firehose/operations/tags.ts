import { Fault } from "../../../aws/fault";
import { addTags, listTags, readTagList, removeTags } from "../../../aws/tags";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { type DeliveryStreams, findDeliveryStream } from "../state/delivery-stream";

/** Tags of delivery streams. */
export function tagHandlers(streams: DeliveryStreams) {
  return {
    TagDeliveryStream(input, call) {
      const { tags } = findDeliveryStream(streams, call, input.DeliveryStreamName);
      addTags(tags, readTagList(input.Tags), tooManyTags);
      return {};
    },
    UntagDeliveryStream(input, call) {
      removeTags(findDeliveryStream(streams, call, input.DeliveryStreamName).tags, input.TagKeys);
      return {};
    },
    ListTagsForDeliveryStream(input, call) {
      const rest = listTags(findDeliveryStream(streams, call, input.DeliveryStreamName).tags)
        .filter(({ Key }) => Key > (input.ExclusiveStartTagKey ?? ""))
        .sort((a, b) => (a.Key < b.Key ? -1 : 1));
      const page = rest.slice(0, input.Limit ?? 50);
      return { Tags: page, HasMoreTags: page.length < rest.length };
    },
  } satisfies Handlers<Clients["firehose"]>;
}

const tooManyTags = (limit: number) =>
  new Fault("LimitExceededException", `A delivery stream has ${limit} tags at most.`);
