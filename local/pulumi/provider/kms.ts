import { z } from "zod";
import { readAllPages } from "../../account/aws/read-all-pages";
import { type Aws, ignoreNotFound, waitUntil } from "./aws";
import { resource } from "./resource";
import { sameJson, tagMap } from "./values";

const tags = z.record(z.string(), z.string()).optional();

export const key = resource({
  schema: z.strictObject({
    description: z.string().default("Managed by Pulumi"),
    enableKeyRotation: z.boolean().default(false),
    bypassPolicyLockoutSafetyCheck: z.boolean().default(false),
    deletionWindowInDays: z.number().int().min(7).max(30).default(30),
    policy: z.string().optional(),
    tags,
  }),
  replaceOn: [],
  computed: ["policy"],
  same: { policy: sameJson },
  unread: ["deletionWindowInDays", "bypassPolicyLockoutSafetyCheck"],
  async create(inputs, aws) {
    const { KeyMetadata } = await aws.call("kms", "CreateKey", {
      Description: inputs.description,
      Policy: inputs.policy,
      BypassPolicyLockoutSafetyCheck: inputs.bypassPolicyLockoutSafetyCheck,
      Tags: keyTags(inputs.tags),
    });
    const id = KeyMetadata?.KeyId ?? "";
    if (inputs.enableKeyRotation) await aws.call("kms", "EnableKeyRotation", { KeyId: id });
    return id;
  },
  async read(id, _state, aws) {
    const metadata = await findKey(id, aws);
    if (!metadata) return undefined;
    const [{ Policy }, { KeyRotationEnabled }, { Tags = [] }] = await Promise.all([
      aws.call("kms", "GetKeyPolicy", { KeyId: id, PolicyName: "default" }),
      aws.call("kms", "GetKeyRotationStatus", { KeyId: id }),
      aws.call("kms", "ListResourceTags", { KeyId: id }),
    ]);
    return {
      keyId: metadata.KeyId,
      arn: metadata.Arn,
      description: metadata.Description,
      keyUsage: metadata.KeyUsage,
      enableKeyRotation: KeyRotationEnabled,
      policy: Policy,
      tags: tagMap(Tags.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue }))),
    };
  },
  async update(id, inputs, { has }, aws) {
    if (has("enableKeyRotation")) {
      await aws.call("kms", inputs.enableKeyRotation ? "EnableKeyRotation" : "DisableKeyRotation", { KeyId: id });
    }
    if (has("description")) {
      await aws.call("kms", "UpdateKeyDescription", { KeyId: id, Description: inputs.description });
    }
    if (has("policy") && inputs.policy !== undefined) {
      await aws.call("kms", "PutKeyPolicy", {
        KeyId: id,
        PolicyName: "default",
        Policy: inputs.policy,
        BypassPolicyLockoutSafetyCheck: inputs.bypassPolicyLockoutSafetyCheck,
      });
    }
  },
  tagging: {
    set: ({ keyId }, tags, aws) => aws.call("kms", "TagResource", { KeyId: String(keyId), Tags: keyTags(tags) }),
    unset: ({ keyId }, TagKeys, aws) => aws.call("kms", "UntagResource", { KeyId: String(keyId), TagKeys }),
  },
  async delete(id, state, aws) {
    const PendingWindowInDays = Number(state.deletionWindowInDays ?? 30);
    await ignoreNotFound(
      aws.call("kms", "ScheduleKeyDeletion", { KeyId: id, PendingWindowInDays }),
      "NotFoundException",
      "KMSInvalidStateException",
    );
    await waitUntil(`the key ${id} is pending deletion`, async () => (await findKey(id, aws)) === undefined);
  },
});

/** A key that waits for its deletion counts as deleted. */
async function findKey(KeyId: string, aws: Aws) {
  const found = await ignoreNotFound(aws.call("kms", "DescribeKey", { KeyId }), "NotFoundException");
  return found?.KeyMetadata?.KeyState === "PendingDeletion" ? undefined : found?.KeyMetadata;
}

const keyTags = (tags: Readonly<Record<string, string>> = {}) =>
  Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));

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
  autoName: { property: "name", maxLength: 255, prefix: "alias/" },
  replaceOn: ["name"],
  // A key may be given by its id or its ARN.
  same: { targetKeyId: (before, after) => lastPart(before) === lastPart(after) },
  follows: { targetKeyArn: ["targetKeyId"] },
  async create(inputs, aws) {
    await aws.call("kms", "CreateAlias", { AliasName: inputs.name, TargetKeyId: inputs.targetKeyId });
    return inputs.name;
  },
  read: (id, _state, aws) => findAlias(id, aws),
  async update(id, inputs, _change, aws) {
    await aws.call("kms", "UpdateAlias", { AliasName: id, TargetKeyId: inputs.targetKeyId });
  },
  async delete(id, _state, aws) {
    await ignoreNotFound(aws.call("kms", "DeleteAlias", { AliasName: id }), "NotFoundException");
  },
});
