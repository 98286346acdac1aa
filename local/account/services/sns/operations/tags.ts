import { Fault } from "../../../aws/fault";
import { addTags, listTags, readTagList, removeTags } from "../../../aws/tags";
import type { Caller, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { invalidParameter, type SnsState, type Topic } from "../state/topic";

/** Tags of topics. */
export function tagHandlers(stateOf: (call: Caller) => SnsState) {
  return {
    TagResource({ ResourceArn, Tags }, call) {
      putTags(findTagged(stateOf(call), ResourceArn).tags, Tags);
      return {};
    },
    UntagResource({ ResourceArn, TagKeys }, call) {
      removeTags(findTagged(stateOf(call), ResourceArn).tags, TagKeys);
      return {};
    },
    ListTagsForResource: ({ ResourceArn }, call) => ({ Tags: listTags(findTagged(stateOf(call), ResourceArn).tags) }),
  } satisfies Handlers<Clients["sns"]>;
}

/** Adds tags to those of a topic. Throws TagLimitExceeded. */
export function putTags(tags: Map<string, string>, added: Parameters<typeof readTagList>[0]): void {
  const read = readTagList(added);
  if (new Set(read.map(([key]) => key)).size < read.length) {
    throw invalidParameter("Duplicated keys are not allowed.");
  }
  addTags(
    tags,
    read,
    () => new Fault("TagLimitExceededException", "Could not complete request: tag quota of per resource exceeded"),
  );
}

function findTagged(state: SnsState, arn: string | undefined): Topic {
  const topic = state.topics.get(arn ?? "");
  if (!topic) throw new Fault("ResourceNotFoundException", "Resource does not exist");
  return topic;
}
