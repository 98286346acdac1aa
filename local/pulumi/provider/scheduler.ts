import type { GetScheduleCommandOutput } from "@aws-sdk/client-scheduler";
import { z } from "zod";
import { ignoreNotFound, retryOn, waitUntilDeleted } from "./aws";
import { resource } from "./resource";
import { tagList, tagMap } from "./values";

const notFound = "ResourceNotFoundException";

const schema = z.strictObject({
  name: z.string().max(64),
  groupName: z.string().default("default"),
  description: z.string().optional(),
  scheduleExpression: z.string(),
  scheduleExpressionTimezone: z.string().default("UTC"),
  state: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  flexibleTimeWindow: z.strictObject({ mode: z.literal("OFF") }),
  target: z.strictObject({
    arn: z.string(),
    roleArn: z.string(),
    input: z.string().optional(),
    retryPolicy: z
      .strictObject({ maximumEventAgeInSeconds: z.number().optional(), maximumRetryAttempts: z.number().optional() })
      .optional(),
  }),
});

function requestOf(inputs: z.output<typeof schema>) {
  const { target } = inputs;
  return {
    Name: inputs.name,
    GroupName: inputs.groupName,
    Description: inputs.description,
    ScheduleExpression: inputs.scheduleExpression,
    ScheduleExpressionTimezone: inputs.scheduleExpressionTimezone,
    State: inputs.state,
    FlexibleTimeWindow: { Mode: inputs.flexibleTimeWindow.mode },
    Target: {
      Arn: target.arn,
      RoleArn: target.roleArn,
      Input: target.input,
      RetryPolicy: target.retryPolicy && {
        MaximumEventAgeInSeconds: target.retryPolicy.maximumEventAgeInSeconds,
        MaximumRetryAttempts: target.retryPolicy.maximumRetryAttempts,
      },
    },
  };
}

function inputsOf(found: Omit<GetScheduleCommandOutput, "$metadata">) {
  const { Target: target } = found;
  const retry = target?.RetryPolicy;
  return {
    name: found.Name,
    groupName: found.GroupName,
    description: found.Description,
    scheduleExpression: found.ScheduleExpression,
    scheduleExpressionTimezone: found.ScheduleExpressionTimezone,
    state: found.State,
    flexibleTimeWindow: { mode: found.FlexibleTimeWindow?.Mode },
    target: target && {
      arn: target.Arn,
      roleArn: target.RoleArn,
      input: target.Input,
      retryPolicy: retry && {
        maximumEventAgeInSeconds: retry.MaximumEventAgeInSeconds,
        maximumRetryAttempts: retry.MaximumRetryAttempts,
      },
    },
  };
}

export const schedule = resource({
  schema,
  autoName: { property: "name", maxLength: 64 },
  replaceOn: ["name", "groupName"],
  computed: ["target.retryPolicy"],
  async create(inputs, aws) {
    // For some seconds a new execution role may not be assumable: AWS returns ValidationException.
    const create = () => aws.call("scheduler", "CreateSchedule", requestOf(inputs));
    await retryOn(create, "ValidationException");
    return `${inputs.groupName}/${inputs.name}`;
  },
  async read(id, _state, aws) {
    const [GroupName = "", Name = ""] = id.split("/");
    const found = await ignoreNotFound(aws.call("scheduler", "GetSchedule", { GroupName, Name }), notFound);
    return found && { ...inputsOf(found), arn: found.Arn };
  },
  async update(_id, inputs, _change, aws) {
    await aws.call("scheduler", "UpdateSchedule", requestOf(inputs));
  },
  async delete(id, _state, aws) {
    const [GroupName = "", Name = ""] = id.split("/");
    await ignoreNotFound(aws.call("scheduler", "DeleteSchedule", { GroupName, Name }), notFound);
  },
});

const groupSchema = z.strictObject({
  name: z.string().max(64),
  tags: z.record(z.string(), z.string()).optional(),
});

export const scheduleGroup = resource({
  schema: groupSchema,
  autoName: { property: "name", maxLength: 64 },
  replaceOn: ["name"],
  async create({ name, tags }, aws) {
    await aws.call("scheduler", "CreateScheduleGroup", { Name: name, Tags: tagList(tags) });
    return name;
  },
  async read(id, _state, aws) {
    const found = await ignoreNotFound(aws.call("scheduler", "GetScheduleGroup", { Name: id }), notFound);
    if (!found) return undefined;
    const { Tags } = await aws.call("scheduler", "ListTagsForResource", { ResourceArn: found.Arn });
    return { name: found.Name, arn: found.Arn, tags: tagMap(Tags) };
  },
  tagging: {
    set: ({ arn }, tags, aws) =>
      aws.call("scheduler", "TagResource", { ResourceArn: String(arn), Tags: tagList(tags) }),
    unset: ({ arn }, TagKeys, aws) => aws.call("scheduler", "UntagResource", { ResourceArn: String(arn), TagKeys }),
  },
  async delete(id, _state, aws) {
    await ignoreNotFound(aws.call("scheduler", "DeleteScheduleGroup", { Name: id }), notFound);
    const look = () => aws.call("scheduler", "GetScheduleGroup", { Name: id });
    await waitUntilDeleted(`the schedule group ${id}`, look, notFound);
  },
});
