import type { Caller, Clients, Permission, Permissions, Store } from "../../endpoint/service";
import type { IamState } from "./state/state";

/** Actions and resources of IAM's own calls, as the Service Authorization Reference lists them. */
export function iamPermissions(states: Store<IamState>): Permissions<Clients["iam"]> {
  const roleArn = (call: Caller, name: string | undefined, path = "/") =>
    states.of(call).roles.get((name ?? "").toLowerCase())?.arn ??
    `arn:aws:iam::${call.account}:role${path}${name ?? ""}`;

  /** With the keys that delegated administration relies on: which policy, and under which boundary. */
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
    CreatePolicy: (input, call) => [
      {
        action: "iam:CreatePolicy",
        resource: `arn:aws:iam::${call.account}:policy${input.Path ?? "/"}${input.PolicyName ?? ""}`,
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
  };
}
