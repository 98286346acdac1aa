import type { Role as RoleView } from "@aws-sdk/client-iam";
import { globalArn } from "../../../aws/arn";
import { listTags } from "../../../aws/tags";
import { page } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Store } from "../../../host/store";
import { parsePolicy } from "../../../languages/policy/documents";
import type { Clients } from "../../../model/clients";
import { alreadyExists, deleteConflict, limitExceeded, malformedPolicy } from "../faults";
import { requirePolicy } from "../state/policies";
import { countLength, encodeDocument } from "../state/policy-text";
import { findRole } from "../state/roles";
import { createUniqueId, type IamState, type Role, type StoredPolicy } from "../state/state";
import { withTags } from "../state/tags";

const trustLimit = 2_048;

/** Creates, describes, changes and deletes roles. */
export function roleHandlers(host: Host, states: Store<IamState>) {
  return {
    CreateRole(input, call) {
      const { roles } = states.of(call);
      const name = input.RoleName ?? "";
      if (roles.has(name.toLowerCase())) throw alreadyExists(`Role with name ${name} already exists.`);
      const path = input.Path ?? "/";
      const role: Role = {
        name,
        path,
        arn: globalArn("iam", call.account, `role${path}${name}`),
        id: createUniqueId("AROA", host.randomBytes(17)),
        created: new Date(host.clock.now()),
        description: input.Description,
        maxSessionDuration: input.MaxSessionDuration ?? 3600,
        trust: readTrust(input.AssumeRolePolicyDocument),
        boundaryArn:
          input.PermissionsBoundary === undefined
            ? undefined
            : requirePolicy(states.of(call), input.PermissionsBoundary),
        lastUsed: undefined,
        inline: new Map(),
        attached: new Set(),
        tags: withTags(new Map(), input.Tags),
      };
      roles.set(name.toLowerCase(), role);
      // Recorded on AWS (localstack's snapshot test_create_describe_role): the response has
      // neither.
      const { MaxSessionDuration: _, RoleLastUsed: __, ...created } = describeRole(role);
      return { Role: created };
    },

    GetRole: ({ RoleName }, call) => ({ Role: describeRole(findRole(states.of(call), RoleName)) }),

    ListRoles({ PathPrefix = "/", Marker, MaxItems = 100 }, call) {
      const matching = [...states.of(call).roles.values()].filter(({ path }) => path.startsWith(PathPrefix));
      const { items, next } = page(matching, ({ name }) => name, { token: Marker, limit: MaxItems });
      // API reference, ListRoles: "This operation does not return the following attributes".
      const Roles = items.map((role) => {
        const { PermissionsBoundary: _, RoleLastUsed: __, Tags: ___, ...listed } = describeRole(role);
        return listed;
      });
      return { Roles, IsTruncated: next !== undefined, Marker: next };
    },

    UpdateRole({ RoleName, Description, MaxSessionDuration }, call) {
      const role = findRole(states.of(call), RoleName);
      if (Description !== undefined) role.description = Description;
      if (MaxSessionDuration !== undefined) role.maxSessionDuration = MaxSessionDuration;
      return {};
    },

    UpdateRoleDescription({ RoleName, Description = "" }, call) {
      const role = findRole(states.of(call), RoleName);
      role.description = Description;
      return { Role: describeRole(role) };
    },

    UpdateAssumeRolePolicy({ RoleName, PolicyDocument }, call) {
      findRole(states.of(call), RoleName).trust = readTrust(PolicyDocument);
      return {};
    },

    DeleteRole({ RoleName }, call) {
      const role = findRole(states.of(call), RoleName);
      if (role.attached.size > 0) throw deleteConflict("Cannot delete entity, must detach all policies first.");
      if (role.inline.size > 0) throw deleteConflict("Cannot delete entity, must delete policies first.");
      states.of(call).roles.delete(role.name.toLowerCase());
      return {};
    },

    // The Pulumi provider calls it before it deletes a role; the account has no instance profiles.
    ListInstanceProfilesForRole({ RoleName, Marker, MaxItems = 100 }, call) {
      findRole(states.of(call), RoleName);
      const { items } = page([], String, { token: Marker, limit: MaxItems });
      return { InstanceProfiles: items, IsTruncated: false };
    },
  } satisfies Handlers<Clients["iam"]>;
}

function readTrust(text: string | undefined): StoredPolicy {
  const given = text ?? "";
  if (countLength(given) > trustLimit) throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${trustLimit}`);
  return { text: given, document: parsePolicy(given, "trust", malformedPolicy) };
}

function describeRole(role: Role): RoleView {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.created,
    AssumeRolePolicyDocument: encodeDocument(role.trust.text),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
    ...(role.boundaryArn !== undefined
      ? {
          PermissionsBoundary: {
            PermissionsBoundaryType: "PermissionsBoundaryPolicy",
            PermissionsBoundaryArn: role.boundaryArn,
          },
        }
      : {}),
    ...(role.tags.size > 0 ? { Tags: listTags(role.tags) } : {}),
    RoleLastUsed: { LastUsedDate: role.lastUsed?.date, Region: role.lastUsed?.region },
  };
}
