import { z } from "zod";
import { type Aws, alsoRead, ignoreNotFound } from "./aws";
import { resource } from "./resource";
import { sameJson, tagChanges, tagList, tagMap } from "./values";

const notFound = "NoSuchEntityException";
const tags = z.record(z.string(), z.string()).optional();
/** IAM returns documents percent-encoded. */
const decode = (document: string | undefined) => (document === undefined ? undefined : decodeURIComponent(document));

export const role = resource({
  schema: z.strictObject({
    name: z.string().max(64),
    assumeRolePolicy: z.string(),
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
    const { Role } = await aws.call("iam", "CreateRole", {
      RoleName: inputs.name,
      AssumeRolePolicyDocument: inputs.assumeRolePolicy,
      Description: inputs.description,
      Path: inputs.path,
      MaxSessionDuration: inputs.maxSessionDuration,
      PermissionsBoundary: inputs.permissionsBoundary,
      Tags: tagList(inputs.tags),
    });
    return { id: inputs.name, outputs: { arn: Role?.Arn, uniqueId: Role?.RoleId } };
  },
  async read(id, _state, aws) {
    const found = (await ignoreNotFound(aws.call("iam", "GetRole", { RoleName: id }), notFound))?.Role;
    if (!found) return undefined;
    await alsoRead([notFound], readInline(id, aws), aws.call("iam", "ListAttachedRolePolicies", { RoleName: id }));
    return {
      name: found.RoleName,
      arn: found.Arn,
      uniqueId: found.RoleId,
      assumeRolePolicy: decode(found.AssumeRolePolicyDocument),
      description: found.Description,
      path: found.Path,
      maxSessionDuration: found.MaxSessionDuration,
      permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
      tags: tagMap(found.Tags),
    };
  },
  async update(id, inputs, old, aws) {
    if (inputs.assumeRolePolicy !== old.assumeRolePolicy) {
      await aws.call("iam", "UpdateAssumeRolePolicy", { RoleName: id, PolicyDocument: inputs.assumeRolePolicy });
    }
    if (inputs.description !== old.description || inputs.maxSessionDuration !== old.maxSessionDuration) {
      const { description, maxSessionDuration } = inputs;
      await aws.call("iam", "UpdateRole", {
        RoleName: id,
        Description: description,
        MaxSessionDuration: maxSessionDuration,
      });
    }
    if (inputs.permissionsBoundary !== old.permissionsBoundary) {
      const PermissionsBoundary = inputs.permissionsBoundary;
      if (PermissionsBoundary)
        await aws.call("iam", "PutRolePermissionsBoundary", { RoleName: id, PermissionsBoundary });
      else await aws.call("iam", "DeleteRolePermissionsBoundary", { RoleName: id });
    }
    const { set, unset } = tagChanges(old.tags, inputs.tags);
    if (Object.keys(set).length > 0) await aws.call("iam", "TagRole", { RoleName: id, Tags: tagList(set) });
    if (unset.length > 0) await aws.call("iam", "UntagRole", { RoleName: id, TagKeys: unset });
    return {};
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

const inline = z.strictObject({ name: z.string().max(128), role: z.string(), policy: z.string() });

export const rolePolicy = resource({
  schema: inline,
  autoName: { property: "name", maxLength: 128 },
  replaceOn: ["name", "role"],
  same: { policy: sameJson },
  async create(inputs, aws) {
    await putInline(inputs, aws);
    return { id: `${inputs.role}:${inputs.name}`, outputs: {} };
  },
  async read(id, _state, aws) {
    const [RoleName = "", PolicyName = ""] = id.split(":");
    const found = await ignoreNotFound(aws.call("iam", "GetRolePolicy", { RoleName, PolicyName }), notFound);
    return found && { name: PolicyName, role: RoleName, policy: decode(found.PolicyDocument) };
  },
  async update(_id, inputs, _old, aws) {
    await putInline(inputs, aws);
    return {};
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
    return { id: `${RoleName}/${policyArn}`, outputs: {} };
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
    policy: z.string(),
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
    return { id: Policy?.Arn ?? "", outputs: { arn: Policy?.Arn, policyId: Policy?.PolicyId } };
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
  async update(id, inputs, old, aws) {
    if (inputs.policy !== old.policy) {
      await deleteOldVersions(id, aws);
      await aws.call("iam", "CreatePolicyVersion", {
        PolicyArn: id,
        PolicyDocument: inputs.policy,
        SetAsDefault: true,
      });
    }
    const { set, unset } = tagChanges(old.tags, inputs.tags);
    if (Object.keys(set).length > 0) await aws.call("iam", "TagPolicy", { PolicyArn: id, Tags: tagList(set) });
    if (unset.length > 0) await aws.call("iam", "UntagPolicy", { PolicyArn: id, TagKeys: unset });
    return {};
  },
  async delete(id, _state, aws) {
    if (await ignoreNotFound(aws.call("iam", "GetPolicy", { PolicyArn: id }), notFound))
      await deleteOldVersions(id, aws);
    try {
      await ignoreNotFound(aws.call("iam", "DeletePolicy", { PolicyArn: id }), notFound);
    } catch (error) {
      if ((error as Error).name !== "DeleteConflictException") throw error;
      throw await explainAttachments(id, error as Error, aws);
    }
  },
});

/** IAM's error does not list the roles that the policy is attached to; often they belong to other teams. */
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

/** A managed policy has at most five versions, and can be deleted only when the default is the only one. */
async function deleteOldVersions(PolicyArn: string, aws: Aws): Promise<void> {
  const { Versions } = await aws.call("iam", "ListPolicyVersions", { PolicyArn });
  for (const { VersionId, IsDefaultVersion } of Versions ?? []) {
    if (!IsDefaultVersion) await aws.call("iam", "DeletePolicyVersion", { PolicyArn, VersionId });
  }
}
