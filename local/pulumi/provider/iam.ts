import { z } from "zod";
import { type Aws, alsoRead, ignoreNotFound } from "./aws";
import { resource } from "./resource";
import { jsonDocument, sameJson, tagList, tagMap } from "./values";

const notFound = "NoSuchEntityException";
const tags = z.record(z.string(), z.string()).optional();
/** IAM returns documents percent-encoded. */
const decode = (document: string | undefined) => (document === undefined ? undefined : decodeURIComponent(document));

export const role = resource({
  schema: z.strictObject({
    name: z.string().max(64),
    assumeRolePolicy: jsonDocument,
    description: z.string().optional(),
    path: z.string().default("/"),
    maxSessionDuration: z.number().int().min(3600).max(43_200).default(3600),
    permissionsBoundary: z.string().optional(),
    tags,
  }),
  autoName: { property: "name", maxLength: 64 },
  replaceOn: ["name", "path"],
  same: { assumeRolePolicy: sameJson },
  async create(inputs, aws) {
    await aws.call("iam", "CreateRole", {
      RoleName: inputs.name,
      AssumeRolePolicyDocument: inputs.assumeRolePolicy,
      Description: inputs.description,
      Path: inputs.path,
      MaxSessionDuration: inputs.maxSessionDuration,
      PermissionsBoundary: inputs.permissionsBoundary,
      Tags: tagList(inputs.tags),
    });
    return inputs.name;
  },
  async read(id, _state, aws) {
    const found = (await ignoreNotFound(aws.call("iam", "GetRole", { RoleName: id }), notFound))?.Role;
    if (!found) return undefined;
    await alsoRead([notFound], readInline(id, aws), aws.call("iam", "ListAttachedRolePolicies", { RoleName: id }));
    return {
      name: found.RoleName,
      arn: found.Arn,
      uniqueId: found.RoleId,
      // Terraform's times are RFC 3339 in whole seconds.
      createDate: found.CreateDate?.toISOString().replace(/\.\d+Z$/, "Z"),
      assumeRolePolicy: decode(found.AssumeRolePolicyDocument),
      description: found.Description || undefined,
      path: found.Path,
      maxSessionDuration: found.MaxSessionDuration,
      permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
      tags: tagMap(found.Tags),
    };
  },
  async update(RoleName, inputs, { has }, aws) {
    if (has("assumeRolePolicy")) {
      await aws.call("iam", "UpdateAssumeRolePolicy", { RoleName, PolicyDocument: inputs.assumeRolePolicy });
    }
    if (has("description")) {
      await aws.call("iam", "UpdateRoleDescription", { RoleName, Description: inputs.description ?? "" });
    }
    if (has("maxSessionDuration")) {
      await aws.call("iam", "UpdateRole", { RoleName, MaxSessionDuration: inputs.maxSessionDuration });
    }
    if (has("permissionsBoundary")) {
      const PermissionsBoundary = inputs.permissionsBoundary;
      if (PermissionsBoundary) await aws.call("iam", "PutRolePermissionsBoundary", { RoleName, PermissionsBoundary });
      else await aws.call("iam", "DeleteRolePermissionsBoundary", { RoleName });
    }
  },
  tagging: {
    set: ({ name }, tags, aws) => aws.call("iam", "TagRole", { RoleName: String(name), Tags: tagList(tags) }),
    unset: ({ name }, TagKeys, aws) => aws.call("iam", "UntagRole", { RoleName: String(name), TagKeys }),
  },
  async delete(id, _state, aws) {
    await alsoRead([notFound], aws.call("iam", "ListInstanceProfilesForRole", { RoleName: id }));
    await ignoreNotFound(aws.call("iam", "DeleteRole", { RoleName: id }), notFound);
  },
});

/** Reads the inline policies of a role, which are a computed property of it. */
async function readInline(RoleName: string, aws: Aws): Promise<void> {
  const { PolicyNames = [] } = await aws.call("iam", "ListRolePolicies", { RoleName });
  const policies = PolicyNames.map((PolicyName) => aws.call("iam", "GetRolePolicy", { RoleName, PolicyName }));
  await alsoRead([notFound], ...policies);
}

const inline = z.strictObject({ name: z.string().max(128), role: z.string(), policy: jsonDocument });

export const rolePolicy = resource({
  schema: inline,
  autoName: { property: "name", maxLength: 128 },
  replaceOn: ["name", "role"],
  same: { policy: sameJson },
  async create(inputs, aws) {
    await putInline(inputs, aws);
    return `${inputs.role}:${inputs.name}`;
  },
  async read(id, _state, aws) {
    const [RoleName = "", PolicyName = ""] = id.split(":");
    const found = await ignoreNotFound(aws.call("iam", "GetRolePolicy", { RoleName, PolicyName }), notFound);
    return found && { name: PolicyName, role: RoleName, policy: decode(found.PolicyDocument) };
  },
  async update(_id, inputs, _change, aws) {
    await putInline(inputs, aws);
  },
  async delete(id, _state, aws) {
    const [RoleName = "", PolicyName = ""] = id.split(":");
    await ignoreNotFound(aws.call("iam", "DeleteRolePolicy", { RoleName, PolicyName }), notFound);
  },
});

const putInline = ({ role, name, policy }: z.output<typeof inline>, aws: Aws) =>
  aws.call("iam", "PutRolePolicy", { RoleName: role, PolicyName: name, PolicyDocument: policy });

export const rolePolicyAttachment = resource({
  schema: z.strictObject({ role: z.string(), policyArn: z.string() }),
  replaceOn: ["role", "policyArn"],
  async create({ role: RoleName, policyArn }, aws) {
    await aws.call("iam", "AttachRolePolicy", { RoleName, PolicyArn: policyArn });
    return `${RoleName}/${policyArn}`;
  },
  async read(id, _state, aws) {
    const { role, policyArn } = attachmentOf(id);
    const found = await ignoreNotFound(aws.call("iam", "ListAttachedRolePolicies", { RoleName: role }), notFound);
    return found?.AttachedPolicies?.some(({ PolicyArn }) => PolicyArn === policyArn) ? { role, policyArn } : undefined;
  },
  async delete(id, _state, aws) {
    const { role, policyArn } = attachmentOf(id);
    await ignoreNotFound(aws.call("iam", "DetachRolePolicy", { RoleName: role, PolicyArn: policyArn }), notFound);
  },
});

/** The id is `role/arn`. */
function attachmentOf(id: string) {
  const [role = "", ...arn] = id.split("/");
  return { role, policyArn: arn.join("/") };
}

export const policy = resource({
  schema: z.strictObject({
    name: z.string().max(128),
    policy: jsonDocument,
    description: z.string().optional(),
    path: z.string().default("/"),
    tags,
  }),
  autoName: { property: "name", maxLength: 128 },
  replaceOn: ["name", "path", "description"],
  same: { policy: sameJson },
  async create(inputs, aws) {
    const { Policy } = await aws.call("iam", "CreatePolicy", {
      PolicyName: inputs.name,
      PolicyDocument: inputs.policy,
      Description: inputs.description,
      Path: inputs.path,
      Tags: tagList(inputs.tags),
    });
    return Policy?.Arn ?? "";
  },
  async read(id, _state, aws) {
    const found = (await ignoreNotFound(aws.call("iam", "GetPolicy", { PolicyArn: id }), notFound))?.Policy;
    if (!found) return undefined;
    const VersionId = found.DefaultVersionId;
    const { PolicyVersion } = await aws.call("iam", "GetPolicyVersion", { PolicyArn: id, VersionId });
    return {
      name: found.PolicyName,
      arn: found.Arn,
      policyId: found.PolicyId,
      policy: decode(PolicyVersion?.Document),
      description: found.Description,
      path: found.Path,
      tags: tagMap(found.Tags),
    };
  },
  async update(PolicyArn, inputs, _change, aws) {
    await makeRoomForVersion(PolicyArn, aws);
    await aws.call("iam", "CreatePolicyVersion", { PolicyArn, PolicyDocument: inputs.policy, SetAsDefault: true });
  },
  tagging: {
    set: ({ arn }, tags, aws) => aws.call("iam", "TagPolicy", { PolicyArn: String(arn), Tags: tagList(tags) }),
    unset: ({ arn }, TagKeys, aws) => aws.call("iam", "UntagPolicy", { PolicyArn: String(arn), TagKeys }),
  },
  async delete(id, _state, aws) {
    // It can be deleted only when the default is its only version.
    for (const VersionId of (await listOldVersions(id, aws)) ?? []) await deleteVersion(id, VersionId, aws);
    try {
      await ignoreNotFound(aws.call("iam", "DeletePolicy", { PolicyArn: id }), notFound);
    } catch (error) {
      if ((error as Error).name !== "DeleteConflictException") throw error;
      throw await explainAttachments(id, error as Error, aws);
    }
  },
});

/**
 * IAM's error does not list the roles that the policy is attached to; often they belong to other
 * teams.
 */
async function explainAttachments(PolicyArn: string, cause: Error, aws: Aws): Promise<Error> {
  const {
    PolicyRoles = [],
    PolicyUsers = [],
    PolicyGroups = [],
  } = await aws.call("iam", "ListEntitiesForPolicy", {
    PolicyArn,
  });
  const entities = [
    ...PolicyRoles.map(({ RoleName }) => `role ${RoleName}`),
    ...PolicyUsers.map(({ UserName }) => `user ${UserName}`),
    ...PolicyGroups.map(({ GroupName }) => `group ${GroupName}`),
  ];
  const remedy = "Detach it from them, or let their owners do it, then run the command again";
  return new Error(`${PolicyArn}: ${cause.message} It is attached to ${entities.join(", ")}. ${remedy}.`, { cause });
}

/** A managed policy has at most five versions: deletes the oldest one that is not the default. */
async function makeRoomForVersion(PolicyArn: string, aws: Aws): Promise<void> {
  const old = (await listOldVersions(PolicyArn, aws)) ?? [];
  if (old.length >= 4) await deleteVersion(PolicyArn, old[0], aws);
}

/**
 * The ids of the versions that are not the default, from the oldest; absent if there is no policy.
 */
async function listOldVersions(PolicyArn: string, aws: Aws): Promise<(string | undefined)[] | undefined> {
  const found = await ignoreNotFound(aws.call("iam", "ListPolicyVersions", { PolicyArn }), notFound);
  const old = found?.Versions?.filter(({ IsDefaultVersion }) => !IsDefaultVersion);
  return old?.sort((a, b) => Number(a.CreateDate) - Number(b.CreateDate)).map(({ VersionId }) => VersionId);
}

const deleteVersion = (PolicyArn: string, VersionId: string | undefined, aws: Aws) =>
  aws.call("iam", "DeletePolicyVersion", { PolicyArn, VersionId });
