import type { Role as RoleView } from "@aws-sdk/client-iam";
import type { Clients } from "../../../endpoint/clients";
import { Fault } from "../../../endpoint/fault";
import { page } from "../../../endpoint/page";
import type { Caller, Handlers, Host, Store } from "../../../endpoint/service";
import { parsePolicy } from "../documents";
import { alreadyExists, deleteConflict, limitExceeded, malformedPolicy, noSuchEntity, unmodifiable } from "../faults";
import { awsManagedPolicies, refuseUnknownAwsPolicy } from "../state/aws-managed";
import { type IamState, type Role, type StoredPolicy, serviceLinkedPath, uniqueId } from "../state/state";
import { addTags, removeTags, tagList } from "./tags";

/** The quota "Managed policies attached to an IAM role", by default. */
const attachedLimit = 10;
/** Characters that all inline policies of a role may have together, white space not counted. */
const inlineLimit = 10_240;
const trustLimit = 2_048;

/** Policies arrive as they were written; white space does not count towards the quotas (IAM user guide, "Quotas"). */
export const countedLength = (text: string) => text.replace(/\s/g, "").length;

/** The role of that name. */
export function findRole(state: IamState, name: string | undefined): Role {
  const role = state.roles.get((name ?? "").toLowerCase());
  if (!role) throw noSuchEntity(`The role with name ${name ?? ""} cannot be found.`);
  return role;
}

function readTrust(text: string | undefined): StoredPolicy {
  const given = text ?? "";
  if (countedLength(given) > trustLimit) throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${trustLimit}`);
  return { text: given, document: parsePolicy(given, "trust", malformedPolicy) };
}

/** IAM returns documents percent-encoded (API reference: "URL-encoded compliant with RFC 3986"). */
export const encodeDocument = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** `full` adds what only GetRole and CreateRole return. */
export function describeRole(role: Role, full: boolean): RoleView {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.created,
    AssumeRolePolicyDocument: encodeDocument(role.trust.text),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
    ...(full && role.boundaryArn !== undefined
      ? {
          PermissionsBoundary: {
            PermissionsBoundaryType: "PermissionsBoundaryPolicy",
            PermissionsBoundaryArn: role.boundaryArn,
          },
        }
      : {}),
    ...(full && role.tags.size > 0 ? { Tags: tagList(role.tags) } : {}),
    ...(full ? { RoleLastUsed: { LastUsedDate: role.lastUsed?.date, Region: role.lastUsed?.region } } : {}),
  };
}

/** Only AWS changes a service-linked role (error UnmodifiableEntity of the service model). */
function refuseServiceLinked({ path, name }: Role): void {
  if (!path.startsWith(serviceLinkedPath)) return;
  throw unmodifiable(
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
  );
}

/** Roles, their trust policies, inline policies, attachments and boundaries. */
export function roleHandlers(host: Host, states: Store<IamState>) {
  const find = (call: Caller, name: string | undefined) => findRole(states.of(call), name);
  const findOwn = (call: Caller, name: string | undefined) => {
    const role = find(call, name);
    refuseServiceLinked(role);
    return role;
  };
  const requirePolicy = (call: Caller, arn: string) => {
    // Recorded on AWS: localstack's snapshot test_role_attach_policy.
    if (!/^arn:[^:]+:iam::(\d{12}|aws):policy\/.+$/.test(arn)) {
      throw new Fault("ValidationError", "Invalid ARN:  Could not be parsed!");
    }
    refuseUnknownAwsPolicy(arn);
    if (!awsManagedPolicies.has(arn) && !states.of(call).policies.has(arn)) {
      throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    }
    return arn;
  };

  return {
    CreateRole(input, call) {
      const { roles } = states.of(call);
      const name = input.RoleName ?? "";
      if (roles.has(name.toLowerCase())) throw alreadyExists(`Role with name ${name} already exists.`);
      const path = input.Path ?? "/";
      const role: Role = {
        name,
        path,
        arn: `arn:aws:iam::${call.account}:role${path}${name}`,
        id: uniqueId("AROA", host.randomBytes(17)),
        created: new Date(host.clock.now()),
        description: input.Description,
        maxSessionDuration: input.MaxSessionDuration ?? 3600,
        trust: readTrust(input.AssumeRolePolicyDocument),
        boundaryArn:
          input.PermissionsBoundary === undefined ? undefined : requirePolicy(call, input.PermissionsBoundary),
        lastUsed: undefined,
        inline: new Map(),
        attached: new Set(),
        tags: addTags(new Map(), input.Tags),
      };
      roles.set(name.toLowerCase(), role);
      // Recorded on AWS (localstack's snapshot test_create_describe_role): the answer has neither.
      const { MaxSessionDuration: _, RoleLastUsed: __, ...created } = describeRole(role, true);
      return { Role: created };
    },

    GetRole: ({ RoleName }, call) => ({ Role: describeRole(find(call, RoleName), true) }),

    ListRoles({ PathPrefix = "/", Marker, MaxItems = 100 }, call) {
      const matching = [...states.of(call).roles.values()].filter(({ path }) => path.startsWith(PathPrefix));
      const { items, next } = page(matching, ({ name }) => name, { token: Marker, limit: MaxItems });
      return { Roles: items.map((role) => describeRole(role, false)), IsTruncated: next !== undefined, Marker: next };
    },

    UpdateRole({ RoleName, Description, MaxSessionDuration }, call) {
      const role = find(call, RoleName);
      if (Description !== undefined) role.description = Description;
      if (MaxSessionDuration !== undefined) role.maxSessionDuration = MaxSessionDuration;
      return {};
    },

    UpdateAssumeRolePolicy({ RoleName, PolicyDocument }, call) {
      findOwn(call, RoleName).trust = readTrust(PolicyDocument);
      return {};
    },

    DeleteRole({ RoleName }, call) {
      const role = findOwn(call, RoleName);
      if (role.attached.size > 0) throw deleteConflict("Cannot delete entity, must detach all policies first.");
      if (role.inline.size > 0) throw deleteConflict("Cannot delete entity, must delete policies first.");
      states.of(call).roles.delete(role.name.toLowerCase());
      return {};
    },

    PutRolePolicy({ RoleName, PolicyName = "", PolicyDocument = "" }, call) {
      const role = findOwn(call, RoleName);
      const document = parsePolicy(PolicyDocument, "identity", malformedPolicy);
      const others = [...role.inline].filter(([name]) => name !== PolicyName).map(([, { text }]) => text);
      const size = [...others, PolicyDocument].reduce((sum, text) => sum + countedLength(text), 0);
      if (size > inlineLimit) {
        throw limitExceeded(`Maximum policy size of ${inlineLimit} bytes exceeded for role ${role.name}`);
      }
      role.inline.set(PolicyName, { text: PolicyDocument, document });
      return {};
    },

    GetRolePolicy({ RoleName, PolicyName = "" }, call) {
      const { text } = inlineOf(find(call, RoleName), PolicyName);
      return { RoleName, PolicyName, PolicyDocument: encodeDocument(text) };
    },

    DeleteRolePolicy({ RoleName, PolicyName = "" }, call) {
      const role = findOwn(call, RoleName);
      inlineOf(role, PolicyName);
      role.inline.delete(PolicyName);
      return {};
    },

    ListRolePolicies({ RoleName, Marker, MaxItems = 100 }, call) {
      const names = find(call, RoleName).inline.keys();
      const { items, next } = page(names, (name) => name, { token: Marker, limit: MaxItems });
      return { PolicyNames: items, IsTruncated: next !== undefined, Marker: next };
    },

    AttachRolePolicy({ RoleName, PolicyArn = "" }, call) {
      const role = findOwn(call, RoleName);
      requirePolicy(call, PolicyArn);
      if (!role.attached.has(PolicyArn) && role.attached.size >= attachedLimit) {
        throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${attachedLimit}`);
      }
      role.attached.add(PolicyArn);
      return {};
    },

    DetachRolePolicy({ RoleName, PolicyArn = "" }, call) {
      if (!findOwn(call, RoleName).attached.delete(PolicyArn)) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
      return {};
    },

    ListAttachedRolePolicies({ RoleName, PathPrefix = "/", Marker, MaxItems = 100 }, call) {
      const attached = [...find(call, RoleName).attached]
        .filter((arn) => arn.slice(arn.indexOf(":policy/") + ":policy".length).startsWith(PathPrefix))
        .map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf("/") + 1), PolicyArn: arn }));
      const { items, next } = page(attached, ({ PolicyName }) => PolicyName, { token: Marker, limit: MaxItems });
      return { AttachedPolicies: items, IsTruncated: next !== undefined, Marker: next };
    },

    // No instances, so no instance profiles: the provider asks before it deletes a role.
    ListInstanceProfilesForRole({ RoleName }, call) {
      find(call, RoleName);
      return { InstanceProfiles: [], IsTruncated: false };
    },

    PutRolePermissionsBoundary({ RoleName, PermissionsBoundary = "" }, call) {
      findOwn(call, RoleName).boundaryArn = requirePolicy(call, PermissionsBoundary);
      return {};
    },

    DeleteRolePermissionsBoundary({ RoleName }, call) {
      findOwn(call, RoleName).boundaryArn = undefined;
      return {};
    },

    TagRole({ RoleName, Tags }, call) {
      const role = find(call, RoleName);
      role.tags = addTags(role.tags, Tags);
      return {};
    },

    UntagRole({ RoleName, TagKeys }, call) {
      const role = find(call, RoleName);
      role.tags = removeTags(role.tags, TagKeys);
      return {};
    },

    ListRoleTags({ RoleName, Marker, MaxItems = 100 }, call) {
      const tags = tagList(find(call, RoleName).tags);
      const { items, next } = page(tags, ({ Key }) => Key, { token: Marker, limit: MaxItems });
      return { Tags: items, IsTruncated: next !== undefined, Marker: next };
    },
  } satisfies Handlers<Clients["iam"]>;
}

function inlineOf(role: Role, name: string): StoredPolicy {
  const policy = role.inline.get(name);
  if (!policy) throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
  return policy;
}
