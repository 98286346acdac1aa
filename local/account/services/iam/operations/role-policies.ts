import { page } from "../../../host/page";
import type { Handlers } from "../../../host/service";
import type { Store } from "../../../host/store";
import { parsePolicy } from "../../../languages/policy/documents";
import type { Clients } from "../../../model/clients";
import { limitExceeded, malformedPolicy, noSuchEntity } from "../faults";
import { requirePolicy } from "../state/policies";
import { countLength, encodeDocument } from "../state/policy-text";
import { findRole } from "../state/roles";
import type { IamState, Role, StoredPolicy } from "../state/state";

/** The quota "Managed policies attached to an IAM role", by default. */
const attachedLimit = 10;
/** Characters that all inline policies of a role may have together, without white space. */
const inlineLimit = 10_240;

/** The policies of roles: inline ones, attachments and boundaries. */
export function rolePolicyHandlers(states: Store<IamState>) {
  return {
    PutRolePolicy({ RoleName, PolicyName = "", PolicyDocument = "" }, call) {
      const role = findRole(states.of(call), RoleName);
      const others = [...role.inline].filter(([name]) => name !== PolicyName).map(([, { text }]) => text);
      const size = [...others, PolicyDocument].reduce((sum, text) => sum + countLength(text), 0);
      if (size > inlineLimit) {
        throw limitExceeded(`Maximum policy size of ${inlineLimit} bytes exceeded for role ${role.name}`);
      }
      const document = parsePolicy(PolicyDocument, "identity", malformedPolicy);
      role.inline.set(PolicyName, { text: PolicyDocument, document });
      return {};
    },

    GetRolePolicy({ RoleName, PolicyName = "" }, call) {
      const { text } = findInline(findRole(states.of(call), RoleName), PolicyName);
      return { RoleName, PolicyName, PolicyDocument: encodeDocument(text) };
    },

    DeleteRolePolicy({ RoleName, PolicyName = "" }, call) {
      const role = findRole(states.of(call), RoleName);
      findInline(role, PolicyName);
      role.inline.delete(PolicyName);
      return {};
    },

    ListRolePolicies({ RoleName, Marker, MaxItems = 100 }, call) {
      const names = findRole(states.of(call), RoleName).inline.keys();
      const { items, next } = page(names, (name) => name, { token: Marker, limit: MaxItems });
      return { PolicyNames: items, IsTruncated: next !== undefined, Marker: next };
    },

    AttachRolePolicy({ RoleName, PolicyArn = "" }, call) {
      const role = findRole(states.of(call), RoleName);
      requirePolicy(states.of(call), PolicyArn);
      if (!role.attached.has(PolicyArn) && role.attached.size >= attachedLimit) {
        throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${attachedLimit}`);
      }
      role.attached.add(PolicyArn);
      return {};
    },

    DetachRolePolicy({ RoleName, PolicyArn = "" }, call) {
      if (!findRole(states.of(call), RoleName).attached.delete(PolicyArn)) {
        throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
      }
      return {};
    },

    ListAttachedRolePolicies({ RoleName, PathPrefix = "/", Marker, MaxItems = 100 }, call) {
      const attached = [...findRole(states.of(call), RoleName).attached]
        .filter((arn) => arn.slice(arn.indexOf(":policy/") + ":policy".length).startsWith(PathPrefix))
        .map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf("/") + 1), PolicyArn: arn }));
      const { items, next } = page(attached, ({ PolicyName }) => PolicyName, { token: Marker, limit: MaxItems });
      return { AttachedPolicies: items, IsTruncated: next !== undefined, Marker: next };
    },

    PutRolePermissionsBoundary({ RoleName, PermissionsBoundary = "" }, call) {
      findRole(states.of(call), RoleName).boundaryArn = requirePolicy(states.of(call), PermissionsBoundary);
      return {};
    },

    DeleteRolePermissionsBoundary({ RoleName }, call) {
      findRole(states.of(call), RoleName).boundaryArn = undefined;
      return {};
    },
  } satisfies Handlers<Clients["iam"]>;
}

function findInline(role: Role, name: string): StoredPolicy {
  const policy = role.inline.get(name);
  if (!policy) throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
  return policy;
}
