import { z } from "zod";
import { readAllPages } from "../../account/aws/read-all-pages";
import { type Aws, ignoreNotFound } from "./aws";
import { resource } from "./resource";
import { sameJson, tagChanges, tagMap } from "./values";

const tags = z.record(z.string(), z.string()).optional();

export const key = resource({
  schema: z.strictObject({
    description: z.string().default("Managed by Pulumi"),
    enableKeyRotation: z.boolean().default(false),
    deletionWindowInDays: z.number().int().min(7).max(30).default(30),
    policy: z.string().optional(),
    tags,
  }),
  replaceOn: [],
  computed: ["policy"],
  same: { policy: sameJson },
  unread: ["deletionWindowInDays"],
  async create(inputs, aws) {
    const { KeyMetadata } = await aws.call("kms", "CreateKey", {
      Description: inputs.description,
      Policy: inputs.policy,
      Tags: Object.entries(inputs.tags ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    });
    const id = KeyMetadata?.KeyId ?? "";
    if (inputs.enableKeyRotation) await aws.call("kms", "EnableKeyRotation", { KeyId: id });
    return { id, outputs: { keyId: id, arn: KeyMetadata?.Arn } };
  },
  async read(id, _state, aws) {
    const found = await ignoreNotFound(aws.call("kms", "DescribeKey", { KeyId: id }), "NotFoundException");
    if (!found?.KeyMetadata || found.KeyMetadata.KeyState === "PendingDeletion") return undefined;
    const [{ Policy }, { KeyRotationEnabled }, { Tags = [] }] = await Promise.all([
      aws.call("kms", "GetKeyPolicy", { KeyId: id, PolicyName: "default" }),
      aws.call("kms", "GetKeyRotationStatus", { KeyId: id }),
      aws.call("kms", "ListResourceTags", { KeyId: id }),
    ]);
    return {
      keyId: found.KeyMetadata.KeyId,
      arn: found.KeyMetadata.Arn,
      description: found.KeyMetadata.Description,
      enableKeyRotation: KeyRotationEnabled,
      policy: Policy,
      tags: tagMap(Tags.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue }))),
    };
  },
  async update(id, inputs, old, aws) {
    if (inputs.policy !== undefined && inputs.policy !== old.policy) {
      await aws.call("kms", "PutKeyPolicy", { KeyId: id, PolicyName: "default", Policy: inputs.policy });
    }
    if (inputs.description !== old.description) {
      await aws.call("kms", "UpdateKeyDescription", { KeyId: id, Description: inputs.description });
    }
    await aws.call("kms", inputs.enableKeyRotation ? "EnableKeyRotation" : "DisableKeyRotation", { KeyId: id });
    const { set, unset } = tagChanges(old.tags, inputs.tags);
    if (Object.keys(set).length > 0) {
      const Tags = Object.entries(set).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
      await aws.call("kms", "TagResource", { KeyId: id, Tags });
    }
    if (unset.length > 0) await aws.call("kms", "UntagResource", { KeyId: id, TagKeys: unset });
    return {};
  },
  async delete(id, state, aws) {
    const PendingWindowInDays = Number(state.deletionWindowInDays ?? 30);
    await ignoreNotFound(
      aws.call("kms", "ScheduleKeyDeletion", { KeyId: id, PendingWindowInDays }),
      "NotFoundException",
      "KMSInvalidStateException",
    );
  },
});

/** KMS has no operation that returns one alias. */
async function findAlias(name: string, aws: Aws) {
  const aliases = await readAllPages(async (Marker) => {
    const page = await aws.call("kms", "ListAliases", { Marker });
    return { items: page.Aliases, next: page.NextMarker };
  });
  const found = aliases.find(({ AliasName }) => AliasName === name);
  if (!found) return undefined;
  const { AliasArn: arn, TargetKeyId: targetKeyId = "" } = found;
  return { name, arn, targetKeyArn: arn?.replace(/alias\/.*$/, `key/${targetKeyId}`), targetKeyId };
}

const lastPart = (arnOrId: unknown) => String(arnOrId).split("/").at(-1);

export const alias = resource({
  schema: z.strictObject({ name: z.string().startsWith("alias/"), targetKeyId: z.string() }),
  autoName: { property: "name", maxLength: 250 },
  replaceOn: ["name"],
  // A key may be given by its id or its ARN.
  same: { targetKeyId: (before, after) => lastPart(before) === lastPart(after) },
  async create(inputs, aws) {
    await aws.call("kms", "CreateAlias", { AliasName: inputs.name, TargetKeyId: inputs.targetKeyId });
    return { id: inputs.name, outputs: {} };
  },
  read: (id, _state, aws) => findAlias(id, aws),
  async update(id, inputs, _old, aws) {
    await aws.call("kms", "UpdateAlias", { AliasName: id, TargetKeyId: inputs.targetKeyId });
    return {};
  },
  async delete(id, _state, aws) {
    await ignoreNotFound(aws.call("kms", "DeleteAlias", { AliasName: id }), "NotFoundException");
  },
});
