import { page } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Store } from "../../../host/store";
import { parsePolicy } from "../../../languages/policy/documents";
import type { Clients } from "../../../model/clients";
import { deleteConflict, limitExceeded, malformedPolicy } from "../faults";
import { findOwnPolicy, findPolicy, findVersion } from "../state/policies";
import { countLength, encodeDocument } from "../state/policy-text";
import type { IamState, ManagedPolicy, PolicyVersion } from "../state/state";

const sizeLimit = 6_144;
const versionLimit = 5;

/** Versions of managed policies. */
export function policyVersionHandlers(host: Host, states: Store<IamState>) {
  return {
    CreatePolicyVersion({ PolicyArn, PolicyDocument = "", SetAsDefault }, call) {
      const policy = findOwnPolicy(states.of(call), PolicyArn);
      if (policy.versions.size >= versionLimit) {
        throw limitExceeded(
          `A managed policy can have up to ${versionLimit} versions. Before you create a new version, you must delete an existing version.`,
        );
      }
      const version = addVersion(host, policy, PolicyDocument);
      if (SetAsDefault) policy.defaultVersion = version.id;
      policy.updated = version.created;
      return { PolicyVersion: describeVersion(policy, version, false) };
    },

    GetPolicyVersion({ PolicyArn, VersionId }, call) {
      const policy = findPolicy(states.of(call), PolicyArn);
      return { PolicyVersion: describeVersion(policy, findVersion(policy, VersionId), true) };
    },

    ListPolicyVersions({ PolicyArn, Marker, MaxItems = 100 }, call) {
      const policy = findPolicy(states.of(call), PolicyArn);
      const { items, next } = page(policy.versions.values(), ({ id }) => id.padStart(9, "0"), {
        token: Marker,
        limit: MaxItems,
      });
      const views = items.map((version) => describeVersion(policy, version, false));
      return { Versions: views, IsTruncated: next !== undefined, Marker: next };
    },

    DeletePolicyVersion({ PolicyArn, VersionId }, call) {
      const policy = findOwnPolicy(states.of(call), PolicyArn);
      const { id } = findVersion(policy, VersionId);
      if (id === policy.defaultVersion) throw deleteConflict("Cannot delete the default version of a policy.");
      policy.versions.delete(id);
      return {};
    },
  } satisfies Handlers<Clients["iam"]>;
}

/** Adds a version to a policy. Throws MalformedPolicyDocument or LimitExceeded. */
export function addVersion(host: Host, policy: ManagedPolicy, text: string): PolicyVersion {
  if (countLength(text) > sizeLimit) throw limitExceeded(`Cannot exceed quota for PolicySize: ${sizeLimit}`);
  const document = parsePolicy(text, "managed", malformedPolicy);
  // Inline and trust policies may also be of the older version, which is the default.
  if (document.Version !== "2012-10-17") {
    throw malformedPolicy("Policy document must be version 2012-10-17 or greater.");
  }
  const version = { id: `v${policy.nextVersion}`, created: new Date(host.clock.now()), text, document };
  policy.nextVersion++;
  policy.versions.set(version.id, version);
  return version;
}

const describeVersion = (policy: ManagedPolicy, { id, created, text }: PolicyVersion, withDocument: boolean) => ({
  VersionId: id,
  IsDefaultVersion: id === policy.defaultVersion,
  CreateDate: created,
  ...(withDocument ? { Document: encodeDocument(text) } : {}),
});
