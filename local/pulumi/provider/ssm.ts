import { z } from "zod";
import { type Aws, ignoreNotFound } from "./aws";
import { resource } from "./resource";
import { tagList, tagMap } from "./values";

const schema = z.strictObject({
  name: z.string(),
  type: z.literal("String"),
  value: z.string().min(1),
  description: z.string().optional(),
  overwrite: z.boolean().optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

const put = (inputs: z.output<typeof schema>, Overwrite: boolean, aws: Aws) =>
  aws.call("ssm", "PutParameter", {
    Name: inputs.name,
    Type: inputs.type,
    Value: inputs.value,
    // An absent description keeps its value.
    Description: inputs.description ?? (Overwrite ? "" : undefined),
    Overwrite,
    Tags: Overwrite ? undefined : tagList(inputs.tags),
  });

const named = (name: unknown) => ({ ResourceType: "Parameter", ResourceId: String(name) }) as const;

export const parameter = resource({
  schema,
  autoName: { property: "name", maxLength: 255 },
  replaceOn: ["name"],
  follows: { version: ["type", "value", "description"] },
  async create(inputs, aws) {
    // As the real provider: the service takes tags only without Overwrite
    // (resource_ssm_parameter.go of terraform-provider-aws).
    const overwrite = inputs.overwrite ?? false;
    await put(inputs, overwrite, aws);
    const tags = tagList(inputs.tags);
    if (overwrite && tags.length > 0) {
      await aws.call("ssm", "AddTagsToResource", { ...named(inputs.name), Tags: tags });
    }
    return inputs.name;
  },
  async read(id, { overwrite }, aws) {
    const call = aws.call("ssm", "GetParameter", { Name: id, WithDecryption: true });
    const found = (await ignoreNotFound(call, "ParameterNotFound"))?.Parameter;
    if (!found) return undefined;
    // Only DescribeParameters returns the description.
    const filter = { Key: "Name", Option: "Equals", Values: [id] };
    const [{ Parameters }, { TagList }] = await Promise.all([
      aws.call("ssm", "DescribeParameters", { ParameterFilters: [filter] }),
      aws.call("ssm", "ListTagsForResource", { ResourceType: "Parameter", ResourceId: id }),
    ]);
    const [described] = Parameters ?? [];
    return {
      name: found.Name,
      type: found.Type,
      value: found.Value,
      description: described?.Description || undefined,
      arn: found.ARN,
      version: found.Version,
      // An instruction to the provider, which the service does not have.
      overwrite,
      tags: tagMap(TagList),
    };
  },
  async update(_id, inputs, { has }, aws) {
    if (has("type", "value", "description")) await put(inputs, inputs.overwrite ?? true, aws);
  },
  tagging: {
    set: ({ name }, tags, aws) => aws.call("ssm", "AddTagsToResource", { ...named(name), Tags: tagList(tags) }),
    unset: ({ name }, TagKeys, aws) => aws.call("ssm", "RemoveTagsFromResource", { ...named(name), TagKeys }),
  },
  async delete(id, _state, aws) {
    await ignoreNotFound(aws.call("ssm", "DeleteParameter", { Name: id }), "ParameterNotFound");
  },
});
