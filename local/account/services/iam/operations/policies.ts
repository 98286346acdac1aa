import type { Policy as PolicyView } from "@aws-sdk/client-iam";
import type { Clients } from "../../../endpoint/clients";
import { notImplemented } from "../../../endpoint/fault";
import { page } from "../../../endpoint/page";
import type { Caller, Handlers, Host, Store } from "../../../endpoint/service";
import { parsePolicy } from "../documents";
import { alreadyExists, deleteConflict, limitExceeded, malformedPolicy, noSuchEntity } from "../faults";
import { awsManagedPolicies, refuseUnknownAwsPolicy } from "../state/aws-managed";
import { type IamState, type ManagedPolicy, type PolicyVersion, uniqueId } from "../state/state";
import { countedLength, encodeDocument } from "./roles";
import { addTags, removeTags, tagList } from "./tags";

const sizeLimit = 6_144;
const versionLimit = 5;

/** Managed policies, their versions and whom they are attached to. */
export function policyHandlers(host: Host, states: Store<IamState>) {
  const find = (call: Caller, arn: string | undefined): ManagedPolicy => {
    const policy = awsManagedPolicies.get(arn ?? "") ?? states.of(call).policies.get(arn ?? "");
    if (!policy) refuseUnknownAwsPolicy(arn ?? "");
    if (!policy) throw noSuchEntity(`Policy ${arn ?? ""} was not found.`);
    return policy;
  };
  /** Only the account's own policies change; AWS's are as if they were not there. */
  const own = (call: Caller, arn: string | undefined): ManagedPolicy => {
    const policy = states.of(call).policies.get(arn ?? "");
    if (!policy) throw noSuchEntity(`Policy ${arn ?? ""} was not found.`);
    return policy;
  };
  const rolesWith = (call: Caller, arn: string) =>
    [...states.of(call).roles.values()].filter(({ attached }) => attached.has(arn));
  const boundaryOf = (call: Caller, arn: string) =>
    [...states.of(call).roles.values()].filter(({ boundaryArn }) => boundaryArn === arn);

  const view = (call: Caller, policy: ManagedPolicy): PolicyView => ({
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: rolesWith(call, policy.arn).length,
    PermissionsBoundaryUsageCount: boundaryOf(call, policy.arn).length,
    IsAttachable: true,
    CreateDate: policy.created,
    UpdateDate: policy.updated,
  });

  const addVersion = (policy: ManagedPolicy, text: string): PolicyVersion => {
    if (countedLength(text) > sizeLimit) throw limitExceeded(`Cannot exceed quota for PolicySize: ${sizeLimit}`);
    const document = parsePolicy(text, "identity", malformedPolicy);
    // Inline and trust policies may also be of the older version, which is the default.
    if (document.Version !== "2012-10-17") {
      throw malformedPolicy("Policy document must be version 2012-10-17 or greater.");
    }
    const version = { id: `v${policy.nextVersion}`, created: new Date(host.clock.now()), text, document };
    policy.nextVersion++;
    policy.versions.set(version.id, version);
    return version;
  };
  const versionView = (policy: ManagedPolicy, { id, created, text }: PolicyVersion, withDocument: boolean) => ({
    VersionId: id,
    IsDefaultVersion: id === policy.defaultVersion,
    CreateDate: created,
    ...(withDocument ? { Document: encodeDocument(text) } : {}),
  });
  const versionOf = (policy: ManagedPolicy, id: string | undefined) => {
    const version = policy.versions.get(id ?? "");
    if (!version) throw noSuchEntity(`Policy ${policy.arn} version ${id ?? ""} does not exist or is not attachable.`);
    return version;
  };

  return {
    CreatePolicy({ PolicyName: name = "", Path: path = "/", PolicyDocument = "", Description, Tags }, call) {
      const { policies } = states.of(call);
      const taken = [...policies.values()].some((policy) => policy.name.toLowerCase() === name.toLowerCase());
      if (taken) throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
      const now = new Date(host.clock.now());
      const policy: ManagedPolicy = {
        name,
        path,
        arn: `arn:aws:iam::${call.account}:policy${path}${name}`,
        id: uniqueId("ANPA", host.randomBytes(17)),
        created: now,
        updated: now,
        description: Description,
        defaultVersion: "v1",
        nextVersion: 1,
        versions: new Map(),
        tags: addTags(new Map(), Tags),
      };
      addVersion(policy, PolicyDocument);
      policies.set(policy.arn, policy);
      return { Policy: { ...view(call, policy), ...(policy.tags.size > 0 ? { Tags: tagList(policy.tags) } : {}) } };
    },

    GetPolicy({ PolicyArn }, call) {
      const policy = find(call, PolicyArn);
      return { Policy: { ...view(call, policy), Description: policy.description, Tags: tagList(policy.tags) } };
    },

    ListPolicies({ Scope = "All", OnlyAttached, PathPrefix = "/", PolicyUsageFilter, Marker, MaxItems = 100 }, call) {
      if (PolicyUsageFilter !== undefined) throw notImplemented("iam:ListPolicies PolicyUsageFilter");
      const aws = Scope === "Local" ? [] : [...awsManagedPolicies.values()];
      const local = Scope === "AWS" ? [] : [...states.of(call).policies.values()];
      const matching = [...aws, ...local].filter(
        ({ path, arn }) => path.startsWith(PathPrefix) && (!OnlyAttached || rolesWith(call, arn).length > 0),
      );
      const { items, next } = page(matching, ({ name }) => name, { token: Marker, limit: MaxItems });
      return { Policies: items.map((policy) => view(call, policy)), IsTruncated: next !== undefined, Marker: next };
    },

    DeletePolicy({ PolicyArn }, call) {
      const policy = own(call, PolicyArn);
      if (rolesWith(call, policy.arn).length + boundaryOf(call, policy.arn).length > 0) {
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

    CreatePolicyVersion({ PolicyArn, PolicyDocument = "", SetAsDefault }, call) {
      const policy = own(call, PolicyArn);
      if (policy.versions.size >= versionLimit) {
        throw limitExceeded(
          `A managed policy can have up to ${versionLimit} versions. Before you create a new version, you must delete an existing version.`,
        );
      }
      const version = addVersion(policy, PolicyDocument);
      if (SetAsDefault) policy.defaultVersion = version.id;
      policy.updated = version.created;
      return { PolicyVersion: versionView(policy, version, false) };
    },

    GetPolicyVersion({ PolicyArn, VersionId }, call) {
      const policy = find(call, PolicyArn);
      return { PolicyVersion: versionView(policy, versionOf(policy, VersionId), true) };
    },

    ListPolicyVersions({ PolicyArn, Marker, MaxItems = 100 }, call) {
      const policy = find(call, PolicyArn);
      const { items, next } = page(policy.versions.values(), ({ id }) => id.padStart(9, "0"), {
        token: Marker,
        limit: MaxItems,
      });
      const views = items.map((version) => versionView(policy, version, false));
      return { Versions: views, IsTruncated: next !== undefined, Marker: next };
    },

    SetDefaultPolicyVersion({ PolicyArn, VersionId }, call) {
      const policy = own(call, PolicyArn);
      policy.defaultVersion = versionOf(policy, VersionId).id;
      return {};
    },

    DeletePolicyVersion({ PolicyArn, VersionId }, call) {
      const policy = own(call, PolicyArn);
      const { id } = versionOf(policy, VersionId);
      if (id === policy.defaultVersion) throw deleteConflict("Cannot delete the default version of a policy.");
      policy.versions.delete(id);
      return {};
    },

    ListEntitiesForPolicy({ PolicyArn, EntityFilter, PathPrefix, PolicyUsageFilter, Marker, MaxItems = 100 }, call) {
      if (PathPrefix !== undefined) throw notImplemented("iam:ListEntitiesForPolicy PathPrefix");
      const { arn } = find(call, PolicyArn);
      const roles = PolicyUsageFilter === "PermissionsBoundary" ? boundaryOf(call, arn) : rolesWith(call, arn);
      const asked = EntityFilter === undefined || EntityFilter === "Role" ? roles : [];
      const { items, next } = page(asked, ({ name }) => name, { token: Marker, limit: MaxItems });
      return {
        PolicyRoles: items.map(({ name, id }) => ({ RoleName: name, RoleId: id })),
        PolicyGroups: [],
        PolicyUsers: [],
        IsTruncated: next !== undefined,
        Marker: next,
      };
    },

    TagPolicy({ PolicyArn, Tags }, call) {
      const policy = own(call, PolicyArn);
      policy.tags = addTags(policy.tags, Tags);
      return {};
    },

    UntagPolicy({ PolicyArn, TagKeys }, call) {
      const policy = own(call, PolicyArn);
      policy.tags = removeTags(policy.tags, TagKeys);
      return {};
    },

    ListPolicyTags({ PolicyArn, Marker, MaxItems = 100 }, call) {
      const tags = tagList(find(call, PolicyArn).tags);
      const { items, next } = page(tags, ({ Key }) => Key, { token: Marker, limit: MaxItems });
      return { Tags: items, IsTruncated: next !== undefined, Marker: next };
    },
  } satisfies Handlers<Clients["iam"]>;
}
