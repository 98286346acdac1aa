import type { Tag } from "@aws-sdk/client-sfn";
import { Fault } from "../../../aws/fault";
import { addTags } from "../../../aws/tags";
import type { Handlers } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Clients } from "../../../model/clients";
import type { Machines, StateMachine } from "../state";

/** Tags of state machines. */
export function tagHandlers(machines: Store<Machines>) {
  return {
    TagResource({ resourceArn = "", tags = [] }, call) {
      putTags(findTaggedMachine(machines.of(call), resourceArn).tags, resourceArn, tags);
      return {};
    },

    UntagResource({ resourceArn = "", tagKeys = [] }, call) {
      const machine = findTaggedMachine(machines.of(call), resourceArn);
      for (const key of tagKeys) machine.tags.delete(key);
      return {};
    },

    ListTagsForResource({ resourceArn = "" }, call) {
      const { tags } = findTaggedMachine(machines.of(call), resourceArn);
      return { tags: [...tags].map(([key, value]) => ({ key, value })) };
    },
  } satisfies Handlers<Clients["sfn"]>;
}

/** Adds tags to those of a resource. Throws TooManyTags. */
export function putTags(to: Map<string, string>, arn: string, tags: readonly Tag[]): void {
  const pairs = tags.map(({ key = "", value = "" }) => [key, value] as const);
  addTags(
    to,
    pairs,
    (limit) =>
      new Fault("TooManyTags", `The resource '${arn}' would have more than ${limit} tags`, {
        members: { resourceName: arn },
      }),
  );
}

function findTaggedMachine({ byArn }: Machines, arn: string): StateMachine {
  const machine = byArn.get(arn);
  if (!machine) throw new Fault("ResourceNotFound", `Resource not found: '${arn}'`, { members: { resourceName: arn } });
  return machine;
}
