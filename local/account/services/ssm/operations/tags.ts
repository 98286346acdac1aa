import { Fault, notImplemented } from "../../../aws/fault";
import { addTags, listTags, readTagList, removeTags } from "../../../aws/tags";
import type { Caller, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { keyOf, type Parameter, type Parameters } from "../state/parameter";

/** Tags of parameters. */
export function tagHandlers(parametersOf: (call: Caller) => Parameters) {
  const findTagged = (call: Caller, type: string | undefined, id: string | undefined): Parameter => {
    if (type !== "Parameter") throw notImplemented(`ssm: tags of ${type}`);
    const parameter = parametersOf(call).get(keyOf(id ?? ""));
    if (!parameter) {
      throw new Fault(
        "InvalidResourceId",
        `The resource ID ${id} isn't valid. Verify that you entered the correct ID and try again.`,
      );
    }
    return parameter;
  };
  return {
    AddTagsToResource({ ResourceType, ResourceId, Tags = [] }, call) {
      const parameter = findTagged(call, ResourceType, ResourceId);
      const tooMany = (limit: number) => new Fault("TooManyTagsError", `A parameter may have ${limit} tags.`);
      addTags(parameter.tags, readTagList(Tags), tooMany);
      return {};
    },
    RemoveTagsFromResource({ ResourceType, ResourceId, TagKeys = [] }, call) {
      removeTags(findTagged(call, ResourceType, ResourceId).tags, TagKeys);
      return {};
    },
    ListTagsForResource({ ResourceType, ResourceId }, call) {
      const { tags } = findTagged(call, ResourceType, ResourceId);
      return { TagList: listTags(tags) };
    },
  } satisfies Handlers<Clients["ssm"]>;
}
