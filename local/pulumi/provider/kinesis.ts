import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type Aws, ignoreNotFound, waitUntil } from "./aws";
import { resource } from "./resource";
import { tagChanges, tagMap } from "./values";

const waitUntilActive = (name: string, aws: Aws) =>
  waitUntil(`the stream ${name} is ACTIVE`, async () => {
    const { StreamDescriptionSummary } = await aws.call("kinesis", "DescribeStreamSummary", { StreamName: name });
    return StreamDescriptionSummary?.StreamStatus === "ACTIVE";
  });

const notFound = "ResourceNotFoundException";

export const stream = resource({
  schema: z.strictObject({
    name: z.string(),
    retentionPeriod: z.number().int().min(24).max(8760).default(24),
    encryptionType: z.enum(["NONE", "KMS"]).default("NONE"),
    kmsKeyId: z.string().optional(),
    shardCount: z.number().int().optional(),
    streamModeDetails: z.strictObject({ streamMode: z.enum(["ON_DEMAND", "PROVISIONED"]) }).optional(),
    enforceConsumerDeletion: z.boolean().default(false),
    tags: z.record(z.string(), z.string()).optional(),
  }),
  autoName: { property: "name", maxLength: 128 },
  replaceOn: ["name"],
  computed: ["streamModeDetails", "shardCount"],
  unread: ["enforceConsumerDeletion"],
  async create(inputs, aws) {
    await aws.call("kinesis", "CreateStream", {
      StreamName: inputs.name,
      ShardCount: inputs.shardCount,
      StreamModeDetails: inputs.streamModeDetails && { StreamMode: inputs.streamModeDetails.streamMode },
      Tags: inputs.tags,
    });
    await waitUntilActive(inputs.name, aws);
    await setRetention(inputs.name, 24, inputs.retentionPeriod, aws);
    await setEncryption(inputs.name, inputs, aws);
    return { id: inputs.name, outputs: {} };
  },
  async read(id, _state, aws) {
    const found = await ignoreNotFound(aws.call("kinesis", "DescribeStreamSummary", { StreamName: id }), notFound);
    const summary = found?.StreamDescriptionSummary;
    if (!summary) return undefined;
    const { Tags } = await aws.call("kinesis", "ListTagsForStream", { StreamName: id });
    return {
      name: summary.StreamName,
      arn: summary.StreamARN,
      streamModeDetails: summary.StreamModeDetails && { streamMode: summary.StreamModeDetails.StreamMode },
      shardCount: summary.StreamModeDetails?.StreamMode === "ON_DEMAND" ? undefined : summary.OpenShardCount,
      retentionPeriod: summary.RetentionPeriodHours,
      encryptionType: summary.EncryptionType ?? "NONE",
      kmsKeyId: summary.KeyId,
      tags: tagMap(Tags),
    };
  },
  async update(id, inputs, old, aws) {
    for (const key of ["shardCount", "streamModeDetails"] as const) {
      if (inputs[key] === undefined || isDeepStrictEqual(inputs[key], old[key])) continue;
      throw new Error(`The local account cannot change ${key} of the stream ${id}.`);
    }
    await setRetention(id, Number(old.retentionPeriod), inputs.retentionPeriod, aws);
    if (inputs.encryptionType !== old.encryptionType || inputs.kmsKeyId !== old.kmsKeyId) {
      await setEncryption(id, inputs, aws);
    }
    const { set, unset } = tagChanges(old.tags, inputs.tags);
    if (Object.keys(set).length > 0) await aws.call("kinesis", "AddTagsToStream", { StreamName: id, Tags: set });
    if (unset.length > 0) await aws.call("kinesis", "RemoveTagsFromStream", { StreamName: id, TagKeys: unset });
    return {};
  },
  async delete(id, _state, aws) {
    await ignoreNotFound(
      aws.call("kinesis", "DeleteStream", { StreamName: id, EnforceConsumerDeletion: true }),
      notFound,
    );
    await waitUntil(
      `the stream ${id} is deleted`,
      async () =>
        (await ignoreNotFound(aws.call("kinesis", "DescribeStreamSummary", { StreamName: id }), notFound)) ===
        undefined,
    );
  },
});

async function setRetention(StreamName: string, from: number, to: number, aws: Aws): Promise<void> {
  if (to === from) return;
  const input = { StreamName, RetentionPeriodHours: to };
  await aws.call("kinesis", to > from ? "IncreaseStreamRetentionPeriod" : "DecreaseStreamRetentionPeriod", input);
  await waitUntilActive(StreamName, aws);
}

async function setEncryption(
  StreamName: string,
  { encryptionType, kmsKeyId }: { encryptionType: "NONE" | "KMS"; kmsKeyId?: string | undefined },
  aws: Aws,
): Promise<void> {
  const { StreamDescriptionSummary } = await aws.call("kinesis", "DescribeStreamSummary", { StreamName });
  const KeyId = kmsKeyId ?? "alias/aws/kinesis";
  if (encryptionType === "KMS") {
    await aws.call("kinesis", "StartStreamEncryption", { StreamName, EncryptionType: "KMS", KeyId });
  } else if (StreamDescriptionSummary?.EncryptionType === "KMS") {
    await aws.call("kinesis", "StopStreamEncryption", { StreamName, EncryptionType: "KMS", KeyId });
  }
  await waitUntilActive(StreamName, aws);
}
