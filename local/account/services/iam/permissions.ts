import { globalArn } from "../../aws/arn";
import { onAny } from "../../host/permission";
import type { Caller, Permission, Permissions } from "../../host/service";
import type { Store } from "../../host/store";
import type { Clients } from "../../model/clients";
import { linkedRoleArn } from "./operations/service-linked-roles";
import type { IamState } from "./state/state";

/** Actions and resources of IAM's own calls, as the Service Authorization Reference lists them. */
export function iamPermissions(states: Store<IamState>) {
  const targets = createTargets(states);
  return { ...rolePermissions(targets), ...policyPermissions(targets), ...accountPermissions(targets) };
}

/** Finds the resources of a request. */
function createTargets(states: Store<IamState>) {
  const roleArn = (call: Caller, name: string | undefined, path = "/") =>
    states.of(call).roles.get((name ?? "").toLowerCase())?.arn ??
    globalArn("iam", call.account, `role${path}${name ?? ""}`);

  /** With the condition keys for delegated administration: the policy and the boundary. */
  const onRole =
    (operation: string) =>
    (
      input: {
        RoleName?: string | undefined;
        PolicyArn?: string | undefined;
        PermissionsBoundary?: string | undefined;
      },
      call: Caller,
    ): Permission[] => {
      const boundary =
        input.PermissionsBoundary ?? states.of(call).roles.get((input.RoleName ?? "").toLowerCase())?.boundaryArn;
      return [
        {
          action: `iam:${operation}`,
          resource: roleArn(call, input.RoleName),
          context: {
            ...(input.PolicyArn === undefined ? {} : { "iam:PolicyARN": input.PolicyArn }),
            ...(boundary === undefined ? {} : { "iam:PermissionsBoundary": boundary }),
          },
        },
      ];
    };
  const onPolicy =
    (operation: string) =>
    (input: { PolicyArn?: string | undefined }): Permission[] => [
      { action: `iam:${operation}`, resource: input.PolicyArn ?? "*" },
    ];

  /** On the user in the request; without a name, on the caller, who is a user then. */
  const onUser =
    (operation: string) =>
    ({ UserName = "*" }: { UserName?: string | undefined }, call: Caller): Permission[] => [
      { action: `iam:${operation}`, resource: globalArn("iam", call.account, `user/${UserName}`) },
    ];

  return { roleArn, onRole, onPolicy, onUser };
}

type Targets = ReturnType<typeof createTargets>;

function rolePermissions({ roleArn, onRole }: Targets) {
  return {
    CreateRole: (input, call): Permission[] => [
      {
        action: "iam:CreateRole",
        resource: roleArn(call, input.RoleName, input.Path),
        context:
          input.PermissionsBoundary === undefined ? {} : { "iam:PermissionsBoundary": input.PermissionsBoundary },
      },
    ],
    CreateServiceLinkedRole: ({ AWSServiceName = "" }, call) => [
      {
        action: "iam:CreateServiceLinkedRole",
        resource: linkedRoleArn(call.account, AWSServiceName),
        context: { "iam:AWSServiceName": AWSServiceName },
      },
    ],
    DeleteServiceLinkedRole: onRole("DeleteServiceLinkedRole"),
    GetServiceLinkedRoleDeletionStatus: ({ DeletionTaskId = "" }, call) => [
      {
        action: "iam:GetServiceLinkedRoleDeletionStatus",
        resource: globalArn("iam", call.account, `role${DeletionTaskId.replace(/^task|\/[^/]*$/g, "")}`),
      },
    ],
    GetRole: onRole("GetRole"),
    UpdateRole: onRole("UpdateRole"),
    UpdateAssumeRolePolicy: onRole("UpdateAssumeRolePolicy"),
    DeleteRole: onRole("DeleteRole"),
    PutRolePolicy: onRole("PutRolePolicy"),
    GetRolePolicy: onRole("GetRolePolicy"),
    DeleteRolePolicy: onRole("DeleteRolePolicy"),
    ListRolePolicies: onRole("ListRolePolicies"),
    AttachRolePolicy: onRole("AttachRolePolicy"),
    DetachRolePolicy: onRole("DetachRolePolicy"),
    ListAttachedRolePolicies: onRole("ListAttachedRolePolicies"),
    ListInstanceProfilesForRole: onRole("ListInstanceProfilesForRole"),
    PutRolePermissionsBoundary: onRole("PutRolePermissionsBoundary"),
    DeleteRolePermissionsBoundary: onRole("DeleteRolePermissionsBoundary"),
    TagRole: onRole("TagRole"),
    UntagRole: onRole("UntagRole"),
    ListRoleTags: onRole("ListRoleTags"),
    ListRoles: onAny("iam:ListRoles"),
  } satisfies Partial<Permissions<Clients["iam"]>>;
}

function policyPermissions({ onPolicy }: Targets) {
  return {
    CreatePolicy: (input, call) => [
      {
        action: "iam:CreatePolicy",
        resource: globalArn("iam", call.account, `policy${input.Path ?? "/"}${input.PolicyName ?? ""}`),
      },
    ],
    GetPolicy: onPolicy("GetPolicy"),
    DeletePolicy: onPolicy("DeletePolicy"),
    CreatePolicyVersion: onPolicy("CreatePolicyVersion"),
    GetPolicyVersion: onPolicy("GetPolicyVersion"),
    ListPolicyVersions: onPolicy("ListPolicyVersions"),
    SetDefaultPolicyVersion: onPolicy("SetDefaultPolicyVersion"),
    DeletePolicyVersion: onPolicy("DeletePolicyVersion"),
    ListEntitiesForPolicy: onPolicy("ListEntitiesForPolicy"),
    TagPolicy: onPolicy("TagPolicy"),
    UntagPolicy: onPolicy("UntagPolicy"),
    ListPolicyTags: onPolicy("ListPolicyTags"),
    ListPolicies: onAny("iam:ListPolicies"),
  } satisfies Partial<Permissions<Clients["iam"]>>;
}

function accountPermissions({ onUser }: Targets) {
  return {
    SimulatePrincipalPolicy: ({ PolicySourceArn = "*" }) => [
      { action: "iam:SimulatePrincipalPolicy", resource: PolicySourceArn },
    ],
    SimulateCustomPolicy: onAny("iam:SimulateCustomPolicy"),
    GetUser: onUser("GetUser"),
    ListAccessKeys: onUser("ListAccessKeys"),
    ListMFADevices: onUser("ListMFADevices"),
    ListUsers: onAny("iam:ListUsers"),
    ListGroups: onAny("iam:ListGroups"),
    ListAccountAliases: onAny("iam:ListAccountAliases"),
    ListInstanceProfiles: onAny("iam:ListInstanceProfiles"),
    GetInstanceProfile: ({ InstanceProfileName = "" }, call) => [
      {
        action: "iam:GetInstanceProfile",
        resource: globalArn("iam", call.account, `instance-profile/${InstanceProfileName}`),
      },
    ],
    ListVirtualMFADevices: onAny("iam:ListVirtualMFADevices"),
    ListServerCertificates: onAny("iam:ListServerCertificates"),
    ListOpenIDConnectProviders: onAny("iam:ListOpenIDConnectProviders"),
    ListSAMLProviders: onAny("iam:ListSAMLProviders"),
    GetAccountPasswordPolicy: onAny("iam:GetAccountPasswordPolicy"),
    GetAccountSummary: onAny("iam:GetAccountSummary"),
  } satisfies Partial<Permissions<Clients["iam"]>>;
}
