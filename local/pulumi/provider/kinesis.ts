import { z } from "zod";
import { type Aws, ignoreNotFound, waitUntil, waitUntilDeleted } from "./aws";
import { resource } from "./resource";
import { tagMap } from "./values";

/** Returns the stream's ARN. */
async function waitUntilActive(name: string, aws: Aws): Promise<string> {
  let arn = "";
  await waitUntil(`the stream ${name} is ACTIVE`, async () => {
    const { StreamDescriptionSummary } = await aws.call("kinesis", "DescribeStreamSummary", { StreamName: name });
    arn = StreamDescriptionSummary?.StreamARN ?? "";
    return StreamDescriptionSummary?.StreamStatus === "ACTIVE";
  });
  return arn;
}

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
    const arn = await waitUntilActive(inputs.name, aws);
    // Also for the 24 hours that a stream has from the start.
    await setRetention(inputs.name, "Increase", inputs.retentionPeriod, aws);
    if (inputs.encryptionType === "KMS") await setEncryption(inputs.name, "Start", inputs.kmsKeyId, aws);
    return arn;
  },
  async read(id, _state, aws) {
    // The id is the ARN; an import may also name the stream.
    const StreamName = nameIn(id);
    const found = await ignoreNotFound(aws.call("kinesis", "DescribeStreamSummary", { StreamName }), notFound);
    const summary = found?.StreamDescriptionSummary;
    if (!summary) return undefined;
    const { Tags } = await aws.call("kinesis", "ListTagsForStream", { StreamName });
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
  async update(_id, inputs, { old, has }, aws) {
    const { name } = inputs;
    for (const key of ["shardCount", "streamModeDetails"] as const) {
      if (inputs[key] !== undefined && has(key)) {
        throw new Error(`The local account cannot change ${key} of the stream ${name}.`);
      }
    }
    if (has("retentionPeriod")) {
      const direction = inputs.retentionPeriod > Number(old.retentionPeriod) ? "Increase" : "Decrease";
      await setRetention(name, direction, inputs.retentionPeriod, aws);
    }
    if (!has("encryptionType", "kmsKeyId")) return;
    if (inputs.encryptionType === "KMS") await setEncryption(name, "Start", inputs.kmsKeyId, aws);
    else await setEncryption(name, "Stop", String(old.kmsKeyId), aws);
  },
  tagging: {
    set: ({ name }, Tags, aws) => aws.call("kinesis", "AddTagsToStream", { StreamName: String(name), Tags }),
    unset: ({ name }, TagKeys, aws) =>
      aws.call("kinesis", "RemoveTagsFromStream", { StreamName: String(name), TagKeys }),
  },
  async delete(id, state, aws) {
    const StreamName = nameIn(id);
    const EnforceConsumerDeletion = state.enforceConsumerDeletion === true;
    await ignoreNotFound(aws.call("kinesis", "DeleteStream", { StreamName, EnforceConsumerDeletion }), notFound);
    const look = () => aws.call("kinesis", "DescribeStreamSummary", { StreamName });
    await waitUntilDeleted(`the stream ${StreamName}`, look, notFound);
  },
  idOf: ({ arn }) => String(arn),
});

const nameIn = (id: string) => id.split("/").at(-1) ?? "";

async function setRetention(
  StreamName: string,
  direction: "Increase" | "Decrease",
  RetentionPeriodHours: number,
  aws: Aws,
): Promise<void> {
  const isLonger = direction === "Increase";
  await aws.call("kinesis", isLonger ? "IncreaseStreamRetentionPeriod" : "DecreaseStreamRetentionPeriod", {
    StreamName,
    RetentionPeriodHours,
  });
  await waitUntilActive(StreamName, aws);
}

async function setEncryption(
  StreamName: string,
  step: "Start" | "Stop",
  KeyId: string | undefined,
  aws: Aws,
): Promise<void> {
  if (KeyId === undefined) throw new Error("KMS Key ID required when setting encryption_type is not set as NONE");
  const input = { StreamName, EncryptionType: "KMS", KeyId } as const;
  await aws.call("kinesis", step === "Start" ? "StartStreamEncryption" : "StopStreamEncryption", input);
  await waitUntilActive(StreamName, aws);
}
