import { rootArn } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { Call, Handlers, Host } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Clients } from "../../../model/clients";
import { noSuchEntity } from "../faults";
import type { IamState } from "../state/state";

const nothing = { IsTruncated: false };

/**
 * Operations that clients read about an account: its root user, and empty lists of what the account has none of (users,
 * groups, instance profiles, identity providers, devices).
 */
export function accountHandlers(host: Host, states: Store<IamState>) {
  const created = new Date(host.clock.now());
  const refuseUser = (name: string | undefined) => {
    if (name !== undefined) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  };
  /** Without a name, the caller's own: API reference of GetUser and ListAccessKeys. */
  const requireRoot = ({ principal }: Call) => {
    if (principal.kind === "root") return;
    throw new Fault("ValidationError", "Must specify userName when calling with non-User credentials");
  };
  const refuseInstanceProfile = (name = "") => {
    throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  };

  return {
    GetUser({ UserName }, call) {
      refuseUser(UserName);
      requireRoot(call);
      // The root user has no name and no path.
      const root = { UserId: call.account, Arn: rootArn(call.account), CreateDate: created };
      return { User: { ...root, Path: undefined, UserName: undefined } };
    },
    ListAccessKeys({ UserName }, call) {
      refuseUser(UserName);
      requireRoot(call);
      return { AccessKeyMetadata: [], ...nothing };
    },
    ListMFADevices({ UserName }, call) {
      refuseUser(UserName);
      requireRoot(call);
      return { MFADevices: [], ...nothing };
    },
    ListUsers: () => ({ Users: [], ...nothing }),
    ListGroups: () => ({ Groups: [], ...nothing }),
    ListAccountAliases: () => ({ AccountAliases: [], ...nothing }),
    ListInstanceProfiles: () => ({ InstanceProfiles: [], ...nothing }),
    GetInstanceProfile: ({ InstanceProfileName }) => refuseInstanceProfile(InstanceProfileName),
    ListVirtualMFADevices: () => ({ VirtualMFADevices: [], ...nothing }),
    ListServerCertificates: () => ({ ServerCertificateMetadataList: [], ...nothing }),
    ListOpenIDConnectProviders: () => ({ OpenIDConnectProviderList: [] }),
    ListSAMLProviders: () => ({ SAMLProviderList: [] }),
    GetAccountPasswordPolicy(_input, call) {
      throw noSuchEntity(`The Password Policy with domain name ${call.account} cannot be found.`);
    },
    GetAccountSummary(_input, call) {
      const { roles, policies } = states.of(call);
      return {
        SummaryMap: {
          Users: 0,
          Groups: 0,
          Roles: roles.size,
          Policies: policies.size,
          InstanceProfiles: 0,
          AccountMFAEnabled: 0,
          AccountAccessKeysPresent: 0,
          AttachedPoliciesPerRoleQuota: 10,
          VersionsPerPolicyQuota: 5,
        },
      };
    },
  } satisfies Handlers<Clients["iam"]>;
}
