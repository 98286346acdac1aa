import { Fault } from "../../../aws/fault";
import { addTags, listTags, removeTags } from "../../../aws/tags";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { findStream, type Streams } from "../state/find-stream";
import type { Stream } from "../state/stream";

/** Adds tags to those of a stream. */
export function setTags(stream: Stream, tags: Readonly<Record<string, string>>): void {
  addTags(stream.tags, Object.entries(tags), (limit) => {
    const message = `Failed to add tags to stream: a stream has ${limit} tags at most.`;
    return new Fault("InvalidArgumentException", message);
  });
}

/** Tags of streams. */
export function tagHandlers(streams: Streams) {
  return {
    AddTagsToStream(input, call) {
      setTags(findStream(streams, call, input), input.Tags ?? {});
      return {};
    },
    RemoveTagsFromStream(input, call) {
      const stream = findStream(streams, call, input);
      removeTags(stream.tags, input.TagKeys);
      return {};
    },
    ListTagsForStream(input, call) {
      const all = listTags(findStream(streams, call, input).tags);
      const rest = all.filter(({ Key }) => Key > (input.ExclusiveStartTagKey ?? ""));
      const listed = rest.slice(0, input.Limit ?? 50);
      return { Tags: listed, HasMoreTags: listed.length < rest.length };
    },
  } satisfies Handlers<Clients["kinesis"]>;
}
