import type { Policy as PolicyView } from "@aws-sdk/client-iam";
import { globalArn } from "../../../aws/arn";
import { notImplemented } from "../../../aws/fault";
import { listTags } from "../../../aws/tags";
import { page } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Clients } from "../../../model/clients";
import { alreadyExists, deleteConflict } from "../faults";
import { awsManagedPolicies } from "../state/aws-managed";
import { findOwnPolicy, findPolicy, rolesWith, rolesWithin } from "../state/policies";
import { createUniqueId, type IamState, type ManagedPolicy } from "../state/state";
import { withTags } from "../state/tags";
import { addVersion } from "./policy-versions";

/** Creates, describes, lists and deletes managed policies. */
export function policyHandlers(host: Host, states: Store<IamState>) {
  return {
    CreatePolicy({ PolicyName: name = "", Path: path = "/", PolicyDocument = "", Description, Tags }, call) {
      const { policies } = states.of(call);
      const taken = [...policies.values()].some((policy) => policy.name.toLowerCase() === name.toLowerCase());
      if (taken) throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
      const now = new Date(host.clock.now());
      const policy: ManagedPolicy = {
        name,
        path,
        arn: globalArn("iam", call.account, `policy${path}${name}`),
        id: createUniqueId("ANPA", host.randomBytes(17)),
        created: now,
        updated: now,
        description: Description,
        defaultVersion: "v1",
        nextVersion: 1,
        versions: new Map(),
        tags: withTags(new Map(), Tags),
      };
      addVersion(host, policy, PolicyDocument);
      policies.set(policy.arn, policy);
      return {
        Policy: {
          ...describePolicy(states.of(call), policy),
          ...(policy.tags.size > 0 ? { Tags: listTags(policy.tags) } : {}),
        },
      };
    },

    GetPolicy({ PolicyArn }, call) {
      const policy = findPolicy(states.of(call), PolicyArn);
      return {
        Policy: {
          ...describePolicy(states.of(call), policy),
          Description: policy.description,
          Tags: listTags(policy.tags),
        },
      };
    },

    ListPolicies({ Scope = "All", OnlyAttached, PathPrefix = "/", PolicyUsageFilter, Marker, MaxItems = 100 }, call) {
      if (PolicyUsageFilter !== undefined) throw notImplemented("iam:ListPolicies with PolicyUsageFilter");
      const aws = Scope === "Local" ? [] : awsManagedPolicies.values();
      const local = Scope === "AWS" ? [] : states.of(call).policies.values();
      const matching = [...aws, ...local].filter(
        ({ path, arn }) => path.startsWith(PathPrefix) && (!OnlyAttached || rolesWith(states.of(call), arn).length > 0),
      );
      const { items, next } = page(matching, ({ name, arn }) => `${name} ${arn}`, { token: Marker, limit: MaxItems });
      return {
        Policies: items.map((policy) => describePolicy(states.of(call), policy)),
        IsTruncated: next !== undefined,
        Marker: next,
      };
    },

    DeletePolicy({ PolicyArn }, call) {
      const policy = findOwnPolicy(states.of(call), PolicyArn);
      if (rolesWith(states.of(call), policy.arn).length + rolesWithin(states.of(call), policy.arn).length > 0) {
        throw deleteConflict("Cannot delete a policy attached to entities.");
      }
      if (policy.versions.size > 1) {
        throw deleteConflict(
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
        );
      }
      states.of(call).policies.delete(policy.arn);
      return {};
    },
  } satisfies Handlers<Clients["iam"]>;
}

const describePolicy = (state: IamState, policy: ManagedPolicy): PolicyView => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: policy.defaultVersion,
  AttachmentCount: rolesWith(state, policy.arn).length,
  PermissionsBoundaryUsageCount: rolesWithin(state, policy.arn).length,
  IsAttachable: true,
  CreateDate: policy.created,
  UpdateDate: policy.updated,
});
