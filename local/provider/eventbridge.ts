import type { Target } from "@aws-sdk/client-eventbridge";
import { z } from "zod";
import { type Aws, unlessGone } from "./aws";
import { resource } from "./resource";
import { sameJson, tagChanges, tagList } from "./values";

const gone = "ResourceNotFoundException";

const rule = z.strictObject({
  name: z.string().max(64),
  description: z.string().optional(),
  eventPattern: z.string().optional(),
  scheduleExpression: z.string().optional(),
  state: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  tags: z.record(z.string(), z.string()).optional(),
});

export const eventRule = resource({
  schema: rule,
  autoName: { property: "name", maxLength: 64 },
  replaceOn: ["name"],
  async create(inputs, aws) {
    const { RuleArn } = await putRule(inputs, aws);
    return { id: inputs.name, outputs: { arn: RuleArn } };
  },
  async read(id, state, aws) {
    const found = await unlessGone(aws.call("eventbridge", "DescribeRule", { Name: id }), gone);
    return (
      found && {
        name: found.Name,
        arn: found.Arn,
        state: found.State,
        eventPattern: sameJson(found.EventPattern, state.eventPattern),
        scheduleExpression: found.ScheduleExpression,
      }
    );
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
    await unlessGone(aws.call("eventbridge", "DeleteRule", { Name: id }), gone);
  },
});

const putRule = (inputs: z.output<typeof rule>, aws: Aws) =>
  aws.call("eventbridge", "PutRule", {
    Name: inputs.name,
    Description: inputs.description,
    EventPattern: inputs.eventPattern,
    ScheduleExpression: inputs.scheduleExpression,
    State: inputs.state,
    Tags: tagList(inputs.tags),
  });

const target = z.strictObject({
  targetId: z.string().max(64),
  rule: z.string(),
  arn: z.string(),
  roleArn: z.string().optional(),
  input: z.string().optional(),
  inputPath: z.string().optional(),
  inputTransformer: z
    .strictObject({ inputPaths: z.record(z.string(), z.string()).optional(), inputTemplate: z.string() })
    .optional(),
  retryPolicy: z
    .strictObject({ maximumEventAgeInSeconds: z.number().optional(), maximumRetryAttempts: z.number().optional() })
    .optional(),
  deadLetterConfig: z.strictObject({ arn: z.string().optional() }).optional(),
});

export const eventTarget = resource({
  schema: target,
  autoName: { property: "targetId", maxLength: 64 },
  replaceOn: ["rule", "targetId"],
  async create(inputs, aws) {
    await putTarget(inputs, aws);
    return { id: `${inputs.rule}-${inputs.targetId}`, outputs: {} };
  },
  async read(_id, state, aws) {
    const found = await unlessGone(aws.call("eventbridge", "ListTargetsByRule", { Rule: String(state.rule) }), gone);
    const mine = found?.Targets?.find(({ Id }) => Id === state.targetId);
    return mine && { arn: mine.Arn, roleArn: mine.RoleArn };
  },
  async update(_id, inputs, _old, aws) {
    await putTarget(inputs, aws);
    return {};
  },
  async delete(_id, state, aws) {
    const input = { Rule: String(state.rule), Ids: [String(state.targetId)] };
    await unlessGone(aws.call("eventbridge", "RemoveTargets", input), gone);
  },
});

async function putTarget(inputs: z.output<typeof target>, aws: Aws): Promise<void> {
  const Entry: Target = {
    Id: inputs.targetId,
    Arn: inputs.arn,
    RoleArn: inputs.roleArn,
    Input: inputs.input,
    InputPath: inputs.inputPath,
    InputTransformer: inputs.inputTransformer && {
      InputPathsMap: inputs.inputTransformer.inputPaths,
      InputTemplate: inputs.inputTransformer.inputTemplate,
    },
    RetryPolicy: inputs.retryPolicy && {
      MaximumEventAgeInSeconds: inputs.retryPolicy.maximumEventAgeInSeconds,
      MaximumRetryAttempts: inputs.retryPolicy.maximumRetryAttempts,
    },
    DeadLetterConfig: inputs.deadLetterConfig && { Arn: inputs.deadLetterConfig.arn },
  };
  const { FailedEntries } = await aws.call("eventbridge", "PutTargets", { Rule: inputs.rule, Targets: [Entry] });
  const failed = FailedEntries?.[0];
  if (failed)
    throw new Error(`The target ${inputs.targetId} of rule ${inputs.rule}: ${failed.ErrorCode} ${failed.ErrorMessage}`);
}
