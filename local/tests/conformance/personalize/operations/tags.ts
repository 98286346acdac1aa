import { type Operations, type Suite, tags, testArn } from "../operation.ts";

export function tagOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p } = world;
  const resourceArn = fixture.group;
  const ResourceInUseException = async () => ({ resourceArn: await making.dyingGroup() });
  return {
    TagResource: {
      send: (c) => p.tagResource({ resourceArn, tags: tags(1), ...c }),
      errors: {
        ...testArn("resourceArn", resourceArn),
        ResourceInUseException,
        TooManyTagsException: { tags: tags(51) },
      },
    },
    UntagResource: {
      send: (c) => p.untagResource({ resourceArn, tagKeys: ["key-0"], ...c }),
      errors: {
        ...testArn("resourceArn", resourceArn),
        ResourceInUseException,
        TooManyTagKeysException: { tagKeys: tags(51).map(({ tagKey }) => tagKey) },
      },
    },
    ListTagsForResource: {
      send: (c) => p.listTagsForResource({ resourceArn, ...c }),
      errors: { ...testArn("resourceArn", resourceArn), ResourceInUseException },
    },
  };
}
