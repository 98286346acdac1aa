import { z } from "zod";
import { type Aws, ignoreNotFound } from "./aws";
import { resource } from "./resource";
import { sameJson, tagChanges, tagList, tagMap } from "./values";

const notFound = "ResourceNotFoundException";

const rule = z.strictObject({
  name: z.string().max(64),
  description: z.string().optional(),
  eventPattern: z.string(),
  state: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  tags: z.record(z.string(), z.string()).optional(),
});

export const eventRule = resource({
  schema: rule,
  autoName: { property: "name", maxLength: 64 },
  replaceOn: ["name"],
  same: { eventPattern: sameJson },
  async create(inputs, aws) {
    const { RuleArn } = await putRule(inputs, aws);
    return { id: inputs.name, outputs: { arn: RuleArn } };
  },
  async read(id, _state, aws) {
    // The real provider also imports by `bus/rule`.
    const Name = id.split("/").at(-1);
    const found = await ignoreNotFound(aws.call("eventbridge", "DescribeRule", { Name }), notFound);
    if (!found) return undefined;
    const { Tags } = await aws.call("eventbridge", "ListTagsForResource", { ResourceARN: found.Arn });
    return {
      name: found.Name,
      arn: found.Arn,
      description: found.Description,
      state: found.State,
      eventPattern: found.EventPattern,
      tags: tagMap(Tags),
    };
  },
  async update(_id, inputs, old, aws) {
    await putRule(inputs, aws);
    const { set, unset } = tagChanges(old.tags, inputs.tags);
    const ResourceARN = String(old.arn);
    if (Object.keys(set).length > 0) await aws.call("eventbridge", "TagResource", { ResourceARN, Tags: tagList(set) });
    if (unset.length > 0) await aws.call("eventbridge", "UntagResource", { ResourceARN, TagKeys: unset });
    return {};
  },
  async delete(id, _state, aws) {
    await ignoreNotFound(aws.call("eventbridge", "DeleteRule", { Name: id }), notFound);
  },
});

const putRule = (inputs: z.output<typeof rule>, aws: Aws) =>
  aws.call("eventbridge", "PutRule", {
    Name: inputs.name,
    Description: inputs.description,
    EventPattern: inputs.eventPattern,
    State: inputs.state,
    Tags: tagList(inputs.tags),
  });

const target = z.strictObject({
  targetId: z.string().max(64),
  rule: z.string(),
  arn: z.string(),
});

export const eventTarget = resource({
  schema: target,
  autoName: { property: "targetId", maxLength: 64 },
  replaceOn: ["rule", "targetId"],
  async create(inputs, aws) {
    await putTarget(inputs, aws);
    return { id: `${inputs.rule}/${inputs.targetId}`, outputs: {} };
  },
  async read(id, _state, aws) {
    const { rule, targetId } = targetNames(id);
    const found = await ignoreNotFound(aws.call("eventbridge", "ListTargetsByRule", { Rule: rule }), notFound);
    const target = found?.Targets?.find(({ Id }) => Id === targetId);
    return target && { targetId: target.Id, arn: target.Arn, rule };
  },
  async update(_id, inputs, _old, aws) {
    await putTarget(inputs, aws);
    return {};
  },
  async delete(id, _state, aws) {
    const { rule, targetId } = targetNames(id);
    const input = { Rule: rule, Ids: [targetId] };
    await ignoreNotFound(aws.call("eventbridge", "RemoveTargets", input), notFound);
  },
});

/** The id is the real provider's import id: `rule/target`, or `bus/rule/target`. */
function targetNames(id: string) {
  const [targetId = "", rule = ""] = id.split("/").reverse();
  return { rule, targetId };
}

async function putTarget({ rule, targetId, arn }: z.output<typeof target>, aws: Aws): Promise<void> {
  const Targets = [{ Id: targetId, Arn: arn }];
  const { FailedEntries } = await aws.call("eventbridge", "PutTargets", { Rule: rule, Targets });
  const failed = FailedEntries?.[0];
  if (failed) throw new Error(`Target ${targetId} of rule ${rule}: ${failed.ErrorCode} ${failed.ErrorMessage}`);
}
