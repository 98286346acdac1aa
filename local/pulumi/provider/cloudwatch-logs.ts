import { z } from "zod";
import { type Aws, ignoreNotFound } from "./aws";
import { resource } from "./resource";
import { tagChanges } from "./values";

const tags = z.record(z.string(), z.string()).optional();
const notFound = "ResourceNotFoundException";

export const logGroup = resource({
  schema: z.strictObject({
    name: z.string(),
    retentionInDays: z.number().int().default(0),
    kmsKeyId: z.string().optional(),
    tags,
  }),
  autoName: { property: "name", maxLength: 512 },
  replaceOn: ["name"],
  async create(inputs, aws) {
    await aws.call("cloudwatch-logs", "CreateLogGroup", {
      logGroupName: inputs.name,
      kmsKeyId: inputs.kmsKeyId,
      tags: inputs.tags,
    });
    await setRetention(inputs.name, inputs.retentionInDays, aws);
    return { id: inputs.name, outputs: {} };
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
      tags: listed.tags,
    };
  },
  async update(id, inputs, old, aws) {
    await setRetention(id, inputs.retentionInDays, aws);
    if (inputs.kmsKeyId !== old.kmsKeyId) {
      if (inputs.kmsKeyId)
        await aws.call("cloudwatch-logs", "AssociateKmsKey", { logGroupName: id, kmsKeyId: inputs.kmsKeyId });
      else await aws.call("cloudwatch-logs", "DisassociateKmsKey", { logGroupName: id });
    }
    const { set, unset } = tagChanges(old.tags, inputs.tags);
    const resourceArn = String(old.arn);
    if (Object.keys(set).length > 0) await aws.call("cloudwatch-logs", "TagResource", { resourceArn, tags: set });
    if (unset.length > 0) await aws.call("cloudwatch-logs", "UntagResource", { resourceArn, tagKeys: unset });
    return {};
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
  autoName: { property: "name", maxLength: 512 },
  replaceOn: ["name", "logGroupName"],
  async create({ name, logGroupName }, aws) {
    await aws.call("cloudwatch-logs", "CreateLogStream", { logGroupName, logStreamName: name });
    return { id: `${logGroupName}:${name}`, outputs: {} };
  },
  async read(id, _state, aws) {
    const { logGroupName, name } = streamNames(id);
    const found = await ignoreNotFound(findStream(logGroupName, name, aws), notFound);
    return found && { name, logGroupName, arn: found.arn };
  },
  async delete(id, _state, aws) {
    const { logGroupName, name } = streamNames(id);
    const input = { logGroupName, logStreamName: name };
    await ignoreNotFound(aws.call("cloudwatch-logs", "DeleteLogStream", input), notFound);
  },
});

/** The id is the real provider's import id: `group:stream`. Neither name can contain a colon. */
function streamNames(id: string) {
  const [logGroupName = "", name = ""] = id.split(":");
  return { logGroupName, name };
}

async function findStream(logGroupName: string, name: string, aws: Aws) {
  const input = { logGroupName, logStreamNamePrefix: name };
  const { logStreams } = await aws.call("cloudwatch-logs", "DescribeLogStreams", input);
  return logStreams?.find(({ logStreamName }) => logStreamName === name);
}
