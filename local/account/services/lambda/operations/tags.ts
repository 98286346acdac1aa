import { Fault } from "../../../aws/fault";
import { addTags } from "../../../aws/tags";
import type { Call, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { type Functions, findFunction } from "../state/function";
import type { MappingStore } from "../state/stream-mapping";

/** The tags that a request gives to a new resource. */
export function createTags(given: Readonly<Record<string, string>> = {}): Map<string, string> {
  const tags = new Map<string, string>();
  addTags(tags, Object.entries(given), tooManyTags);
  return tags;
}

const tooManyTags = (limit: number) =>
  new Fault("InvalidParameterValueException", `Number of tags exceeds resource tag limit of ${limit}.`, {
    members: { Type: "User" },
  });

/** Tags of functions and of event source mappings, by ARN. */
export function tagHandlers(functions: Functions, mappings: MappingStore) {
  const tagsOf = (call: Call, arn = ""): Map<string, string> => {
    const mappingId = arn.split(":event-source-mapping:")[1];
    if (mappingId === undefined) return findFunction(functions, call, { FunctionName: arn }).tags;
    const mapping = mappings.of(call).get(mappingId);
    if (mapping?.arn === arn) return mapping.tags;
    throw new Fault("ResourceNotFoundException", `Event source mapping not found: ${arn}`, {
      members: { Type: "User" },
    });
  };

  return {
    TagResource(input, call) {
      addTags(tagsOf(call, input.Resource), Object.entries(input.Tags ?? {}), tooManyTags);
      return {};
    },
    UntagResource(input, call) {
      const tags = tagsOf(call, input.Resource);
      for (const key of input.TagKeys ?? []) tags.delete(key);
      return {};
    },
    ListTags: (input, call) => ({ Tags: Object.fromEntries(tagsOf(call, input.Resource)) }),
  } satisfies Handlers<Clients["lambda"]>;
}
