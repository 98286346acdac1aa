import { Fault } from "../../endpoint/fault";
import type { Call, Clients, Handlers } from "../../endpoint/service";
import { findFunction } from "./function";
import type { Functions } from "./function-handlers";
import type { MappingStore } from "./mapping-handlers";

/** Tags of functions and of event source mappings, by ARN. */
export function tagHandlers(functions: Functions, mappings: MappingStore) {
  const tagsOf = (call: Call, arn = ""): Map<string, string> => {
    const mappingId = arn.split(":event-source-mapping:")[1];
    if (mappingId === undefined) return findFunction(functions.of(call), call, { FunctionName: arn }).tags;
    const mapping = mappings.of(call).get(mappingId);
    if (mapping?.arn === arn) return mapping.tags;
    throw new Fault("ResourceNotFoundException", `Event source mapping not found: ${arn}`, {
      members: { Type: "User" },
    });
  };

  return {
    TagResource(input, call) {
      const tags = tagsOf(call, input.Resource);
      for (const [key, value] of Object.entries(input.Tags ?? {})) tags.set(key, value);
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
