import { z } from "zod";
import { type Aws, ignoreNotFound } from "./aws";
import { type Properties, resource } from "./resource";
import { sameJson, tagList, tagMap } from "./values";

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
  hints: { scheduleExpression: "Use aws.scheduler.Schedule, which has the same expressions." },
  autoName: { property: "name", maxLength: 64 },
  replaceOn: ["name"],
  same: { eventPattern: sameJson },
  async create(inputs, aws) {
    await putRule(inputs, aws);
    return inputs.name;
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
      eventBusName: found.EventBusName,
      tags: tagMap(Tags),
    };
  },
  async update(_id, inputs, _change, aws) {
    await putRule(inputs, aws);
  },
  tagging: {
    set: ({ arn }, tags, aws) =>
      aws.call("eventbridge", "TagResource", { ResourceARN: String(arn), Tags: tagList(tags) }),
    unset: ({ arn }, TagKeys, aws) => aws.call("eventbridge", "UntagResource", { ResourceARN: String(arn), TagKeys }),
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
  autoName: { property: "targetId", maxLength: 255 },
  replaceOn: ["rule", "targetId"],
  async create(inputs, aws) {
    await putTarget(inputs, aws);
    return targetId(inputs);
  },
  async read(id, state, aws) {
    const { rule, targetId } = targetNames(id, state);
    const found = await ignoreNotFound(aws.call("eventbridge", "ListTargetsByRule", { Rule: rule }), notFound);
    const target = found?.Targets?.find(({ Id }) => Id === targetId);
    return target && { targetId: target.Id, arn: target.Arn, rule };
  },
  update: (_id, inputs, _change, aws) => putTarget(inputs, aws),
  async delete(id, state, aws) {
    const { rule, targetId } = targetNames(id, state);
    const input = { Rule: rule, Ids: [targetId] };
    await ignoreNotFound(aws.call("eventbridge", "RemoveTargets", input), notFound);
  },
  idOf: targetId,
});

/**
 * The id is `rule-target`, which names neither for certain; that of an import is `rule/target`, or
 * `bus/rule/target`.
 */
function targetId({ rule, targetId }: Properties): string {
  return `${rule}-${targetId}`;
}

function targetNames(id: string, state: Properties) {
  const [target = "", rule = ""] = id.split("/").reverse();
  return { rule: String(state.rule ?? rule), targetId: String(state.targetId ?? target) };
}

async function putTarget({ rule, targetId, arn }: z.output<typeof target>, aws: Aws): Promise<void> {
  const Targets = [{ Id: targetId, Arn: arn }];
  const { FailedEntries } = await aws.call("eventbridge", "PutTargets", { Rule: rule, Targets });
  const failed = FailedEntries?.[0];
  if (failed) throw new Error(`Target ${targetId} of rule ${rule}: ${failed.ErrorCode} ${failed.ErrorMessage}`);
}
