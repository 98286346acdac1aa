import type { Host, Service } from "../../endpoint/service";
import { createAuthority, type IamAuthority } from "./authority";
import { policyHandlers } from "./operations/policies";
import { roleHandlers } from "./operations/roles";
import { iamPermissions } from "./permissions";
import { emptyState } from "./state/state";

/**
 * IAM of the account: roles and policies as an API, and the authority that evaluates them on every call. There are no
 * users, groups or instance profiles: whoever is not a role's session is the account's owner.
 */
export function iam(host: Host): Service<"iam"> & IamAuthority {
  const states = host.store(emptyState, "account");
  return {
    name: "iam",
    iamPrefix: "iam",
    validationError: "ValidationError",
    handlers: { ...roleHandlers(host, states), ...policyHandlers(host, states) },
    permissions: iamPermissions(states),
    ...createAuthority(host, states),
  };
}
