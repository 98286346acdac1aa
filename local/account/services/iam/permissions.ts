import { globalArn } from "../../aws/arn";
import { onAny } from "../../host/permission";
import type { Caller, Permission, Permissions } from "../../host/service";
import type { Store } from "../../host/store";
import type { Clients } from "../../model/clients";
import type { IamState } from "./state/state";

/** Actions and resources of IAM's own calls, as the Service Authorization Reference lists them. */
export function iamPermissions(states: Store<IamState>) {
  const targets = createTargets(states);
  return { ...rolePermissions(targets), ...policyPermissions(targets) };
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

  return { roleArn, onRole, onPolicy };
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
    GetRole: onRole("GetRole"),
    UpdateRole: onRole("UpdateRole"),
    UpdateRoleDescription: onRole("UpdateRoleDescription"),
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
    SimulatePrincipalPolicy: ({ PolicySourceArn = "*" }) => [
      { action: "iam:SimulatePrincipalPolicy", resource: PolicySourceArn },
    ],
    PutRolePermissionsBoundary: onRole("PutRolePermissionsBoundary"),
    DeleteRolePermissionsBoundary: onRole("DeleteRolePermissionsBoundary"),
    TagRole: onRole("TagRole"),
    UntagRole: onRole("UntagRole"),
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
    DeletePolicyVersion: onPolicy("DeletePolicyVersion"),
    ListEntitiesForPolicy: onPolicy("ListEntitiesForPolicy"),
    TagPolicy: onPolicy("TagPolicy"),
    UntagPolicy: onPolicy("UntagPolicy"),
    ListPolicies: onAny("iam:ListPolicies"),
  } satisfies Partial<Permissions<Clients["iam"]>>;
}
