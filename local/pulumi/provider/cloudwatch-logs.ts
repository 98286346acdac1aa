import { z } from "zod";
import { type Aws, ignoreNotFound } from "./aws";
import { type Properties, resource } from "./resource";

const tags = z.record(z.string(), z.string()).optional();
const notFound = "ResourceNotFoundException";

export const logGroup = resource({
  schema: z.strictObject({
    name: z.string(),
    retentionInDays: z.number().int().default(0),
    kmsKeyId: z.string().optional(),
    tags,
  }),
  autoName: { property: "name", maxLength: 255 },
  replaceOn: ["name"],
  async create(inputs, aws) {
    await aws.call("cloudwatch-logs", "CreateLogGroup", {
      logGroupName: inputs.name,
      kmsKeyId: inputs.kmsKeyId,
      tags: inputs.tags,
    });
    if (inputs.retentionInDays > 0) await setRetention(inputs.name, inputs.retentionInDays, aws);
    return inputs.name;
  },
  async read(id, _state, aws) {
    const found = await describe(id, aws);
    if (!found) return undefined;
    const arn = found.arn?.replace(/:\*$/, "");
    const listed = await aws.call("cloudwatch-logs", "ListTagsForResource", { resourceArn: arn });
    return {
      name: found.logGroupName,
      arn,
      retentionInDays: found.retentionInDays ?? 0,
      kmsKeyId: found.kmsKeyId,
      logGroupClass: found.logGroupClass,
      tags: listed.tags,
    };
  },
  async update(id, inputs, { has }, aws) {
    if (has("retentionInDays")) await setRetention(id, inputs.retentionInDays, aws);
    if (has("kmsKeyId")) {
      if (inputs.kmsKeyId) {
        await aws.call("cloudwatch-logs", "AssociateKmsKey", { logGroupName: id, kmsKeyId: inputs.kmsKeyId });
      } else await aws.call("cloudwatch-logs", "DisassociateKmsKey", { logGroupName: id });
    }
  },
  tagging: {
    set: ({ arn }, tags, aws) => aws.call("cloudwatch-logs", "TagResource", { resourceArn: String(arn), tags }),
    unset: ({ arn }, tagKeys, aws) =>
      aws.call("cloudwatch-logs", "UntagResource", { resourceArn: String(arn), tagKeys }),
  },
  async delete(id, _state, aws) {
    await ignoreNotFound(aws.call("cloudwatch-logs", "DeleteLogGroup", { logGroupName: id }), notFound);
  },
});

async function describe(name: string, aws: Aws) {
  const { logGroups } = await aws.call("cloudwatch-logs", "DescribeLogGroups", { logGroupNamePrefix: name });
  return logGroups?.find(({ logGroupName }) => logGroupName === name);
}

async function setRetention(logGroupName: string, retentionInDays: number, aws: Aws): Promise<void> {
  if (retentionInDays === 0) await aws.call("cloudwatch-logs", "DeleteRetentionPolicy", { logGroupName });
  else await aws.call("cloudwatch-logs", "PutRetentionPolicy", { logGroupName, retentionInDays });
}

export const logStream = resource({
  schema: z.strictObject({ name: z.string(), logGroupName: z.string() }),
  autoName: { property: "name", maxLength: 255 },
  replaceOn: ["name", "logGroupName"],
  async create({ name, logGroupName }, aws) {
    await aws.call("cloudwatch-logs", "CreateLogStream", { logGroupName, logStreamName: name });
    return name;
  },
  async read(id, state, aws) {
    const { logGroupName, name } = streamNames(id, state);
    const found = await ignoreNotFound(findStream(logGroupName, name, aws), notFound);
    return found && { name, logGroupName, arn: found.arn };
  },
  async delete(id, state, aws) {
    const { logGroupName, name } = streamNames(id, state);
    const input = { logGroupName, logStreamName: name };
    await ignoreNotFound(aws.call("cloudwatch-logs", "DeleteLogStream", input), notFound);
  },
  idOf: ({ name }) => String(name),
});

/**
 * The id is the stream's name; that of an import is `group:stream`. Neither name can contain a
 * colon.
 */
function streamNames(id: string, state: Properties) {
  const [group = "", stream = ""] = id.split(":");
  return { logGroupName: String(state.logGroupName ?? group), name: String(state.name ?? stream) };
}

async function findStream(logGroupName: string, name: string, aws: Aws) {
  const input = { logGroupName, logStreamNamePrefix: name };
  const { logStreams } = await aws.call("cloudwatch-logs", "DescribeLogStreams", input);
  return logStreams?.find(({ logStreamName }) => logStreamName === name);
}
